//! Where a request comes from, behind however many proxies.

use std::net::{IpAddr, SocketAddr};

use actix_web::{
    HttpMessage as _, HttpRequest,
    dev::ServiceRequest,
    http::header::{HeaderMap, HeaderValue, X_FORWARDED_FOR},
};

/// The address a request comes from, as far as it can be believed; in the request's extensions.
///
/// Each proxy writes whom it was called by at the right end of `X-Forwarded-For`; what stands further
/// left may be the caller's invention. So exactly as many entries as there are proxies of the operator's
/// are believed, and the peer where there are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(Option<IpAddr>);

impl ClientAddress {
    /// The address that the edge found; `None` on a local socket.
    pub(crate) fn of(request: &HttpRequest) -> Option<IpAddr> {
        request.extensions().get::<Self>().and_then(|address| address.0)
    }

    /// The address; `None` on a local socket.
    pub(super) fn known(self) -> Option<IpAddr> {
        self.0
    }

    /// Finds the address of a request that came over `proxies` proxies.
    pub(super) fn find(request: &ServiceRequest, proxies: u8) -> Self {
        let forwarded = forwarder(request.headers(), proxies);
        let peer = || request.peer_addr().map(|peer| peer.ip());
        // An IPv4 address is the same one on a socket that takes both kinds.
        Self(forwarded.or_else(peer).map(|address| address.to_canonical()))
    }
}

/// The `proxies`-th entry from the right. When the list ends before, or holds something that is no
/// address, the last entry that could be read: that, too, was written by a trusted proxy.
fn forwarder(headers: &HeaderMap, proxies: u8) -> Option<IpAddr> {
    if proxies == 0 {
        return None;
    }
    let lines: Vec<&[u8]> = headers.get_all(X_FORWARDED_FOR).map(HeaderValue::as_bytes).collect();
    let entries = lines.iter().rev().flat_map(|line| line.rsplit(|&byte| byte == b','));
    entries.take(usize::from(proxies)).map_while(|entry| read(entry.trim_ascii())).last()
}

/// An address as proxies write it: bare, in brackets, with or without a port.
fn read(entry: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(entry).ok()?;
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use rstest::rstest;

    use super::*;

    const PEER: &str = "192.0.2.1";

    fn found(proxies: u8, lines: &[&str]) -> String {
        let mut request = TestRequest::default().peer_addr(format!("{PEER}:4711").parse().unwrap());
        for line in lines {
            request = request.append_header((X_FORWARDED_FOR, *line));
        }
        let ClientAddress(address) = ClientAddress::find(&request.to_srv_request(), proxies);
        address.unwrap().to_string()
    }

    #[rstest]
    #[case::nobody_is_believed_without_proxies(0, &["203.0.113.9"], PEER)]
    #[case::one_proxy_tells_its_caller(1, &["203.0.113.9"], "203.0.113.9")]
    #[case::two_proxies_tell_the_first_ones_caller(2, &["203.0.113.9, 10.0.0.2"], "203.0.113.9")]
    #[case::what_the_caller_wrote_stays_left(1, &["8.8.8.8, 203.0.113.9"], "203.0.113.9")]
    #[case::however_much_that_is(2, &["1.1.1.1,8.8.8.8 ,203.0.113.9,10.0.0.2"], "203.0.113.9")]
    #[case::a_line_of_the_callers_own(1, &["8.8.8.8", "203.0.113.9"], "203.0.113.9")]
    #[case::entries_over_two_lines(2, &["8.8.8.8, 203.0.113.9", "10.0.0.2"], "203.0.113.9")]
    #[case::a_list_that_is_too_short(2, &["203.0.113.9"], "203.0.113.9")]
    #[case::no_list_at_all(2, &[], PEER)]
    #[case::no_address_where_one_should_be(1, &["203.0.113.9, unknown"], PEER)]
    #[case::no_address_further_left(2, &["8.8.8.8, _hidden, 203.0.113.9"], "203.0.113.9")]
    #[case::nothing_between_commas(1, &["8.8.8.8,"], PEER)]
    #[case::an_address_with_its_port(1, &["203.0.113.9:1234"], "203.0.113.9")]
    #[case::the_newer_kind(1, &["2001:db8::7"], "2001:db8::7")]
    #[case::the_newer_kind_in_brackets(1, &["[2001:db8::7]"], "2001:db8::7")]
    #[case::the_newer_kind_with_its_port(1, &["[2001:db8::7]:443"], "2001:db8::7")]
    #[case::the_older_kind_written_as_the_newer(1, &["::ffff:203.0.113.9"], "203.0.113.9")]
    fn the_address_is_the_one_the_outermost_trusted_proxy_saw(
        #[case] proxies: u8,
        #[case] lines: &[&str],
        #[case] expected: &str,
    ) {
        assert_eq!(found(proxies, lines), expected);
    }

    #[test]
    fn bytes_that_are_no_text_are_no_address() {
        assert_eq!(read(b"203.0.113.\xff"), None);
    }

    #[test]
    fn a_peer_on_a_socket_for_both_kinds_is_known_by_its_own() {
        let request = TestRequest::default().peer_addr("[::ffff:203.0.113.9]:1".parse().unwrap());
        let ClientAddress(address) = ClientAddress::find(&request.to_srv_request(), 0);
        assert_eq!(address, Some("203.0.113.9".parse().unwrap()));
    }
}
