//! Sign-in of a customer at the bank.

use crate::visit::{Presence, Visit};
use axum::response::{IntoResponse, Redirect, Response};
use sumun_sign_in::{SignInAnswer, SignInWords};
use sumun_web::{ErrorPage, Form};

/// The address of the sign-in page that leads back to `path` afterwards.
pub(super) fn address(path: &str) -> String {
    format!("/sign-in?next={}", own_path(path).unwrap_or("/transfers"))
}

/// `GET /sign-in`: the form, or straight on when somebody is signed in already.
pub(super) async fn show(visit: Visit) -> Result<Response, ErrorPage> {
    Ok(match visit.presence().await? {
        Presence::SignedIn(_) => Redirect::to(destination(&visit)).into_response(),
        Presence::Away(end) => visit.bank.entrance.sign_in_page(&visit, words(&visit), end),
    })
}

/// `POST /sign-in`.
pub(super) async fn send(visit: Visit, form: Form) -> Result<Response, ErrorPage> {
    let (entrance, typed) = (&visit.bank.entrance, visit.sign_in_form(&form)?);
    Ok(match entrance.sign_in_once(typed).await.map_err(|failure| visit.fail(failure))? {
        SignInAnswer::Opened(opened) => entrance.lead_on(&opened, &opened.telling(destination(&visit))),
        SignInAnswer::Refused(refused) => entrance.sign_in_again(&visit, words(&visit), refused),
    })
}

fn words(visit: &Visit) -> SignInWords {
    let page = visit.page("sign-in-title");
    let lead = page.text("sign-in-lead").to_string();
    let caution = page.text("sign-in-caution").with("operator", page.operator()).to_string();
    SignInWords { lead, caution: Some(caution), page }
}

fn destination(visit: &Visit) -> &str {
    visit.query("next").and_then(own_path).unwrap_or("/transfers")
}

/// Only pages of this site, of letters that need no escape.
fn own_path(path: &str) -> Option<&str> {
    let known = ["/transfers", "/notices", "/accounts"].iter().any(|place| path.starts_with(place));
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-'));
    (known && plain && !path.ends_with("/decision")).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_a_page_of_this_site_only() {
        assert_eq!(address("/transfers/trf_0"), "/sign-in?next=/transfers/trf_0");
        for path in [
            "//evil.example",
            "https://evil.example",
            "/transfers?x=//e",
            "/\\evil",
            "/sign-out",
            "/transfers/x/decision",
        ] {
            assert_eq!(address(path), "/sign-in?next=/transfers", "{path}");
        }
    }
}
