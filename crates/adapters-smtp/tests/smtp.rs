//! The mailer against a server that speaks SMTP over a real socket.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use adapters_smtp::{SmtpConfig, SmtpMailer};
use domain::address::Email;
use ports::mail::{Mail, MailError, Mailer as _};
use testkit::{database::fresh_id, smtp::FakeSmtp};

fn mailer(server: &FakeSmtp) -> SmtpMailer {
    let config = SmtpConfig { url: server.url().into(), from: "Acme <no-reply@acme.example>".to_owned() };
    SmtpMailer::new(&config).unwrap()
}

fn mail(subject: &str, text: &str) -> Mail {
    let to = Email::parse("sam@example.com").unwrap();
    Mail { id: fresh_id(), to, subject: subject.to_owned(), text: text.into() }
}

#[tokio::test]
async fn a_mail_arrives_with_its_sender_its_receiver_and_its_text() {
    let server = FakeSmtp::start().await;
    let mail = mail("Your invitation", "Accept:\nhttps://admin.example/accept-invite#token=inv_1\n");
    mailer(&server).send(&mail).await.unwrap();
    let [got] = server.received().try_into().unwrap();
    assert_eq!(
        (got.from.as_str(), got.to.as_slice()),
        ("no-reply@acme.example", &["sam@example.com".to_owned()][..])
    );
    assert!(got.data.contains("Subject: Your invitation\r\n"), "{}", got.data);
    assert!(got.data.contains("From: Acme <no-reply@acme.example>"), "{}", got.data);
    assert!(got.data.contains(&format!("Message-ID: <{}@acme.example>", mail.id)), "{}", got.data);
    assert!(got.data.contains("https://admin.example/accept-invite#token=inv_1"), "{}", got.data);
}

#[tokio::test]
async fn a_subject_cannot_bring_headers_of_its_own() {
    let server = FakeSmtp::start().await;
    mailer(&server).send(&mail("Hello\r\nBcc: all@example.com", "Text")).await.unwrap();
    let [got] = server.received().try_into().unwrap();
    let (head, _) = got.data.split_once("\r\n\r\n").unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    assert_eq!(got.to, ["sam@example.com"]);
}

#[tokio::test]
async fn a_receiver_that_is_refused_is_refused_for_good_and_a_busy_server_is_not() {
    let server = FakeSmtp::start().await;
    server.answer_receivers_with("550 5.1.1 no such user");
    let refused = mailer(&server).send(&mail("Hello", "Text")).await;
    assert!(matches!(refused, Err(MailError::Refused(_))), "{refused:?}");
    for later in ["451 4.3.0 try again later", "535 5.7.8 wrong password", "554 5.7.1 not today"] {
        server.answer_receivers_with(later);
        let put_off = mailer(&server).send(&mail("Hello", "Text")).await;
        assert!(matches!(put_off, Err(MailError::Unavailable(_))), "{later}: {put_off:?}");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_check_needs_a_server_that_answers() {
    let server = FakeSmtp::start().await;
    mailer(&server).check().await.unwrap();
    let nobody = SmtpConfig { url: "smtp://127.0.0.1:9".into(), from: "no-reply@acme.example".to_owned() };
    let unanswered = SmtpMailer::new(&nobody).unwrap().check().await;
    assert!(matches!(unanswered, Err(MailError::Unavailable(_))), "{unanswered:?}");
}
