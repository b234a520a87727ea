//! The paths of a surface: which methods each takes, to tell a wrong method from a wrong path, and what
//! a path is called in logs and numbers, where what callers write does not belong.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{HttpMessage as _, HttpRequest, dev::ServiceRequest, web::Data};
use utoipa::openapi::{OpenApi, PathItem};

use crate::docs;

/// What a path that no route takes is called.
const UNMATCHED: &str = "unmatched";

/// The paths of a surface with their methods.
#[derive(Debug)]
pub(crate) struct KnownPaths {
    /// By how many parts they have; those with fewer parameters first.
    known: BTreeMap<usize, Vec<KnownPath>>,
    unmatched: Route,
}

#[derive(Debug)]
struct KnownPath {
    parts: Vec<String>,
    methods: String,
    route: Route,
}

/// The template of the route that a request goes to, such as `/v1/private/orders/{order}`. The edge finds it once;
/// the framework's own patterns are too dear to be run by everybody who wants to know.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    template: Arc<str>,
    is_known: bool,
}

impl Route {
    fn known(template: &str) -> Self {
        Self { template: template.into(), is_known: true }
    }

    /// What a request is called that no route takes.
    fn unmatched() -> Self {
        Self { template: UNMATCHED.into(), is_known: false }
    }

    /// Finds it.
    pub(crate) fn find(request: &ServiceRequest) -> Self {
        let paths = request.app_data::<Data<KnownPaths>>();
        paths.map_or_else(Self::unmatched, |paths| paths.route(request.path()).clone())
    }

    /// The route of a request as the edge found it; nothing where no route takes it.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().filter(|route| route.is_known).cloned()
    }

    /// The template.
    pub(crate) fn template(&self) -> Arc<str> {
        Arc::clone(&self.template)
    }

    /// The template as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.template
    }
}

impl KnownPaths {
    /// Reads them off the document, which holds every route.
    pub(super) fn of(document: &OpenApi) -> Self {
        let documented = document.paths.paths.iter().map(|(path, item)| KnownPath::of(path, methods(item)));
        let own = docs::PATHS.iter().map(|path| KnownPath::of(path, "GET, HEAD".to_owned()));
        let mut known: BTreeMap<usize, Vec<KnownPath>> = BTreeMap::new();
        for path in documented.chain(own) {
            known.entry(path.parts.len()).or_default().push(path);
        }
        for alike in known.values_mut() {
            alike.sort_by_key(|path| path.parts.iter().filter(|part| part.starts_with('{')).count());
        }
        Self { known, unmatched: Route::unmatched() }
    }

    /// The methods of the route that `path` matches.
    pub(super) fn methods(&self, path: &str) -> Option<String> {
        self.find(path).map(|known| known.methods.clone())
    }

    fn route(&self, path: &str) -> &Route {
        self.find(path).map_or(&self.unmatched, |known| &known.route)
    }

    fn find(&self, path: &str) -> Option<&KnownPath> {
        let given: Vec<_> = parts(path).collect();
        self.known.get(&given.len())?.iter().find(|known| known.takes(&given))
    }
}

impl KnownPath {
    fn of(path: &str, methods: String) -> Self {
        Self { parts: parts(path).map(str::to_owned).collect(), methods, route: Route::known(path) }
    }

    /// Whether it takes these parts, of which it has as many.
    fn takes(&self, given: &[&str]) -> bool {
        // From the end, since all begin alike.
        self.parts.iter().zip(given).rev().all(|(part, given)| part.starts_with('{') || part == given)
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
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
