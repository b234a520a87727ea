//! Serving a surface.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, Error as ActixError, HttpRequest, HttpServer,
    body::BoxBody,
    dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, NormalizePath, from_fn},
    web::{self, Bytes, Data},
};
use application::{Core, health::Monitor};
use ports::limits::RateLimiter;
use tracing_actix_web::TracingLogger;

use crate::{
    auth::answer_once,
    body::{self, BodyLimit},
    docs::{self, Docs},
    edge::{
        EdgeSettings, RequestSpan, edge,
        limits::{Limits, gate},
        private_cors, public_cors,
    },
    error::{ApiError, ApiResult},
    list::cursor::CursorKey,
    metrics_page::MetricsPage,
    openapi,
    query::Queryless,
    raw_body::keep_raw_body,
    routes::{self, Routes},
    shelf::Shelf,
};

pub(crate) mod known_paths;

use self::known_paths::KnownPaths;

/// One of the two faces of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// For storefronts, with publishable keys.
    Public,
    /// For merchants, with secret keys.
    Private,
}

impl Surface {
    /// `public` or `private`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// Bytes of answers that are kept in memory when nothing else is said.
const KEPT_ANSWERS: u64 = 16 << 20;

/// How one server behaves.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Threads that answer requests; `None` is one for each processor.
    pub workers: Option<usize>,
    /// Bytes a body may have.
    pub body_limit: usize,
    /// Where callers find this server: scheme, host and port, without a path.
    pub public_url: String,
    /// Origins whose pages may call the private surface; the public one is open to all.
    pub cors_origins: Vec<String>,
    /// How long one request may take, body included.
    pub request_timeout: Duration,
    /// How long a client may take over its request line and headers.
    pub client_timeout: Duration,
    /// How long a connection may stay open without a request.
    pub idle_timeout: Duration,
    /// How long requests may go on after the server was told to stop.
    pub shutdown_timeout: Duration,
    /// Proxies that requests come over, each adding whom it was called by to `X-Forwarded-For`.
    pub trusted_proxies: u8,
    /// Bytes of answers about the catalogue that are kept in memory to be given again; none with 0.
    pub kept_answers: u64,
    /// Who counts requests; without one nobody is limited.
    pub limiter: Option<Arc<dyn RateLimiter>>,
    /// Authenticates cursors; the same on every server of an installation.
    pub cursor_key: CursorKey,
    /// What `GET /metrics` of the private surface shows; without it there is nothing at that address.
    pub metrics: Option<MetricsPage>,
    /// Says whether the process can do its work; without one, the database and the queue are asked.
    pub monitor: Option<Arc<Monitor>>,
}

impl ServerConfig {
    /// The usual limits for a server that callers find at `public_url`.
    pub fn new(public_url: impl Into<String>, cursor_key: CursorKey) -> Self {
        Self {
            workers: None,
            body_limit: body::DEFAULT_LIMIT,
            public_url: public_url.into(),
            cors_origins: Vec::new(),
            request_timeout: Duration::from_secs(30),
            client_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(15),
            shutdown_timeout: Duration::from_secs(20),
            trusted_proxies: 0,
            kept_answers: KEPT_ANSWERS,
            limiter: None,
            cursor_key,
            metrics: None,
            monitor: None,
        }
    }
}

/// Starts serving `surface` on `listener`. The server runs while the returned future is polled; its
/// handle stops it, letting requests finish. Signals are left to the process, which may run several.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(
    surface: Surface,
    core: Arc<Core>,
    config: ServerConfig,
    listener: TcpListener,
) -> io::Result<Server> {
    let blueprint = Blueprint::new(surface, core, config);
    let config = Arc::clone(&blueprint.config);
    let mut server = HttpServer::new(move || blueprint.app())
        .client_request_timeout(config.client_timeout)
        .keep_alive(config.idle_timeout)
        .client_disconnect_timeout(Duration::from_secs(5))
        .shutdown_timeout(config.shutdown_timeout.as_secs())
        .disable_signals();
    if let Some(workers) = config.workers {
        server = server.workers(workers);
    }
    Ok(server.listen(listener)?.run())
}

/// All that a surface is made of; every worker builds its app from it, and so do tests.
#[derive(Clone)]
pub struct Blueprint {
    surface: Surface,
    core: Data<Core>,
    config: Arc<ServerConfig>,
    docs: Data<Docs>,
    known_paths: Data<KnownPaths>,
    queryless: Data<Queryless>,
    shelf: Data<Shelf>,
    monitor: Data<Monitor>,
    limits: Option<Limits>,
}

impl Blueprint {
    /// Prepares `surface` over `core`.
    pub fn new(surface: Surface, core: Arc<Core>, config: ServerConfig) -> Self {
        let document = openapi::at(openapi::document(surface), &config.public_url);
        let known_paths = Data::new(KnownPaths::of(&document));
        let queryless = Data::new(Queryless::of(&document));
        let shelf = Data::new(Shelf::of(surface, &document, config.kept_answers));
        let limits = config.limiter.clone().map(|limiter| Limits::new(limiter, surface, &document));
        let document = serde_json::to_vec(&document).expect("a document has nothing that JSON cannot hold");
        let docs = Docs { document: Bytes::from(document), server_url: config.public_url.clone() };
        let monitor = config.monitor.clone().unwrap_or_else(|| Arc::new(Monitor::of(&core, None)));
        let (core, config, docs) = (Data::from(core), Arc::new(config), Data::new(docs));
        Self {
            surface,
            core,
            config,
            docs,
            known_paths,
            queryless,
            shelf,
            monitor: Data::from(monitor),
            limits,
        }
    }

    /// The app: routes, and around them what happens to every request.
    pub fn app(
        &self,
    ) -> App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = ActixError,
            InitError = (),
        > + use<>,
    > {
        let cors = match self.surface {
            Surface::Public => public_cors(),
            Surface::Private => private_cors(&self.config.cors_origins),
        };
        let edge_settings = EdgeSettings {
            surface: self.surface,
            request_timeout: self.config.request_timeout,
            trusted_proxies: self.config.trusted_proxies,
        };
        let surface = self.surface;
        App::new()
            .app_data(self.core.clone())
            .app_data(self.docs.clone())
            .app_data(self.known_paths.clone())
            .app_data(self.queryless.clone())
            .app_data(self.shelf.clone())
            .app_data(self.monitor.clone())
            .app_data(self.config.cursor_key.clone())
            .app_data(Data::new(self.config.metrics.clone()))
            .app_data(BodyLimit(self.config.body_limit))
            .app_data(edge_settings)
            .configure(|config| routes::configure(surface, &mut Routes::Served(config)))
            .configure(docs::configure)
            .configure(|config| {
                if let Some(limits) = &self.limits {
                    config.app_data(limits.clone());
                }
            })
            .default_service(web::to(unknown))
            .wrap(from_fn(answer_once))
            .wrap(from_fn(keep_raw_body))
            .wrap(from_fn(gate))
            .wrap(Compress::default())
            .wrap(cors)
            .wrap(TracingLogger::<RequestSpan>::new())
            .wrap(from_fn(edge))
            // First, so that all the others see one spelling of a path.
            .wrap(NormalizePath::trim())
    }
}

/// Answers what no route takes: the path is unknown, or known but not with this method.
async fn unknown(request: HttpRequest, known_paths: Data<KnownPaths>) -> ApiResult {
    Err(match known_paths.methods(request.path()) {
        Some(methods) => ApiError::method_not_allowed(methods),
        None => ApiError::not_found("This address does not exist."),
    })
}
