//! Who buys, and where the goods go.

use domain::{
    address::{Address, Email},
    cart::{Cart, Checkout},
    geography::CountryCode,
    text::{Fault, Faults},
};
use ports::stores::StoreConfig;

use super::{
    change::refused,
    current::{edit, hold},
    price::without_hidden,
};
use crate::{Change, Context, Core, Error, Result, store_config};

/// What a shopper says of themselves. What is not mentioned stays.
#[derive(Debug, Clone, Default)]
pub struct ContactChanges {
    /// E-mail address.
    pub email: Change<String>,
    /// Where the goods go.
    pub shipping_address: Change<PostalAddress>,
    /// Who is billed.
    pub billing_address: Change<PostalAddress>,
    /// Whether whoever receives the goods is billed. When not mentioned: not if a billing address is
    /// given, and so while there is none.
    pub same_as_shipping: Option<bool>,
    /// A note to the shop; an empty one is none.
    pub notes: Change<String>,
    /// The version that the change was decided on; any when absent.
    pub if_version: Option<i32>,
}

/// An address as it was typed.
#[derive(Debug, Clone, Default)]
pub struct PostalAddress {
    /// Given name of the recipient.
    pub first_name: Option<String>,
    /// Family name of the recipient.
    pub last_name: Option<String>,
    /// Company of the recipient.
    pub company: Option<String>,
    /// Street and number.
    pub line1: String,
    /// Flat, floor, building.
    pub line2: Option<String>,
    /// City or town.
    pub city: String,
    /// State by code or name.
    pub state: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
    /// Country, by its code of two letters.
    pub country: String,
    /// Telephone number.
    pub phone: Option<String>,
}

/// The details given so far, with the version of the cart that they belong to; empty once the cart was
/// left alone for too long to show them.
pub async fn checkout_data(core: &Core, ctx: &Context, token_hash: &str) -> Result<Cart> {
    let config = store_config(core, ctx).await?;
    let cart = hold(core, ctx, &config, token_hash).await?.cart;
    Ok(without_hidden(ctx, cart))
}

/// Saves details. Everything given is checked; what is merely missing is asked for at the checkout.
pub async fn save_checkout_data(
    core: &Core,
    ctx: &Context,
    token_hash: &str,
    changes: ContactChanges,
) -> Result<Cart> {
    let config = store_config(core, ctx).await?;
    let given = read(&config, &changes)?;
    let decide = async |cart: &mut Cart| {
        Error::check_version(changes.if_version, cart.version)?;
        let contact = merged(cart.contact.clone(), &given);
        Error::check(faults(&config, &contact, &given))?;
        cart.set_contact(contact, ctx.now).map_err(|refusal| refused(refusal, None, 0))
    };
    Ok(edit(core, ctx, &config, token_hash, false, decide).await?.0)
}

/// The changes with everything read that has to be read.
struct Given {
    email: Change<Email>,
    shipping_address: Change<Address>,
    billing_address: Change<Address>,
    same_as_shipping: Option<bool>,
    notes: Change<String>,
}

/// Reads what was given. If some of it cannot be read, the rest is checked all the same: a shopper learns
/// of everything at once.
fn read(config: &StoreConfig, changes: &ContactChanges) -> Result<Given> {
    let mut faults = Faults::default();
    let email = changes.email.clone().try_map(|text| Email::parse(&text));
    faults.check("email", email.as_ref().map(drop).map_err(Clone::clone));
    let mut address = |path: &str, change: &Change<PostalAddress>| match change.clone().try_map(normalized) {
        Ok(address) => address,
        Err(fault) => {
            faults.add(format!("{path}.{}", fault.field), fault.message);
            Change::Keep
        }
    };
    let shipping_address = address("shippingAddress", &changes.shipping_address);
    let billing_address = address("billingAddress", &changes.billing_address);
    let given = Given {
        email: email.unwrap_or_default(),
        shipping_address,
        billing_address,
        same_as_shipping: changes.same_as_shipping,
        notes: match changes.notes.clone() {
            Change::Set(text) if text.trim().is_empty() => Change::Clear,
            notes => notes,
        },
    };
    let mut unread = faults.into_vec();
    if !unread.is_empty() {
        unread.extend(self::faults(config, &merged(Checkout::default(), &given), &given));
    }
    Error::check(unread)?;
    Ok(given)
}

/// The address in the form it is stored in; the fault names the field within the address.
pub(crate) fn normalized(typed: PostalAddress) -> Result<Address, Fault> {
    let PostalAddress { first_name, last_name, company, line1, line2, city, state, postcode, country, phone } =
        typed;
    let country = CountryCode::parse(country.trim()).map_err(|error| Fault::new("countryCode", error))?;
    let address =
        Address { first_name, last_name, company, line1, line2, city, state, postcode, country, phone };
    Ok(address.normalized())
}

fn merged(known: Checkout, given: &Given) -> Checkout {
    let Checkout { mut email, mut shipping_address, mut billing_address, same_as_shipping, mut notes } =
        known;
    given.email.clone().apply(&mut email);
    given.shipping_address.clone().apply(&mut shipping_address);
    given.billing_address.clone().apply(&mut billing_address);
    given.notes.clone().apply(&mut notes);
    let same_as_shipping = match (given.same_as_shipping, &given.billing_address) {
        (Some(said), _) => said,
        (None, Change::Set(_)) => false,
        (None, Change::Keep | Change::Clear) => {
            same_as_shipping || (billing_address.is_none() && shipping_address.is_some())
        }
    };
    Checkout { email, shipping_address, billing_address, same_as_shipping, notes }
}

fn faults(config: &StoreConfig, contact: &Checkout, given: &Given) -> Vec<Fault> {
    let notes_max = usize::try_from(config.settings.checkout.notes_max).unwrap_or(usize::MAX);
    let mut faults = contact.faults(notes_max);
    if let Change::Set(address) = &given.shipping_address
        && !config.settings.shipping.covers(address.country)
    {
        let message = format!("the store does not ship to {}", address.country.name());
        faults.push(Fault::new("shippingAddress.countryCode", message));
    }
    faults
}
