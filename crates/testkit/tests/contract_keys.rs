//! What every server of an installation must agree on about keys, on both engines.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use std::{sync::Arc, time::Duration};

use application::{
    Core, ErrorCode,
    access::{self, hash_key, usage},
    api_key::{self, Grantor, KeyChanges},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{ApiKey, KeyKind};
use futures::future::join_all;
use ports::{Database as _, keys::KeyUse, signatures::SpentSignature};
use testkit::{TestCore, TestStore, database::NOW};

/// The same core on another server.
async fn elsewhere(host: &TestCore) -> Core {
    Core { db: host.database.elsewhere().await, key_uses: Arc::default(), ..Core::clone(&host.core) }
}

async fn publishable_key(core: &Core, text: &str) -> ApiKey {
    let principal = access::resolve_publishable_key(core, text).await.expect("the key is good");
    principal.key().map(|key| ApiKey::clone(key)).expect("a key opened it")
}

#[tokio::test]
async fn a_secret_key_that_was_revoked_is_refused_by_every_server_with_the_next_request() {
    for host in testkit::cores().await {
        let (shop, other) = (testkit::store(&host, "Acme", "GBP").await, elsewhere(&host).await);
        for round in 0..20 {
            let text = shop.key(&[domain::access::Scope::ReadOrders]).await;
            let key = access::resolve_secret_key(&other, &text).await.unwrap();
            let id = key.key().expect("a key opened it").id;
            api_key::revoke(&host, &shop.live(), Grantor::Operator, id, None).await.unwrap();
            let refused = access::resolve_secret_key(&other, &text).await.map(drop).unwrap_err();
            assert_eq!(refused.code, ErrorCode::InvalidApiKey, "{}, round {round}", host.database.engine);
        }
    }
}

#[tokio::test]
async fn a_publishable_key_that_was_rotated_is_refused_by_every_server_once_that_was_answered() {
    for host in testkit::cores().await {
        let (mut shop, other) = (testkit::store(&host, "Acme", "GBP").await, elsewhere(&host).await);
        for round in 0..5 {
            let key = publishable_key(&other, &shop.pk_live).await;
            publishable_key(&host, &shop.pk_live).await;
            let issued = api_key::rotate(&host, &shop.live(), Grantor::Operator, key.id).await.unwrap();
            for server in [&other, &*host.core] {
                let refused =
                    access::resolve_publishable_key(server, &shop.pk_live).await.map(drop).unwrap_err();
                assert_eq!(refused.code, ErrorCode::InvalidApiKey, "{}, round {round}", host.database.engine);
            }
            shop.pk_live = secrecy::ExposeSecret::expose_secret(&issued.text).to_owned();
        }
    }
}

#[tokio::test]
async fn a_signature_is_spent_once_whichever_servers_it_is_shown_to() {
    for host in testkit::cores().await {
        let shop = testkit::store(&host, "Acme", "GBP").await;
        let key = shop.own_key(&shop.sk_live).await;
        let elsewhere = host.database.elsewhere().await;
        let spent = |code: u8| SpentSignature {
            store: shop.id,
            key: key.id,
            code: [code; 32],
            kept_until: NOW + TimeDelta::seconds(i64::from(code)),
        };
        for code in 0..10 {
            let signature = spent(code);
            let shown = (0..8).map(|turn| {
                let server = if turn % 2 == 0 { &elsewhere } else { &*host.database };
                async move { server.signatures().spend(&signature).await.unwrap() }
            });
            let accepted = join_all(shown).await.into_iter().filter(|accepted| *accepted).count();
            assert_eq!(accepted, 1, "{}", host.database.engine);
        }
        // The same code of another key is another signature.
        let of_another = SpentSignature { key: testkit::database::fresh_id(), ..spent(9) };
        assert!(elsewhere.signatures().spend(&of_another).await.unwrap());

        let halfway = NOW + TimeDelta::seconds(4);
        assert_eq!(elsewhere.signatures().forget(halfway).await.unwrap(), 5, "{}", host.database.engine);
        assert!(host.database.signatures().spend(&spent(4)).await.unwrap(), "its time is over");
        assert!(!host.database.signatures().spend(&spent(5)).await.unwrap(), "its time is not over");
    }
}

async fn last_used(host: &TestCore, shop: &TestStore, key: &ApiKey) -> (Option<DateTime<Utc>>, i32) {
    let row = host.db.keys().key(shop.id, key.id).await.unwrap().expect("the key is there");
    (row.key.last_used_at, row.key.version)
}

#[tokio::test]
async fn the_last_use_of_a_key_only_moves_on_and_changes_nothing_else() {
    for host in testkit::cores().await {
        let shop = testkit::store(&host, "Acme", "GBP").await;
        let (live, test) = (shop.own_key(&shop.sk_live).await, shop.own_key(&shop.sk_test).await);
        let other = elsewhere(&host).await;
        let at = |seconds| NOW + TimeDelta::seconds(seconds);
        let before = last_used(&host, &shop, &live).await;
        assert_eq!(before.0, None, "{}", host.database.engine);
        host.key_uses.note(&live, at(5));
        host.key_uses.note(&live, at(3));
        host.key_uses.note(&test, at(4));
        other.key_uses.note(&live, at(2));
        assert_eq!(last_used(&host, &shop, &live).await, before, "requests only remember");
        usage::write(&host).await.unwrap();
        usage::write(&other).await.unwrap();
        assert_eq!(last_used(&host, &shop, &live).await, (Some(at(5)), before.1), "{}", host.database.engine);
        assert_eq!(last_used(&host, &shop, &test).await.0, Some(at(4)), "{}", host.database.engine);

        // A change of the key does not take its last use back.
        let changes = KeyChanges { name: Some("Renamed".to_owned()), ..KeyChanges::default() };
        api_key::update(&host, &shop.live(), Grantor::Operator, live.id, changes).await.unwrap();
        assert_eq!(last_used(&host, &shop, &live).await, (Some(at(5)), before.1 + 1));
        let strange = KeyUse { store: testkit::database::fresh_id(), key: live.id, at: at(9) };
        host.db.keys().used(&[strange]).await.unwrap();
        assert_eq!(last_used(&host, &shop, &live).await.0, Some(at(5)), "another store's is another key");
    }
}

#[tokio::test]
async fn uses_are_written_every_minute_and_once_more_at_the_end() {
    let host = TestCore::start().await;
    let shop = testkit::store(&host, "Acme", "GBP").await;
    let key = shop.own_key(&shop.sk_live).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let core = Core::clone(&host.core);
    let running = tokio::spawn(async move { usage::run(&core, async { drop(stopped.await) }).await });
    host.key_uses.note(&key, NOW);
    let written = async {
        while last_used(&host, &shop, &key).await.0.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), written).await.expect("a minute of the test is short");
    let end = NOW + TimeDelta::days(1);
    host.key_uses.note(&key, end);
    drop(stop);
    running.await.unwrap();
    assert_eq!(last_used(&host, &shop, &key).await.0, Some(end));
}

#[tokio::test]
async fn many_keys_are_noted_at_once() {
    for host in testkit::cores().await {
        let shop = testkit::store(&host, "Acme", "GBP").await;
        let known = shop.own_key(&shop.sk_live).await;
        let mut uses: Vec<_> = (0..2_500)
            .map(|_| KeyUse { store: shop.id, key: testkit::database::fresh_id(), at: NOW })
            .collect();
        uses.push(KeyUse { store: shop.id, key: known.id, at: NOW });
        host.db.keys().used(&uses).await.unwrap();
        assert_eq!(last_used(&host, &shop, &known).await.0, Some(NOW), "{}", host.database.engine);
        let found = host.db.keys().by_hash(KeyKind::Secret, &hash_key(&shop.sk_live)).await.unwrap();
        assert_eq!(found.and_then(|key| key.last_used_at), Some(NOW));
        assert_eq!(
            host.db.keys().by_hash(KeyKind::Publishable, &hash_key(&shop.sk_live)).await.unwrap(),
            None
        );
    }
}
