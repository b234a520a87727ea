//! Payment methods: adding, reading, changing and removing the ways to pay, with the keys to the
//! accounts behind them. Keys come in clear, are sealed at once and never go out again.

use domain::{
    audit::Action,
    id::PaymentMethodId,
    payment::Provider,
    payment_method::{GatewayKeys, PaymentMethod},
};
use ports::{
    RepoError,
    list::{Slice, Sort, Window},
    terms::MethodSort,
};

pub use self::keys::{KeyChanges, KeyHint, KeyHints};
use self::keys::{check_keys, seal_into, verify};
use crate::{Change, Context, Core, Error, ErrorCode, Result, audit};

mod keys;

/// A payment method with what may be told of its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentMethodView {
    /// The method.
    pub method: PaymentMethod,
    /// Secrets for live sales.
    pub live: KeyHints,
    /// Secrets for test sales.
    pub test: KeyHints,
}

/// What a merchant says of a new payment method.
#[derive(Debug, Clone)]
pub struct NewPaymentMethod {
    /// Name that storefronts use.
    pub code: String,
    /// Who takes the money.
    pub provider: Provider,
    /// What the shopper reads.
    pub label: String,
    /// Picture beside the label.
    pub icon_url: Option<String>,
    /// What the shopper has to do.
    pub instructions: Option<String>,
    /// Keys for live sales.
    pub live_keys: KeyChanges,
    /// Keys for test sales.
    pub test_keys: KeyChanges,
    /// Whether it is offered.
    pub enabled: bool,
    /// Position at the checkout, smallest first.
    pub sort_order: i32,
    /// Whether to ask the gateway if it accepts the keys, before anything is kept.
    pub verify: bool,
}

