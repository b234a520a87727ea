//! Opening a store's account at a gateway.

use domain::{access::Mode, payment::Provider, payment_method::PaymentMethod};
use ports::{gateway::Account, stores::StoreConfig};
use secrecy::SecretString;

use crate::{Core, Error, Result};

/// The store's account at `provider` for sales of `mode`. The sandbox needs none; a Stripe account
/// without keys is answered as such by the gateway itself.
pub fn account_of(core: &Core, config: &StoreConfig, mode: Mode, provider: Provider) -> Result<Account> {
    let store = config.store.id;
    let open = |sealed: &Option<String>| -> Result<Option<SecretString>> {
        let Some(sealed) = sealed else { return Ok(None) };
        core.sealer.open(store, sealed).map(Some).map_err(Error::internal)
    };
    let methods = config.payment_methods.iter().filter(|method| method.provider == provider);
    let mut accounts = methods.map(|method: &PaymentMethod| method.keys(mode));
    // Several ways to pay can go through one provider (a card, a wallet); one of them holds the keys.
    let keyed = accounts.clone().find(|keys| keys.sealed_secret_key.is_some());
    let Some(keys) = keyed.or_else(|| accounts.next()) else {
        return Ok(Account { store, secret_key: None, webhook_secret: None });
    };
    Ok(Account {
        store,
        secret_key: open(&keys.sealed_secret_key)?,
        webhook_secret: open(&keys.sealed_webhook_secret)?,
    })
}
