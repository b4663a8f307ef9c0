//! Headers that every answer of our pages carries.

use crate::{ErrorPage, Locale, Site, assets};
use axum::Router;
use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use std::sync::Arc;

/// Wraps an app's pages: serves the static files, adds the security headers
/// to every answer and remembers the language that `?lang=` chose.
///
/// `Referrer-Policy: no-referrer` makes browsers send `Origin: null` with a
/// form, so a page must not compare `Origin`; forms carry their own token.
pub fn shell(router: Router) -> Router {
    router.merge(assets::router()).layer(from_fn(dress))
}

/// [`shell`] for the pages of customers, who know the operator by name and not
/// the program: their error pages stand under that name too, whoever made them.
pub fn customer_shell(router: Router, site: Arc<Site>) -> Router {
    shell(router).layer(from_fn_with_state(site, sign))
}

async fn sign(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(page) = response.extensions_mut().remove::<ErrorPage>() {
        *response.body_mut() = page.on_site(&site).into();
    }
    response
}

/// Where a form may lead, beside the site itself.
///
/// Browsers check `form-action` on the redirect after a form too, so the
/// consent form must name the origin of the app's redirect address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormTarget(String);

impl FormTarget {
    /// The origin of an absolute address (`https://app.example:8443`), or the
    /// scheme of an app's own one (`com.example.app:`). `None` when it is
    /// neither, or would break out of the header.
    pub fn of_redirect(address: &str) -> Option<Self> {
        let scheme = address.split_once(':')?.0;
        let mut letters = scheme.chars();
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.');
        if !letters.next()?.is_ascii_alphabetic() || !letters.all(plain) {
            return None;
        }
        if !matches!(scheme, "http" | "https") {
            let dangerous = ["javascript", "data", "blob", "file", "filesystem", "about", "vbscript"];
            return (!dangerous.contains(&scheme.to_ascii_lowercase().as_str())).then(|| Self(format!("{scheme}:")));
        }
        let uri: Uri = address.parse().ok()?;
        let authority = uri.authority()?;
        let host = authority.host();
        let plain_host = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '[' | ']' | ':');
        if host.is_empty() || !host.chars().all(plain_host) || authority.as_str().contains('@') {
            return None;
        }
        let port = authority.port_u16().map_or_else(String::new, |port| format!(":{port}"));
        Some(Self(format!("{scheme}://{host}{port}")))
    }

    /// As it stands in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The content security policy of a page whose forms lead to `targets`.
