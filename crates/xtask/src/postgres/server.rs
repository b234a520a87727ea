//! A running server that the caller names.

use std::{
    net::{TcpStream, ToSocketAddrs},
    os::unix::net::UnixStream,
    path::PathBuf,
    time::Duration,
};

use crate::Fault;

const DEFAULT_PORT: u16 = 5432;
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a connection URL leads.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Tcp { host: String, port: u16 },
    Socket(PathBuf),
}

/// Checks that the URL is one of Postgres, and that somebody answers there.
pub(super) fn check(url: &str) -> Result<(), Fault> {
    let place = place(url)?;
    let answer = match &place {
        Place::Socket(path) => UnixStream::connect(path).map(drop),
        Place::Tcp { host, port } => connect(host, *port),
    };
    answer.map_err(|error| {
        let place = match place {
            Place::Socket(path) => path.display().to_string(),
            Place::Tcp { host, port } => format!("{host}:{port}"),
        };
        format!(
            "nobody answers at {place}, where DATABASE_URL leads ({error}).\n\
             Start that server, or unset DATABASE_URL to test on a private one."
        )
    })
}

fn connect(host: &str, port: u16) -> std::io::Result<()> {
    let mut outcome = Err(std::io::ErrorKind::AddrNotAvailable.into());
    for address in (host, port).to_socket_addrs()? {
        outcome = TcpStream::connect_timeout(&address, PATIENCE).map(drop);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn place(url: &str) -> Result<Place, Fault> {
    let rest =
        url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://")).ok_or_else(|| {
            // The URL itself may hold a password, so only its scheme is repeated.
            let scheme = url.split_once(':').map_or("no scheme", |(scheme, _)| scheme);
            format!(
                "DATABASE_URL must start with postgres:// for the tests, and has {scheme}.\n\
                 Unset it to test on a private Postgres; SQLite is tested in any case."
            )
        })?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = rest.split_once('/').map_or(rest, |(authority, _)| authority);
    let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
    let (mut host, mut port) = host_and_port(address)?;
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match name {
            "host" | "hostaddr" => host = value.replace("%2F", "/").replace("%2f", "/"),
            "port" => port = port_number(value)?,
            _ => {}
        }
    }
    let host = host.replace("%2F", "/").replace("%2f", "/");
    Ok(if host.starts_with('/') {
        Place::Socket(PathBuf::from(host).join(format!(".s.PGSQL.{port}")))
    } else {
        Place::Tcp { host, port }
    })
}

fn host_and_port(address: &str) -> Result<(String, u16), Fault> {
    let (host, port) = if let Some(rest) = address.strip_prefix('[') {
        let (host, port) = rest.split_once(']').ok_or("DATABASE_URL has an unclosed `[`")?;
        (host, port.strip_prefix(':'))
    } else {
        address.split_once(':').map_or((address, None), |(host, port)| (host, Some(port)))
    };
    let host = if host.is_empty() { "localhost" } else { host };
    Ok((host.to_owned(), port.map_or(Ok(DEFAULT_PORT), port_number)?))
}

fn port_number(text: &str) -> Result<u16, Fault> {
    text.parse().map_err(|_| format!("DATABASE_URL has `{text}` for a port"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_leads_to_its_host_and_port() {
        let cases = [
            ("postgres://u:p%40ss@db.example:6432/shop?sslmode=require", "db.example", 6432),
            ("postgresql://u@db.example/shop", "db.example", 5432),
            ("postgres://u:a@b@[::1]:5433/shop", "::1", 5433),
            ("postgres:///shop", "localhost", 5432),
            ("postgres:///shop?host=10.0.0.1&port=99", "10.0.0.1", 99),
        ];
        for (url, host, port) in cases {
            assert_eq!(place(url), Ok(Place::Tcp { host: host.to_owned(), port }), "{url}");
        }
    }

    #[test]
    fn a_url_may_lead_to_a_socket() {
        let expected = Ok(Place::Socket(PathBuf::from("/run/postgresql/.s.PGSQL.5433")));
        assert_eq!(place("postgres:///shop?host=/run/postgresql&port=5433"), expected);
        assert_eq!(place("postgres://u@%2Frun%2Fpostgresql:5433/shop"), expected);
    }

    #[test]
    fn a_url_of_another_database_is_refused_without_repeating_it() {
        let fault = check("mysql://root:secret@db/shop").expect_err("not Postgres");
        assert!(fault.contains("must start with postgres://") && fault.contains("mysql"), "{fault}");
        assert!(!fault.contains("secret"), "{fault}");
    }

    #[test]
    fn a_server_that_does_not_answer_is_refused_without_its_password() {
        let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let fault = check(&format!("postgres://u:secret@127.0.0.1:{unused}/shop")).expect_err("closed");
        assert!(fault.contains("nobody answers") && !fault.contains("secret"), "{fault}");
    }

    #[test]
    fn a_server_that_answers_is_taken() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(check(&format!("postgres://u@127.0.0.1:{port}/shop")), Ok(()));
    }
}
