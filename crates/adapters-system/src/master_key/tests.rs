use std::{fs::Permissions, os::unix::fs::PermissionsExt as _};

use super::*;

const BYTES: [u8; LEN] = *b"\xff\xfb0123456789abcdefghijklmnopq\xfe\xff\xbf";

#[test]
fn every_written_form_of_a_key_is_read() {
    let forms = [
        STANDARD.encode(BYTES),
        STANDARD.encode(BYTES).trim_end_matches('=').to_owned(),
        URL_SAFE.encode(BYTES),
        hex::encode(BYTES),
        hex::encode(BYTES).to_uppercase(),
        format!("  {}\n", hex::encode(BYTES)),
    ];
    for form in forms {
        assert_eq!(form.parse::<MasterKey>().unwrap().expose(), &BYTES, "{form}");
    }
}

#[test]
fn what_is_no_key_is_refused() {
    for text in
        ["", "secret", &hex::encode(&BYTES[1..]), &STANDARD.encode([0; 31]), &"g".repeat(64), &"é".repeat(32)]
    {
        assert!(matches!(text.parse::<MasterKey>(), Err(MasterKeyError::Malformed)), "{text}");
    }
}

#[test]
fn a_created_key_is_private_and_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let made = MasterKey::load_or_create(&path).unwrap();
    let found = MasterKey::load_or_create(&path).unwrap();
    assert_eq!(made.expose(), found.expose());
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left behind");
}

#[test]
fn processes_that_start_together_share_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    let keys: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> =
            (0..8).map(|_| scope.spawn(|| *MasterKey::load_or_create(&path).unwrap().expose())).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    MasterKey::load_or_create(&path).unwrap();
    for mode in [0o640, 0o604, 0o644, 0o660] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let refused = MasterKey::load_or_create(&path).unwrap_err();
        assert!(matches!(refused, MasterKeyError::Exposed { mode: found, .. } if found == mode), "{refused}");
    }
}

#[test]
fn a_damaged_key_file_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("master.key");
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).unwrap().write_all(b"x").unwrap();
    assert!(matches!(MasterKey::load_or_create(&path), Err(MasterKeyError::Malformed)));
    assert_eq!(fs::read(&path).unwrap(), b"x");
}

#[test]
fn debug_output_shows_no_key() {
    let shown = format!("{:?}", MasterKey::from_bytes(BYTES));
    assert!(shown.contains("REDACTED"), "{shown}");
    assert!(!shown.contains("48"), "{shown}");
}

#[test]
fn keys_for_other_purposes_follow_from_the_master_and_differ() {
    let master = MasterKey::from_bytes([7; LEN]);
    assert_eq!(master.derive(b"cursors"), MasterKey::from_bytes([7; LEN]).derive(b"cursors"));
    assert_ne!(master.derive(b"cursors"), master.derive(b"links"));
    assert_ne!(master.derive(b"cursors"), MasterKey::from_bytes([8; LEN]).derive(b"cursors"));
    assert_ne!(&master.derive(b""), master.expose());
}
