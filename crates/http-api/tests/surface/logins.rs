//! Logins: how often a password may be guessed at, how a login ends, and how a password is replaced.

use std::sync::Arc;

use actix_web::http::Method;
use application::{login::reset, post};
use chrono::TimeDelta;
use domain::staff::Role;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use testkit::mailbox::Mailbox;

use crate::{
    client::{Answer, Shop},
    staff::{PASSWORD, hire, log_in, post as send, text, token},
};

const SAM: &str = "sam@example.com";

async fn shop() -> Shop {
    let shop = Shop::open().await;
    hire(&shop, &shop.store, SAM, Role::Staff).await;
    shop
}

/// A shop that sends mail, and where it arrives.
async fn shop_with_mail() -> (Shop, Arc<Mailbox>) {
    let mailbox = Arc::new(Mailbox::default());
    let mut shop = Shop::open().await;
    let kept = mailbox.clone();
    shop.host = shop.host.with(|core| core.post.mailer = Some(kept));
    hire(&shop, &shop.store, SAM, Role::Staff).await;
    (shop, mailbox)
}

/// What the worker does.
async fn work(shop: &Shop) {
    reset::grant_wishes(&shop.host, 10).await.unwrap();
    post::deliver(&shop.host, 10).await.unwrap();
}

#[actix_web::test]
async fn after_five_wrong_passwords_even_the_right_one_has_to_wait_whether_the_account_exists_or_not() {
    let shop = shop().await;
    for email in [SAM, "nobody@example.com"] {
        for _ in 0..5 {
            log_in(&shop, email, "wrong horse battery").await.refused(401, "invalid_credentials");
        }
        let paused = log_in(&shop, &email.to_uppercase(), PASSWORD).await;
        paused.refused(429, "login_paused");
        assert_eq!(paused.header("retry-after"), "61", "{}", paused.text);
    }
    shop.host.clock.advance(TimeDelta::seconds(60));
    log_in(&shop, SAM, "wrong horse battery").await.refused(401, "invalid_credentials");
    let longer = log_in(&shop, SAM, PASSWORD).await;
    assert_eq!(longer.header("retry-after"), "121", "{}", longer.text);
    shop.host.clock.advance(TimeDelta::seconds(120));
    assert_eq!(log_in(&shop, SAM, PASSWORD).await.status, 200);
    for _ in 0..5 {
        log_in(&shop, SAM, "wrong horse battery").await.refused(401, "invalid_credentials");
    }
}

#[actix_web::test]
async fn one_address_cannot_guess_at_many_accounts() {
    let shop = shop().await;
    for guess in 0..30 {
        let email = format!("guess{guess}@example.com");
        log_in(&shop, &email, PASSWORD).await.refused(401, "invalid_credentials");
    }
    log_in(&shop, SAM, PASSWORD).await.refused(429, "login_paused");
    shop.host.clock.advance(TimeDelta::seconds(60));
    for _ in 0..3 {
        assert_eq!(log_in(&shop, SAM, PASSWORD).await.status, 200, "who is right pauses nobody");
    }
    log_in(&shop, "another@example.com", PASSWORD).await.refused(401, "invalid_credentials");
    log_in(&shop, SAM, PASSWORD).await.refused(429, "login_paused");
}

#[actix_web::test]
async fn a_logout_ends_both_tokens_at_once() {
    let shop = shop().await;
    let login = log_in(&shop, SAM, PASSWORD).await.json()["data"].clone();
    let (one, other) = (text(&login["token"]), token(&shop, SAM).await);
    assert_eq!(shop.by(&one, Method::GET, "/brands", None).await.status, 200);
    assert_eq!(shop.by(&one, Method::POST, "/auth/logout", None).await.status, 204);
    shop.by(&one, Method::GET, "/brands", None).await.refused(401, "invalid_token");
    shop.by(&one, Method::POST, "/auth/logout", None).await.refused(401, "invalid_token");
    refresh(&shop, &text(&login["refreshToken"])).await.refused(401, "invalid_token");
    assert_eq!(shop.by(&other, Method::GET, "/brands", None).await.status, 200, "other logins go on");
}

