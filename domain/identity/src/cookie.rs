//! The cookie of a session, as header text.

use crate::SessionToken;

/// The session cookie of one app. Cookies are shared by all ports of a host,
/// so each app has a name of its own.
///
/// The prefix `__Host-` makes the browser take it over TLS only, from this
/// host only and for every path (RFC 6265bis section 4.1.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionCookie {
    suffix: &'static str,
}

impl SessionCookie {
    /// The cookie `__Host-<suffix>`, for example `bank` for `__Host-bank`.
    pub const fn new(suffix: &'static str) -> Self {
        Self { suffix }
    }

    /// The value of a `Set-Cookie` header that gives the browser `token` until
    /// it is closed. `SameSite=Lax`, since an app of an institution sends the
    /// customer here from its own site.
    pub fn set(&self, token: &SessionToken) -> String {
        format!("__Host-{}={}; Path=/; Secure; HttpOnly; SameSite=Lax", self.suffix, token.to_cookie())
    }

    /// The value of a `Set-Cookie` header that takes the token away.
    pub fn clear(&self) -> String {
        format!("__Host-{}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0", self.suffix)
    }

    /// The token in the values of the `Cookie` headers of a request. Where the
    /// name is there twice, somebody slipped one in: then there is none.
    pub fn read<'a>(&self, headers: impl IntoIterator<Item = &'a str>) -> Option<SessionToken> {
        let mut tokens = headers.into_iter().flat_map(|header| header.split(';')).filter_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name.strip_prefix("__Host-")? == self.suffix).then_some(value)
        });
        let token = tokens.next()?.parse().ok();
        if tokens.next().is_some() { None } else { token }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOKIE: SessionCookie = SessionCookie::new("bank");

    #[test]
    fn the_cookie_is_kept_from_scripts_other_hosts_and_plain_http() {
        let token = SessionToken::from_random([5; 32]);
        let header = COOKIE.set(&token);
        let (pair, attributes) = header.split_once(';').unwrap();
        assert_eq!(attributes, " Path=/; Secure; HttpOnly; SameSite=Lax");
        assert_eq!(COOKIE.read([pair]), Some(token.clone()));
        assert_eq!(COOKIE.read(["theme=dark", &format!("a=b;  {pair}")]), Some(token));
        assert_eq!(COOKIE.read([COOKIE.clear().split_once(';').unwrap().0]), None);
    }

    #[test]
    fn a_cookie_of_another_app_or_a_second_one_is_not_taken() {
        let token = SessionToken::from_random([5; 32]).to_cookie();
        assert_eq!(COOKIE.read([format!("__Host-workbench={token}").as_str()]), None);
        assert_eq!(COOKIE.read([format!("bank={token}").as_str()]), None);
        assert_eq!(COOKIE.read([format!("__Host-bank={token}; __Host-bank={token}").as_str()]), None);
    }
}
