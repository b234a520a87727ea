//! Which cart a token means now.

use std::time::Duration;

use domain::{
    cart::{Cart, CartState},
    geography::CountryCode,
};
use ports::{RepoError, stores::StoreConfig};

use super::{price, view::CartView};
use crate::{Context, Core, Error, ErrorCode, Result, checkout, store_config};

/// How often a change is tried again on what somebody else has written meanwhile.
const RACES: u32 = 64;

/// The cart of a token, and whether it is stored already.
pub(super) struct Held {
    pub(super) cart: Cart,
    is_new: bool,
}

/// The cart of a token with its price. The first call begins the cart.
pub async fn get(core: &Core, ctx: &Context, token_hash: &str) -> Result<CartView> {
    let config = store_config(core, ctx).await?;
    for race in 0..RACES {
        let mut held = hold(core, ctx, &config, token_hash).await?;
        if !held.is_new || keep(core, ctx, token_hash, &mut held).await? {
            return price::show(core, ctx, &config, held.cart).await;
        }
        step_back(core, race).await;
    }
    Err(contended())
}

/// The cart of a token; a new one, not stored yet, where there is none or it was left alone for too
/// long.
pub(super) async fn hold(core: &Core, ctx: &Context, config: &StoreConfig, token_hash: &str) -> Result<Held> {
    let known = core.db.carts().by_token(ctx.store, ctx.mode, token_hash).await?;
    match known {
        Some(cart) if cart.is_expired(ctx.now) => {
            retire(core, ctx, token_hash, cart).await?;
            Ok(begin(core, ctx, config))
        }
        Some(cart) => Ok(Held { cart, is_new: false }),
        None => Ok(begin(core, ctx, config)),
    }
}

/// Decides on the cart of a token and stores what came of it; all over again while somebody else writes it in
/// between. `starts_over` begins a new cart after one that became an order.
pub(super) async fn edit<T>(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    token_hash: &str,
    starts_over: bool,
    decide: impl AsyncFn(&mut Cart) -> Result<T>,
) -> Result<(Cart, T)> {
    // The cart as it was last seen is nearly always the one that is stored. Where it is not, or where it would
    // be refused, the stored one is what counts.
    let seen = remembered_open(core, ctx, token_hash).await.map(|cart| Held { cart, is_new: false });
    // So is it with a token that was never seen, which has no cart that could be in the way of a new one.
    let mut guess = seen.or_else(|| starts_over.then(|| begin(core, ctx, config)));
    for race in 0..RACES {
        let guessed = guess.take();
        let is_stored = guessed.is_none();
        let mut held = match guessed {
            Some(held) => held,
            None => hold_open(core, ctx, config, token_hash, starts_over).await?,
        };
        let outcome = match decide(&mut held.cart).await {
            Err(_) if !is_stored => continue,
            outcome => outcome?,
        };
        if keep(core, ctx, token_hash, &mut held).await? {
            return Ok((held.cart, outcome));
        }
        if is_stored {
            step_back(core, race).await;
        }
    }
    Err(contended())
}

/// The cart of a token as it was last seen, if it could be changed then.
pub(crate) async fn remembered_open(core: &Core, ctx: &Context, token_hash: &str) -> Option<Cart> {
    let cart = core.db.carts().remembered(ctx.store, ctx.mode, token_hash).await?;
    (cart.state == CartState::Open && !cart.is_expired(ctx.now)).then_some(cart)
}

/// As [`hold`], for a change: a payment that waits for its shopper is given up, and a cart that became an
/// order is followed by a new one if the change `starts_over`.
async fn hold_open(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    token_hash: &str,
    starts_over: bool,
) -> Result<Held> {
    let held = hold(core, ctx, config, token_hash).await?;
    match held.cart.state {
        CartState::Completed if starts_over => Ok(begin(core, ctx, config)),
        // What seldom happens has a place of its own, so that not every change moves its room about.
        CartState::Paying => {
            let cart = Box::pin(checkout::reopen(core, ctx, &held.cart)).await?;
            Ok(Held { cart, is_new: false })
        }
        CartState::Open | CartState::Completed | CartState::Superseded => Ok(held),
    }
}

/// Stores the cart; `false` when somebody else has written it since it was read.
async fn keep(core: &Core, ctx: &Context, token_hash: &str, held: &mut Held) -> Result<bool> {
    let carts = core.db.carts();
    let outcome = if held.is_new {
        carts.insert(ctx.store, token_hash, &held.cart).await
    } else {
        carts.save(ctx.store, token_hash, &mut held.cart).await
    };
    match outcome {
        Ok(()) => Ok(true),
        Err(RepoError::Stale) => Ok(false),
        Err(RepoError::Conflict { constraint }) if constraint == "carts_token_hash" => Ok(false),
        Err(other) => Err(other.into()),
    }
}

/// The race from which on waiting does not get longer.
const LONGEST_STEP: u32 = 8;

/// Lets the others go first for a moment: longer each time, and not all of them equally long. Every race has
/// a winner, so whoever keeps trying gets a turn.
async fn step_back(core: &Core, race: u32) {
    let [.., last] = core.ids.next();
    let millis = u64::from(race.min(LONGEST_STEP))
        .saturating_add(1)
        .saturating_mul(u64::from(last % 8).saturating_add(1));
    core.clock.sleep(Duration::from_millis(millis)).await;
}

fn contended() -> Error {
    Error::new(ErrorCode::InvalidState, "The cart is being changed by others; try again.")
}

fn begin(core: &Core, ctx: &Context, config: &StoreConfig) -> Held {
    let mut cart = Cart::open(core.ids.id(), ctx.mode, config.store.currency, ctx.now);
    cart.visitor_country = country_of(&ctx.locale);
    Held { cart, is_new: true }
}

/// Makes room for a new cart.
async fn retire(core: &Core, ctx: &Context, token_hash: &str, mut cart: Cart) -> Result<()> {
    // Superseded already, by a request that was quicker: that is what we want.
    let Ok(true) = cart.supersede(ctx.now) else { return Ok(()) };
    match core.db.carts().save(ctx.store, token_hash, &mut cart).await {
        Ok(()) | Err(RepoError::Stale) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

/// The country that a language tag names: `GB` of `en-GB`. The best guess at where somebody is who has
/// said nothing but the language to answer in.
fn country_of(tag: &str) -> Option<CountryCode> {
    let mut subtags = tag.split('-').skip(1);
    subtags.find(|subtag| subtag.len() == 2).and_then(|region| CountryCode::parse(region).ok())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("en-GB", Some("GB"))]
    #[case("zh-Hant-TW", Some("TW"))]
    #[case("en", None)]
    #[case("en-001", None)]
    #[case("en-ZZ", None)]
    fn a_language_tag_may_tell_the_country(#[case] tag: &str, #[case] country: Option<&str>) {
        assert_eq!(country_of(tag).map(CountryCode::as_str), country);
    }
}
