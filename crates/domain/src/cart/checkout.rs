//! Who buys, and where the goods go.

use crate::{
    address::{Address, Email},
    text::{Fault, Faults},
};

/// The shopper's details.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkout {
    /// Who buys.
    pub email: Option<Email>,
    /// Where the goods go.
    pub shipping_address: Option<Address>,
    /// Who is billed, unless `same_as_shipping`.
    pub billing_address: Option<Address>,
    /// Whether whoever receives the goods is billed.
    pub same_as_shipping: bool,
    /// What the shopper wants the shop to know.
    pub notes: Option<String>,
}

impl Checkout {
    /// Who is billed.
    pub const fn billing(&self) -> Option<&Address> {
        if self.same_as_shipping { self.shipping_address.as_ref() } else { self.billing_address.as_ref() }
    }

    /// Whether anything of it could name a person.
    pub const fn is_personal(&self) -> bool {
        self.email.is_some()
            || self.shipping_address.is_some()
            || self.billing_address.is_some()
            || self.notes.is_some()
    }

    /// What is wrong with the details given, under the API's paths (`shippingAddress.line1`). What is
    /// merely missing is no fault yet: see [`Checkout::missing`].
    pub fn faults(&self, notes_max: usize) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.optional_text("notes", self.notes.as_deref(), notes_max);
        let addresses = [
            ("shippingAddress", self.shipping_address.as_ref()),
            ("billingAddress", self.billing_address.as_ref()),
        ];
        for (path, address) in addresses {
            for fault in address.map(Address::validate).unwrap_or_default() {
                faults.add(format!("{path}.{}", fault.field), fault.message);
            }
        }
        faults.into_vec()
    }

    /// What has to be known before paying and is not.
    pub fn missing(&self, requires_shipping: bool, requires_phone: bool) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.require(self.email.is_some(), "email", "is needed");
        if requires_shipping {
            faults.require(self.shipping_address.is_some(), "shippingAddress", "is needed");
        }
        let (path, recipient) = if requires_shipping || self.same_as_shipping {
            ("shippingAddress.phone", self.shipping_address.as_ref())
        } else {
            ("billingAddress.phone", self.billing_address.as_ref())
        };
        if requires_phone && let Some(address) = recipient {
            let given = address.phone.as_deref().is_some_and(|phone| !phone.trim().is_empty());
            faults.require(given, path, "is needed");
        }
        faults.into_vec()
    }
}
