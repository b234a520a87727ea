//! Brands and categories.

use domain::{
    audit::{Facts, Subject, SubjectType},
    catalog::{brand::Brand, category::Category},
};

use super::Snapshot;

impl Snapshot for Brand {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::Brand, self.id)
    }

    fn facts(&self) -> Facts {
        let Self { id: _, slug, name, description, logo_url, website, version, created_at: _, updated_at: _ } =
            self.clone();
        Facts::default()
            .with("name", name)
            .with("slug", slug.as_str())
            .with("description", description)
            .with("logoUrl", logo_url)
            .with("website", website)
            .with("version", version)
    }
}

impl Snapshot for Category {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::Category, self.id)
    }

    fn facts(&self) -> Facts {
        let Self {
            id: _,
            parent_id,
            slug,
            name,
            description,
            image_url,
            meta_title,
            meta_description,
            sort_order,
            status,
            version,
            created_at: _,
            updated_at: _,
        } = self.clone();
        Facts::default()
            .with("name", name)
            .with("slug", slug.as_str())
            .with("parentId", parent_id)
            .with("description", description)
            .with("imageUrl", image_url)
            .with("metaTitle", meta_title)
            .with("metaDescription", meta_description)
            .with("sortOrder", sort_order)
            .with("status", status.as_str())
            .with("version", version)
    }
}
