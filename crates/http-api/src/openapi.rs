//! openapi
pub(crate) mod parameter;
