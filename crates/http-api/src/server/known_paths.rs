//! Which methods a path takes, to tell a wrong method from a wrong path.

use utoipa::openapi::{OpenApi, PathItem};

use crate::docs;

/// The paths of a surface with their methods.
#[derive(Debug)]
pub(super) struct KnownPaths(Vec<(Vec<String>, String)>);

impl KnownPaths {
    /// Reads them off the document, which holds every route.
    pub(super) fn of(document: &OpenApi) -> Self {
        let documented = document.paths.paths.iter().map(|(path, item)| (split(path), methods(item)));
        let own = docs::PATHS.iter().map(|path| (split(path), "GET, HEAD".to_owned()));
        Self(documented.chain(own).collect())
    }

    /// The methods of the route that `path` matches.
    pub(super) fn methods(&self, path: &str) -> Option<String> {
        let path = split(path);
        let matches = |route: &[String]| {
            route.len() == path.len()
                && route.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
        };
        self.0.iter().find(|(route, _)| matches(route)).map(|(_, methods)| methods.clone())
    }
}

fn split(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn methods(item: &PathItem) -> String {
    let all = [
        ("GET, HEAD", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    all.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}
