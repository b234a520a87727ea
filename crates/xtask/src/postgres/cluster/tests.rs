//! The keeper's promise, proved on stand-ins for Postgres's programs that write down their calls.

use std::os::unix::fs::PermissionsExt;

use super::*;

/// A folder with programs that behave as told, and the record they keep.
struct StandIns {
    folder: PrivateFolder,
}

impl StandIns {
    fn new(initdb: &str, pg_ctl: &str) -> Self {
        let folder = PrivateFolder::create().unwrap();
        for (name, body) in [("initdb", initdb), ("pg_ctl", pg_ctl), ("postgres", "")] {
            let file = folder.path().join(name);
            let record = folder.path().join("record");
            let text = format!("#!/bin/sh\necho {name} $1 >>{}\n{body}\n", record.display());
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { folder }
    }

    fn keeper(&self, cluster: &PrivateFolder) -> Child {
        let binaries = Binaries::in_folder(self.folder.path()).unwrap();
        keeper(&binaries, cluster, 1, None).spawn().unwrap()
    }

    fn record(&self) -> Vec<String> {
        let record = fs::read_to_string(self.folder.path().join("record")).unwrap();
        record.lines().map(str::to_owned).collect()
    }
}

/// What `initdb` has to leave behind: the place of the settings.
const MAKES_DATA: &str = r#"mkdir "$2""#;

#[test]
fn the_server_stops_and_its_folder_goes_when_the_pipe_closes() {
    let stand_ins = StandIns::new(MAKES_DATA, "");
    let cluster = PrivateFolder::create().unwrap();
    let mut keeper = stand_ins.keeper(&cluster);
    let mut line = String::new();
    BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    assert!(cluster.path().join("data/postgresql.conf").exists());
    drop(keeper.stdin.take());
    keeper.wait().unwrap();
    assert_eq!(stand_ins.record(), ["initdb -D", "pg_ctl start", "pg_ctl stop"]);
    assert!(!cluster.path().exists());
}

#[test]
fn the_server_stops_even_when_we_are_gone_before_it_is_ready() {
    let stand_ins = StandIns::new(MAKES_DATA, r#"[ "$1" = stop ] || sleep 0.2"#);
    let cluster = PrivateFolder::create().unwrap();
    let mut keeper = stand_ins.keeper(&cluster);
    drop((keeper.stdin.take(), keeper.stdout.take()));
    keeper.wait().unwrap();
    assert_eq!(stand_ins.record().last().map(String::as_str), Some("pg_ctl stop"));
    assert!(!cluster.path().exists());
}

#[test]
fn a_terminal_s_signals_do_not_part_the_server_from_its_keeper() {
    let stand_ins = StandIns::new(MAKES_DATA, "");
    let cluster = PrivateFolder::create().unwrap();
    let mut keeper = stand_ins.keeper(&cluster);
    let mut line = String::new();
    BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
    for signal in ["-HUP", "-INT", "-TERM"] {
        let sent = Command::new("kill").args([signal, &keeper.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
    assert!(keeper.try_wait().unwrap().is_none(), "the keeper left its server");
    drop(keeper.stdin.take());
    keeper.wait().unwrap();
    assert_eq!(stand_ins.record().last().map(String::as_str), Some("pg_ctl stop"));
}

#[test]
fn a_server_that_does_not_start_says_why() {
    let stand_ins = StandIns::new("echo the disk is full; exit 1", "");
    let binaries = Binaries::in_folder(stand_ins.folder.path()).unwrap();
    let cluster = PrivateFolder::create().unwrap();
    let output = keeper(&binaries, &cluster, 1, None).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "the disk is full\n");
    assert!(!cluster.path().exists());
}