/// What a merchant wants changed about a payment method. Who takes the money stays as it is.
#[derive(Debug, Clone, Default)]
pub struct PaymentMethodChanges {
    /// A new code.
    pub code: Option<String>,
    /// A new label.
    pub label: Option<String>,
    /// Another picture, or none.
    pub icon_url: Change<String>,
    /// Other instructions, or none.
    pub instructions: Change<String>,
    /// Other keys for live sales, or none.
    pub live_keys: KeyChanges,
    /// Other keys for test sales, or none.
    pub test_keys: KeyChanges,
    /// Whether it is offered.
    pub enabled: Option<bool>,
    /// Another position.
    pub sort_order: Option<i32>,
    /// Whether to ask the gateway if it accepts the new keys, before anything is kept.
    pub verify: bool,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// Adds a payment method.
pub async fn create(core: &Core, ctx: &Context, new: NewPaymentMethod) -> Result<PaymentMethodView> {
    check_keys(new.provider, &new.live_keys, &new.test_keys)?;
    let mut method = PaymentMethod {
        id: core.ids.id(),
        code: new.code,
        provider: new.provider,
        label: new.label.trim().to_owned(),
        icon_url: new.icon_url,
        instructions: new.instructions,
        live_keys: GatewayKeys::default(),
        test_keys: GatewayKeys::default(),
        enabled: new.enabled,
        sort_order: new.sort_order,
        version: 1,
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    Error::check(method.validate())?;
    if new.verify {
        verify(core, ctx, &new.live_keys, &new.test_keys).await?;
    }
    seal_into(core, ctx, new.live_keys, &mut method.live_keys);
    seal_into(core, ctx, new.test_keys, &mut method.test_keys);
    let mut work = core.begin(ctx).await?;
    work.payment_methods().insert(&method).await.map_err(|error| or_duplicate(error, &method.code))?;
    work.audit(Action::PaymentMethodCreated, audit::created(&method));
    work.commit().await?;
    Ok(view(core, ctx, method))
}

/// One payment method.
pub async fn get(core: &Core, ctx: &Context, id: PaymentMethodId) -> Result<PaymentMethodView> {
    let method = core.db.terms().payment_method(ctx.store, id).await?.ok_or_else(not_found)?;
    Ok(view(core, ctx, method))
}

/// The store's payment methods, disabled ones too.
pub async fn list(
    core: &Core,
    ctx: &Context,
    sort: Sort<MethodSort>,
    window: &Window,
) -> Result<Slice<PaymentMethodView>> {
    let slice = core.db.terms().payment_methods(ctx.store, sort, window).await?;
    Ok(slice.map(|method| view(core, ctx, method)))
}

/// Changes a payment method.
pub async fn update(
    core: &Core,
    ctx: &Context,
    id: PaymentMethodId,
    changes: PaymentMethodChanges,
) -> Result<PaymentMethodView> {
    let known = core.db.terms().payment_method(ctx.store, id).await?.ok_or_else(not_found)?;
    Error::check_version(changes.if_version, known.version)?;
    check_keys(known.provider, &changes.live_keys, &changes.test_keys)?;
    // Asked before the unit of work begins: no lock is held while somebody else thinks.
    if changes.verify {
        verify(core, ctx, &changes.live_keys, &changes.test_keys).await?;
    }
    let mut work = core.begin(ctx).await?;
    let mut method = work.payment_methods().find(id).await?.ok_or_else(not_found)?;
    Error::check_version(changes.if_version, method.version)?;
    let before = method.clone();
    if let Some(code) = changes.code {
        method.code = code;
    }
    if let Some(label) = changes.label {
        label.trim().clone_into(&mut method.label);
    }
    changes.icon_url.apply(&mut method.icon_url);
    changes.instructions.apply(&mut method.instructions);
    seal_into(core, ctx, changes.live_keys, &mut method.live_keys);
    seal_into(core, ctx, changes.test_keys, &mut method.test_keys);
    method.enabled = changes.enabled.unwrap_or(method.enabled);
    method.sort_order = changes.sort_order.unwrap_or(method.sort_order);
    method.updated_at = ctx.now;
    Error::check(method.validate())?;
    let code = method.code.clone();
    work.payment_methods().update(&mut method).await.map_err(|error| or_duplicate(error, &code))?;
    work.audit(Action::PaymentMethodUpdated, audit::changed(&before, &method));
    work.commit().await?;
    Ok(view(core, ctx, method))
}

/// Removes a payment method with its keys. Payments under way through its account can no longer be
/// followed; switching it off leaves them be.
pub async fn delete(core: &Core, ctx: &Context, id: PaymentMethodId, if_version: Option<i32>) -> Result<()> {
    let mut work = core.begin(ctx).await?;
    let method = work.payment_methods().find(id).await?.ok_or_else(not_found)?;
    Error::check_version(if_version, method.version)?;
    work.payment_methods().delete(id).await?;
    work.audit(Action::PaymentMethodDeleted, audit::deleted(&method));
    work.commit().await
}

/// The ways to pay that shoppers see in the mode of the caller, in the merchant's order.
pub async fn offered(core: &Core, ctx: &Context) -> Result<Vec<PaymentMethod>> {
    let config = crate::store_config(core, ctx).await?;
    Ok(config.payment_methods.iter().filter(|method| method.is_usable_in(ctx.mode)).cloned().collect())
}

fn view(core: &Core, ctx: &Context, method: PaymentMethod) -> PaymentMethodView {
    let live = KeyHints::of(core, ctx, &method.live_keys);
    let test = KeyHints::of(core, ctx, &method.test_keys);
    PaymentMethodView { method, live, test }
}

fn not_found() -> Error {
    Error::not_found("payment method")
}

fn or_duplicate(error: RepoError, code: &str) -> Error {
    match error {
        RepoError::Conflict { constraint } if constraint == "payment_methods_code" => {
            Error::new(ErrorCode::Duplicate, format!("Another payment method has the code {code}."))
                .on_field("code")
        }
        other => other.into(),
    }
}
