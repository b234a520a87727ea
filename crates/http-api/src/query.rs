//! Query strings: typed, with unknown keys refused as in bodies.

use std::{
    future::{Ready, ready},
    ops::Deref,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use application::{Error, ErrorCode};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use validator::Validate;

use crate::{
    body::{fault, validation},
    error::ApiError,
};

pub(crate) use self::none::{Queryless, refuse_strangers};

/// A query string that was read and checked. For lists use [`crate::list::List`], for single resources
/// [`crate::view::View`], which take care of the parameters that all of them share.
#[derive(Debug)]
pub struct Query<T>(T);

impl<T> Query<T> {
    /// The query itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Pairs::of(request).and_then(Pairs::read).map(Self).map_err(ApiError::from))
    }
}

/// No parameters of its own.
#[derive(Debug, Clone, Copy, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct NoFilters {}

impl utoipa::IntoParams for NoFilters {
    fn into_params(
        _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        Vec::new()
    }
}

/// Several values in one parameter, `status=draft,active`; also given as `status[]=draft&status[]=active`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommaList(pub Vec<String>);

impl<'de> Deserialize<'de> for CommaList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self(names(&text).map(str::to_owned).collect()))
    }
}

/// The names in a comma-separated list.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty())
}

/// The decoded parameters of a request, from which shared ones are taken before the rest is read.
#[derive(Debug)]
pub(crate) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Decodes the query string. Repeated `name[]` become one comma-separated `name`.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Error> {
        Self::parse(request.query_string())
    }

    fn parse(query: &str) -> Result<Self, Error> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            if name.contains('\0') || value.contains('\0') {
                return Err(Error::invalid(name.replace('\0', ""), "must not contain NUL characters"));
            }
            let Some(listed) = name.strip_suffix("[]") else {
                pairs.push((name, value));
                continue;
            };
            match pairs.iter_mut().find(|(known, _)| known == listed) {
                Some((_, values)) => {
                    values.push(',');
                    values.push_str(&value);
                }
                None => pairs.push((listed.to_owned(), value)),
            }
        }
        Ok(Self(pairs))
    }

    /// Takes the only value of `name` out.
    pub(crate) fn take(&mut self, name: &str) -> Result<Option<String>, Error> {
        let mut found = self.0.extract_if(.., |(known, _)| known == name);
        let first = found.next().map(|(_, value)| value);
        if found.next().is_some() {
            return Err(Error::invalid(name, "is given twice"));
        }
        Ok(first)
    }

    /// Takes a whole number out.
    pub(crate) fn take_number(&mut self, name: &str, least: u32, most: u32) -> Result<Option<u32>, Error> {
        let Some(text) = self.take(name)? else { return Ok(None) };
        match text.parse::<u32>() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(Error::invalid(name, format!("must be a whole number from {least} to {most}"))),
        }
    }

    /// Reads what is left; a key that `T` does not have is refused.
    pub(crate) fn read<T: DeserializeOwned + Validate>(self) -> Result<T, Error> {
        let deserializer = serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(
            self.0.into_iter().map(|(name, value)| (name, value::Text(value))),
        );
        let value: T = fault::read(deserializer).map_err(|(path, error): (_, serde::de::value::Error)| {
            fault::refuse(&path, &error.to_string())
        })?;
        validation::check(&value)?;
        Ok(value)
    }
}

fn decode(text: &str) -> Result<String, Error> {
    percent_decode_str(&text.replace('+', " ")).decode_utf8().map(Into::into).map_err(|_| {
        Error::new(ErrorCode::MalformedRequest, "The query string is not percent-encoded UTF-8.")
    })
}

mod none;
mod value;

#[cfg(test)]
mod tests;
