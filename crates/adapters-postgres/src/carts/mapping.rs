//! Between a cart and its row.

use domain::{
    access::Mode,
    cart::{Cart, CartState},
    money::Currency,
};
use ports::RepoError;
use uuid::Uuid;

use super::{
    document::{CartDocument, Parts},
    row,
};
use crate::{
    error::corrupt,
    json::Spelled,
    stored::{id, uuid},
};

pub(super) fn to_row(store: Uuid, token_hash: &str, cart: &Cart) -> row::Model {
    let Cart {
        id,
        mode,
        currency,
        lines,
        coupon,
        contact,
        shipping_method,
        customer_id,
        visitor_country,
        attempts,
        state,
        version,
        created_at,
        updated_at,
        expires_at,
    } = cart.clone();
    let body = CartDocument::from(Parts {
        lines,
        coupon,
        contact,
        shipping_method,
        customer_id,
        visitor_country,
        attempts,
    });
    row::Model {
        store_id: store,
        id: uuid(id),
        livemode: mode.is_live(),
        token_hash: token_hash.to_owned(),
        state: state.as_str().to_owned(),
        currency: currency.code().to_owned(),
        body: Spelled(body),
        version,
        created_at,
        updated_at,
        expires_at,
    }
}

pub(super) fn from_row(row: row::Model) -> Result<Cart, RepoError> {
    let row::Model {
        store_id: _,
        id: key,
        livemode,
        token_hash: _,
        state,
        currency,
        body,
        version,
        created_at,
        updated_at,
        expires_at,
    } = row;
    let broken = |column| corrupt("carts", column, key);
    let Parts { lines, coupon, contact, shipping_method, customer_id, visitor_country, attempts } =
        body.0.read().ok_or_else(|| broken("body"))?;
    Ok(Cart {
        id: id(key),
        mode: if livemode { Mode::Live } else { Mode::Test },
        currency: Currency::from_code(&currency).map_err(|_| broken("currency"))?,
        lines,
        coupon,
        contact,
        shipping_method,
        customer_id,
        visitor_country,
        attempts,
        state: CartState::parse(&state).ok_or_else(|| broken("state"))?,
        version,
        created_at,
        updated_at,
        expires_at,
    })
}