async fn refresh(shop: &Shop, refresh_token: &str) -> Answer {
    send(shop, "/auth/refresh", json!({"refreshToken": refresh_token})).await
}

#[actix_web::test]
async fn a_refresh_token_is_good_once_and_its_second_use_ends_the_login() {
    let shop = shop().await;
    let login = log_in(&shop, SAM, PASSWORD).await.json()["data"].clone();
    let first = text(&login["refreshToken"]);
    let second = refresh(&shop, &first).await.json()["data"].clone();
    assert_ne!(second["refreshToken"], login["refreshToken"]);
    assert_ne!(second["token"], login["token"]);
    let third = refresh(&shop, &text(&second["refreshToken"])).await.json()["data"].clone();
    assert_eq!(shop.by(&text(&third["token"]), Method::GET, "/brands", None).await.status, 200);

    refresh(&shop, &first).await.refused(401, "invalid_token");
    shop.by(&text(&third["token"]), Method::GET, "/brands", None).await.refused(401, "invalid_token");
    refresh(&shop, &text(&third["refreshToken"])).await.refused(401, "invalid_token");
    for unknown in ["rft_0", "", &"x".repeat(500), &text(&login["token"])[..100]] {
        assert!([401, 422].contains(&refresh(&shop, unknown).await.status), "{unknown}");
    }
}

#[actix_web::test]
async fn a_login_that_is_not_refreshed_for_a_month_is_over() {
    let shop = shop().await;
    let login = log_in(&shop, SAM, PASSWORD).await.json()["data"].clone();
    shop.host.clock.advance(TimeDelta::days(29));
    let next = refresh(&shop, &text(&login["refreshToken"])).await;
    assert_eq!(next.status, 200, "{}", next.text);
    shop.host.clock.advance(TimeDelta::days(30));
    refresh(&shop, &text(&next.json()["data"]["refreshToken"])).await.refused(401, "invalid_token");
}

#[actix_web::test]
async fn another_password_ends_all_logins() {
    let shop = shop().await;
    let (one, other) = (token(&shop, SAM).await, token(&shop, SAM).await);
    let change = async |current: &str, new: &str| {
        let body = json!({"currentPassword": current, "newPassword": new});
        shop.by(&one, Method::POST, "/auth/password", Some(body)).await
    };
    change("wrong horse battery", "another horse battery").await.refused(401, "invalid_credentials");
    change(PASSWORD, "short").await.refused(422, "validation_failed");
    let changed = change(PASSWORD, "another horse battery").await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    for old in [&one, &other] {
        shop.by(old, Method::GET, "/brands", None).await.refused(401, "invalid_token");
    }
    let new = text(&changed.json()["data"]["token"]);
    assert_eq!(shop.by(&new, Method::GET, "/brands", None).await.status, 200);
    log_in(&shop, SAM, PASSWORD).await.refused(401, "invalid_credentials");
    assert_eq!(log_in(&shop, SAM, "another horse battery").await.status, 200);
}

#[actix_web::test]
async fn a_forgotten_password_is_replaced_by_mail_which_also_ends_the_pause() {
    let (shop, mailbox) = shop_with_mail().await;
    let old = token(&shop, SAM).await;
    for _ in 0..5 {
        log_in(&shop, SAM, "wrong horse battery").await.refused(401, "invalid_credentials");
    }
    for email in ["SAM@example.com", "nobody@example.com"] {
        let asked = send(&shop, "/auth/password-reset", json!({"email": email})).await;
        assert_eq!((asked.status, asked.text.as_str()), (204, ""), "{email}");
    }
    work(&shop).await;
    let [mail] = mailbox.mails().try_into().unwrap();
    assert_eq!(mail.to.as_str(), SAM);
    let token = mailbox.token(SAM, "pwr_");
    let confirm = async |token: &str, password: &str| {
        send(&shop, "/auth/password-reset/confirm", json!({"token": token, "password": password})).await
    };
    confirm(&token, "short").await.refused(422, "validation_failed");
    confirm("pwr_0", "another horse battery").await.refused(422, "validation_failed");
    assert_eq!(confirm(&token, "another horse battery").await.status, 204);
    confirm(&token, "yet another horse").await.refused(422, "validation_failed");
    shop.by(&old, Method::GET, "/brands", None).await.refused(401, "invalid_token");
    log_in(&shop, SAM, PASSWORD).await.refused(401, "invalid_credentials");
    assert_eq!(log_in(&shop, SAM, "another horse battery").await.status, 200, "the pause is over");
}

