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
    let method = config.payment_methods.iter().find(|method| method.provider == provider);
    let Some(keys) = method.map(|method: &PaymentMethod| method.keys(mode)) else {
        return Ok(Account { store, secret_key: None, webhook_secret: None });
    };
    Ok(Account {
        store,
        secret_key: open(&keys.sealed_secret_key)?,
        webhook_secret: open(&keys.sealed_webhook_secret)?,
    })
}