pub(crate) fn content_security_policy(targets: &[FormTarget]) -> String {
    let targets: String = targets.iter().map(|target| format!(" {}", target.0)).collect();
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; \
         form-action 'self'{targets}; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// What a page says beyond the headers that [`shell`] adds.
pub(crate) fn page_headers(targets: &[FormTarget]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy(targets)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers
}

const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
     magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

const ALWAYS: [(&str, &str); 6] = [
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", PERMISSIONS),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

async fn dress(request: Request, next: Next) -> Response {
    let chosen = Locale::of_query(request.uri());
    let browser = asks_for_a_page(&request).then(|| Locale::of_request(request.uri(), request.headers()));
    let mut response = next.run(request).await;
    if let Some(locale) = browser {
        response = explained(response, locale);
    }
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.extend(page_headers(&[]));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Some(cookie) = chosen.and_then(language_cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

fn asks_for_a_page(request: &Request) -> bool {
    let accepted = request.headers().get_all(header::ACCEPT).iter();
    accepted.filter_map(|value| value.to_str().ok()).any(|value| value.contains("text/html"))
}

/// The router answers a foreign method (405) with an empty body, for which a
/// browser has only a page of its own; a person gets ours. `Allow` is kept.
fn explained(response: Response, locale: Locale) -> Response {
    let is_bare = response.status() == StatusCode::METHOD_NOT_ALLOWED && response.body().is_end_stream();
    if !is_bare {
        return response;
    }
    let mut page = ErrorPage::method_not_allowed(locale).into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        page.headers_mut().insert(header::ALLOW, allow.clone());
    }
    page
}

fn language_cookie(locale: Locale) -> Option<HeaderValue> {
    let cookie = format!("lang={locale}; Path=/; Max-Age=31536000; SameSite=Lax; Secure; HttpOnly");
    HeaderValue::from_str(&cookie).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;

    async fn answer(address: &str) -> Response {
        let app = shell(Router::new().route("/page", get(|| async { "page" })));
        app.oneshot(Request::get(address).body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn every_answer_carries_the_security_headers() {
        for address in ["/page", "/nothing-here"] {
            let response = answer(address).await;
            let headers = response.headers();
            for (name, value) in ALWAYS {
                assert_eq!(headers[name], value, "{address} {name}");
            }
            assert_eq!(headers[header::CACHE_CONTROL], "no-store");
            assert_eq!(
                headers[header::CONTENT_SECURITY_POLICY],
                "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; \
                 base-uri 'none'; frame-ancestors 'none'"
            );
        }
    }

    #[tokio::test]
    async fn a_foreign_method_is_explained_to_a_browser_and_bare_to_a_program() {
        let send = async |accept: &str| {
            let app = shell(Router::new().route("/page", get(|| async { "page" })));
            let request = Request::post("/page").header(header::ACCEPT, accept).body(Body::empty()).unwrap();
            app.oneshot(request).await.unwrap()
        };
        for (accept, has_words) in [("text/html,*/*;q=0.8", true), ("application/json", false)] {
            let response = send(accept).await;
            assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(response.headers()[header::ALLOW], "GET,HEAD", "{accept}");
            let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
            assert_eq!(String::from_utf8_lossy(&body).contains("<h1>"), has_words, "{accept}");
        }
    }

    #[tokio::test]
    async fn a_customers_error_page_is_the_operators_with_its_world_label() {
        let site = Arc::new(Site {
            messages: crate::Messages::load(&[]).unwrap(),
            operator: crate::Bilingual::new("다온은행", "Daon Bank"),
            world: crate::WorldLabel::Demonstration,
            home: "/".to_owned(),
            version: "0",
        });
        let routes = Router::new().route("/page", get(|| async { ErrorPage::not_found(Locale::Ko) }));
        for (method, status) in [(http::Method::GET, 404), (http::Method::POST, 405)] {
            let request = Request::builder().method(method).uri("/page?lang=ko").header(header::ACCEPT, "text/html");
            let app = customer_shell(routes.clone(), Arc::clone(&site));
            let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.status(), status);
            assert_eq!(response.headers()["x-content-type-options"], "nosniff");
            let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
            let html = String::from_utf8_lossy(&body);
            assert!(
                html.contains("다온은행</title>") && html.contains("시연 데이터") && !html.contains("수문"),
                "{html}"
            );
        }
    }

    #[tokio::test]
    async fn the_chosen_language_is_remembered() {
        let response = answer("/page?lang=en").await;
        assert!(response.headers()[header::SET_COOKIE].to_str().unwrap().starts_with("lang=en; Path=/"));
        assert!(answer("/page").await.headers().get(header::SET_COOKIE).is_none());
        assert!(answer("/page?lang=x%0d%0aa").await.headers().get(header::SET_COOKIE).is_none());
    }

    #[test]
    fn a_form_target_is_an_origin_or_an_apps_own_scheme() {
        let target = |address| FormTarget::of_redirect(address).map(|target| target.0);
        assert_eq!(target("https://app.example:8443/cb?x=1").as_deref(), Some("https://app.example:8443"));
        assert_eq!(target("http://127.0.0.1:7999/cb").as_deref(), Some("http://127.0.0.1:7999"));
        assert_eq!(target("https://[::1]:8443/cb").as_deref(), Some("https://[::1]:8443"));
        assert_eq!(target("com.example.app:/cb").as_deref(), Some("com.example.app:"));
        let hostile =
            ["javascript:alert(1)", "https://a;script-src *", "/relative", "https://u@a.example/", "*:/x", ""];
        hostile.iter().for_each(|address| assert_eq!(target(address), None, "{address}"));
    }

    #[test]
    fn the_targets_stand_in_the_policy() {
        let targets = [FormTarget::of_redirect("https://app.example/cb").unwrap()];
        assert!(content_security_policy(&targets).contains("form-action 'self' https://app.example; base-uri"));
    }
}
