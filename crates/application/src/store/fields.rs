//! The fields of a store: read from text, and checked together.

use domain::{
    address::Email,
    money::Currency,
    store::{Store, StoreStatus},
};

use super::{NewStore, StoreChanges};
use crate::{Change, Core, Error, Result};

/// A store as it is told to be, not yet saved.
pub(super) fn draft(core: &Core, new: NewStore) -> Result<Store> {
    let mut faults = Vec::new();
    let currency = read_currency("currency", &new.currency, &mut faults);
    let supported = new.supported_currencies.map(|codes| read_currencies(&codes, &mut faults));
    let contact_email = new.contact_email.and_then(|text| read_email(&text, &mut faults));
    let Some(currency) = currency else { return Err(refusal(faults)) };
    let default_locale = new.default_locale.unwrap_or_else(|| "en".to_owned());
    let now = core.clock.now();
    let store = Store {
        id: core.ids.id(),
        name: new.name.trim().to_owned(),
        currency,
        supported_currencies: supported.unwrap_or_else(|| vec![currency]),
        supported_locales: new.supported_locales.unwrap_or_else(|| vec![default_locale.clone()]),
        default_locale,
        timezone: new.timezone.unwrap_or_else(|| "UTC".to_owned()),
        status: StoreStatus::Active,
        tier: new.tier.unwrap_or(core.default_tier),
        contact_email,
        domain: new.domain,
        allowed_domains: new.allowed_domains,
        branding: new.branding,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    check(&store, faults)?;
    Ok(store)
}

/// Carries changes out.
pub(super) fn apply(changes: StoreChanges, store: &mut Store) -> Result<()> {
    let mut faults = Vec::new();
    if let Some(name) = changes.name {
        name.trim().clone_into(&mut store.name);
    }
    if let Some(codes) = changes.supported_currencies {
        store.supported_currencies = read_currencies(&codes, &mut faults);
    }
    if let Some(locale) = changes.default_locale {
        store.default_locale = locale;
    }
    if let Some(locales) = changes.supported_locales {
        store.supported_locales = locales;
    }
    if let Some(timezone) = changes.timezone {
        store.timezone = timezone;
    }
    match changes.contact_email {
        Change::Keep => {}
        Change::Clear => store.contact_email = None,
        Change::Set(text) => store.contact_email = read_email(&text, &mut faults),
    }
    changes.domain.apply(&mut store.domain);
    if let Some(domains) = changes.allowed_domains {
        store.allowed_domains = domains;
    }
    changes.primary_color.apply(&mut store.branding.primary_color);
    changes.logo_url.apply(&mut store.branding.logo_url);
    store.tier = changes.tier.unwrap_or(store.tier);
    store.status = changes.status.unwrap_or(store.status);
    check(store, faults)
}

type Faults = Vec<(String, String)>;

fn read_currency(field: &str, code: &str, faults: &mut Faults) -> Option<Currency> {
    let currency = Currency::from_code(code).ok();
    if currency.is_none() {
        faults.push((field.to_owned(), "must be the code of a currency such as GBP".to_owned()));
    }
    currency
}

fn read_currencies(codes: &[String], faults: &mut Faults) -> Vec<Currency> {
    let numbered = codes.iter().enumerate();
    let mut known = Vec::new();
    for (index, code) in numbered {
        let field = format!("supportedCurrencies.{index}");
        match read_currency(&field, code, faults) {
            Some(currency) if known.contains(&currency) => {
                faults.push((field, "is listed twice".to_owned()));
            }
            currency => known.extend(currency),
        }
    }
    known
}

fn read_email(text: &str, faults: &mut Faults) -> Option<Email> {
    let email = Email::parse(text);
    if let Err(error) = &email {
        faults.push(("contactEmail".to_owned(), error.to_string()));
    }
    email.ok()
}

/// Refuses a store whose fields make no sense, together with the faults found in reading them.
fn check(store: &Store, mut faults: Faults) -> Result<()> {
    let unread = |field: &str| faults.iter().any(|(known, _)| known.starts_with(field));
    let own = store.validate().into_iter().filter(|fault| !unread(&fault.field));
    let own: Vec<_> = own.map(|fault| (fault.field, fault.message)).collect();
    faults.extend(own);
    Error::from_faults(faults).map_or(Ok(()), Err)
}

fn refusal(faults: Faults) -> Error {
    Error::from_faults(faults).unwrap_or_else(|| Error::internal("a refusal needs a fault"))
}