#[actix_web::test]
async fn a_reset_lapses_and_an_invitation_is_no_reset() {
    let (shop, mailbox) = shop_with_mail().await;
    send(&shop, "/auth/password-reset", json!({"email": SAM})).await;
    work(&shop).await;
    let token = mailbox.token(SAM, "pwr_");
    let accept = json!({"token": token, "password": PASSWORD});
    send(&shop, "/auth/accept-invite", accept).await.refused(422, "validation_failed");
    shop.host.clock.advance(TimeDelta::minutes(45));
    let late = json!({"token": token, "password": "another horse battery"});
    send(&shop, "/auth/password-reset/confirm", late).await.refused(422, "validation_failed");
}

#[actix_web::test]
async fn nobody_can_fill_a_mailbox_with_resets() {
    let (shop, mailbox) = shop_with_mail().await;
    for _ in 0..10 {
        let asked = send(&shop, "/auth/password-reset", json!({"email": SAM})).await;
        assert_eq!(asked.status, 204);
        work(&shop).await;
    }
    assert_eq!(mailbox.mails().len(), 3);
}

#[actix_web::test]
async fn with_a_mail_server_the_invitation_goes_by_mail_and_not_to_the_inviter() {
    let (shop, mailbox) = shop_with_mail().await;
    let new = json!({"email": "kim@example.com", "role": "staff"});
    let invited = shop.send_json(Method::POST, "/staff", new).await;
    assert_eq!(invited.status, 201, "{}", invited.text);
    assert!(!invited.text.contains("inv_"), "{}", invited.text);
    mailbox.shut(true);
    work(&shop).await;
    assert!(mailbox.mails().is_empty());
    mailbox.shut(false);
    work(&shop).await;
    assert!(mailbox.mails().is_empty(), "it is put off for a while");
    shop.host.clock.advance(TimeDelta::seconds(30));
    work(&shop).await;
    let [mail] = mailbox.mails().try_into().unwrap();
    assert!(mail.subject.contains("Acme Candles"), "{}", mail.subject);
    let token = mailbox.token("kim@example.com", "inv_");
    let accepted = send(&shop, "/auth/accept-invite", json!({"token": token, "password": PASSWORD})).await;
    assert_eq!(accepted.status, 200, "{}: {}", accepted.text, mail.text.expose_secret());
    work(&shop).await;
    assert_eq!(mailbox.mails().len(), 1, "it is sent once");
}

#[actix_web::test]
async fn a_new_password_is_told_in_the_log_of_every_store_of_its_owner() {
    let shop = shop().await;
    let second = testkit::store(&shop.host, "Second", "EUR").await;
    hire(&shop, &second, SAM, Role::Staff).await;
    let body = json!({"currentPassword": PASSWORD, "newPassword": "a-longer-horse-battery"});
    let changed = shop.by(&token(&shop, SAM).await, Method::POST, "/auth/password", Some(body)).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    for key in [&shop.store.sk_live, &second.sk_live] {
        let told = shop.by(key, Method::GET, "/audit-log?action=staff.password_changed", None).await;
        let entries = told.json()["data"].as_array().unwrap().clone();
        assert_eq!(entries.len(), 1, "{}", told.text);
        assert_eq!(
            (&entries[0]["actorName"], &entries[0]["after"]),
            (&json!(SAM), &Value::Null),
            "{}",
            told.text
        );
        assert!(!told.text.contains("horse"), "{}", told.text);
    }
}
