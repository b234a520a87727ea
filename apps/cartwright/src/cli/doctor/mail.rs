//! The mail server.

use cartwright::{config::Config, serve};

use super::finding::Finding;

/// Whether the mail server lets us in. Nothing is sent.
pub(super) async fn reach(config: &Config) -> Finding {
    let name = "mail";
    let mailer = match serve::post(config) {
        Ok(post) => post.mailer,
        Err(error) => return Finding::fail(name, format!("{error:#}")),
    };
    let Some(mailer) = mailer else {
        return Finding::ok(name, "no server is configured (smtp_url): invitations are handed over by hand");
    };
    match mailer.check().await {
        Ok(()) => Finding::ok(name, "the server lets us in"),
        Err(error) => {
            let cause = anyhow::Error::new(error);
            Finding::fail(name, format!("{cause:#}; look at smtp_url, and whether the server runs"))
        }
    }
}
