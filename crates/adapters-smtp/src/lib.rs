//! Mail by SMTP, through a pool of connections to one server.
//!
//! What this crate may know: `ports`, `domain` and the protocol. What is written to whom is none of its
//! business.
#![warn(missing_docs)]

use std::{fmt, time::Duration};

use async_trait::async_trait;
use domain::address::Email;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::{self, AsyncSmtpTransportBuilder, PoolConfig},
};
use ports::mail::{Mail, MailError, Mailer};
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;

/// How long the server may take over one step.
const PATIENCE: Duration = Duration::from_secs(15);
/// Connections at most; mail goes out one after the other.
const CONNECTIONS: u32 = 2;

/// Which server sends the mail, and in whose name.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// `smtps://user:password@host:465` for TLS from the start; `smtp://user:password@host:587` for
    /// STARTTLS, without which nothing is sent; `smtp://host:25?tls=opportunistic` for STARTTLS where the
    /// server offers it. To a server on the same machine `smtp://localhost:1025` goes in the clear.
    pub url: SecretString,
    /// `Acme <no-reply@example.com>`, or the bare address.
    pub from: String,
}

/// Why mail cannot be sent this way. Never carries the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SmtpConfigError {
    /// The address of the server cannot be read.
    #[error("the address of the mail server must read smtp://… or smtps://…")]
    Url,
    /// The sender cannot be read.
    #[error("the sender must be an e-mail address, with or without a name before it in <>")]
    From,
}

/// Sends by SMTP.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer").field("from", &self.from).finish_non_exhaustive()
    }
}

impl SmtpConfig {
    /// Whether a mailer can be made of this. Unlike making one, this can be asked outside a runtime.
    ///
    /// # Errors
    /// What of it cannot be read.
    pub fn check(&self) -> Result<(), SmtpConfigError> {
        self.read().map(drop)
    }

    fn read(&self) -> Result<(AsyncSmtpTransportBuilder, Mailbox), SmtpConfigError> {
        let from: Mailbox = self.from.parse().map_err(|_| SmtpConfigError::From)?;
        // lettre takes more for an address than what the product writes to.
        Email::parse(from.email.as_ref()).map_err(|_| SmtpConfigError::From)?;
        let url = guarded(self.url.expose_secret());
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url);
        Ok((builder.map_err(|_| SmtpConfigError::Url)?, from))
    }
}

impl SmtpMailer {
    /// A mailer of this configuration, inside a runtime. The server is not asked yet.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn new(config: &SmtpConfig) -> Result<Self, SmtpConfigError> {
        let (builder, from) = config.read()?;
        let pool = PoolConfig::new().max_size(CONNECTIONS);
        let transport = builder.timeout(Some(PATIENCE)).pool_config(pool).build();
        Ok(Self { transport, from })
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let refused = |error: lettre::error::Error| MailError::Refused(Box::new(error));
        let to = mail.to.as_str().parse().map_err(|error| MailError::Refused(Box::new(error)))?;
        let domain = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{}@{domain}>", mail.id)))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.expose_secret().to_owned())
            .map_err(refused)
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.transport.send(self.message(mail)?).await.map(drop).map_err(sorted)
    }

    async fn check(&self) -> Result<(), MailError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::Unavailable("the server does not answer as it should".into())),
            Err(error) => Err(MailError::Unavailable(Box::new(error))),
        }
    }
}

/// A refusal of this recipient or this text is for good; all else, a wrong password too, may be mended.
fn sorted(error: smtp::Error) -> MailError {
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    if matches!(code.as_str(), "550" | "551" | "552" | "553" | "556") {
        MailError::Refused(Box::new(error))
    } else {
        MailError::Unavailable(Box::new(error))
    }
}

/// The address with TLS required, unless it says how it wants it or stays on this machine.
fn guarded(url: &str) -> String {
    let Some(rest) = url.strip_prefix("smtp://") else { return url.to_owned() };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let here = ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
        host_and_port.strip_prefix(name).is_some_and(|port| port.is_empty() || port.starts_with(':'))
    });
    if here || rest.contains('?') { url.to_owned() } else { format!("{url}?tls=required") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_sent_in_the_clear_to_another_machine() {
        assert_eq!(
            guarded("smtp://u:p@mail.example.com:587"),
            "smtp://u:p@mail.example.com:587?tls=required"
        );
        assert_eq!(guarded("smtp://mail.example.com"), "smtp://mail.example.com?tls=required");
        assert_eq!(guarded("smtp://localhost.evil.example"), "smtp://localhost.evil.example?tls=required");
        assert_eq!(guarded("smtp://localhost@evil.example"), "smtp://localhost@evil.example?tls=required");
        for as_it_is in [
            "smtp://localhost:1025",
            "smtp://127.0.0.1",
            "smtp://[::1]:25",
            "smtps://mail.example.com",
            "smtp://mail.example.com:25?tls=opportunistic",
        ] {
            assert_eq!(guarded(as_it_is), as_it_is);
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_without_the_password() {
        let of =
            |url: &str, from: &str| SmtpConfig { url: url.to_owned().into(), from: from.to_owned() }.check();
        assert_eq!(of("smtps://u:p@mail.example.com", "Acme <no-reply@acme.example>"), Ok(()));
        assert_eq!(of("smtp://mail.example.com", "no-reply@acme.example"), Ok(()));
        for url in ["", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://h?tls=none"] {
            assert_eq!(of(url, "no-reply@acme.example"), Err(SmtpConfigError::Url), "{url}");
        }
        for from in ["", "acme", "acme@", "Acme <acme>", "a@localhost"] {
            assert_eq!(of("smtps://mail.example.com", from), Err(SmtpConfigError::From), "{from}");
        }
    }
}
