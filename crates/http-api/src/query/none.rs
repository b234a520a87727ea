//! Operations without a query string: they refuse what they would not look at.

use actix_web::{HttpRequest, http::Method, web::Data};
use application::Error;
use utoipa::openapi::{
    OpenApi, RefOr,
    path::{Operation, ParameterIn},
};

use super::{NoFilters, Pairs};
use crate::server::known_paths::Route;

/// The operations of a surface that take no parameters but those in the path, by method and route.
#[derive(Debug)]
pub(crate) struct Queryless(Vec<(Method, String)>);

impl Queryless {
    /// Reads them off the document, which holds every route.
    pub(crate) fn of(document: &OpenApi) -> Self {
        let mut found = Vec::new();
        for (path, item) in &document.paths.paths {
            let operations = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in operations {
                if operation.as_ref().is_some_and(|one| !takes_query(one)) {
                    found.push((method, path.clone()));
                }
            }
        }
        Self(found)
    }
}

fn takes_query(operation: &Operation) -> bool {
    operation.parameters.iter().flatten().any(|parameter| match parameter {
        RefOr::T(parameter) => {
            matches!(parameter.parameter_in, ParameterIn::Query | ParameterIn::QueryString)
        }
        RefOr::Ref(_) => true,
    })
}

/// Refuses parameters of an operation that takes none; the others read and check their own.
pub(crate) fn refuse_strangers(request: &HttpRequest) -> Result<(), Error> {
    let Some((queryless, route)) = request.app_data::<Data<Queryless>>().zip(Route::of(request)) else {
        return Ok(());
    };
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    if queryless.0.iter().any(|(takes_none, path)| takes_none == method && path == route.as_str()) {
        Pairs::of(request)?.read::<NoFilters>()?;
    }
    Ok(())
}
