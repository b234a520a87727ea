//! Brands: who made a product.

use chrono::{DateTime, Utc};

use crate::{
    id::BrandId,
    store::is_web_address,
    text::{Fault, Faults, Slug},
};

/// Characters of a brand's name.
const NAME_MAX: usize = 120;
/// Characters of a brand's description.
const DESCRIPTION_MAX: usize = 10_000;

/// A maker that products can be grouped by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// Identity.
    pub id: BrandId,
    /// Unique among the store's brands.
    pub slug: Slug,
    /// What it is called.
    pub name: String,
    /// What there is to say about it, in Markdown.
    pub description: Option<String>,
    /// Address of its logo.
    pub logo_url: Option<String>,
    /// Address of its own website.
    pub website: Option<String>,
    /// Grows by one with every change.
    pub version: i32,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Brand {
    /// What is wrong with the brand's fields, by the API's names; nothing when it can be saved.
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.text("name", &self.name, NAME_MAX);
        faults.optional_text("description", self.description.as_deref(), DESCRIPTION_MAX);
        for (field, url) in [("logoUrl", &self.logo_url), ("website", &self.website)] {
            let sound = url.as_deref().is_none_or(is_web_address);
            faults.require(sound, field, "must be an http or https address");
        }
        faults.into_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brand_names_its_faults() {
        let sound = Brand {
            id: BrandId::from_bytes([1; 16]),
            slug: Slug::parse("essentials").unwrap(),
            name: "Essentials".to_owned(),
            description: None,
            logo_url: Some("https://cdn.example/e.svg".to_owned()),
            website: None,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        };
        assert_eq!(sound.validate(), []);
        let spoiled = Brand {
            name: " ".to_owned(),
            description: Some("a\0".to_owned()),
            website: Some("javascript:alert(1)".to_owned()),
            ..sound
        };
        let fields: Vec<String> = spoiled.validate().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["name", "description", "website"]);
    }
}
