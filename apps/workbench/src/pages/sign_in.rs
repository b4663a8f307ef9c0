//! Signing in.

use crate::access::{Refusal, Visit};
use axum::response::{IntoResponse, Redirect, Response};
use sumun_sign_in::{Presence, SignInAnswer, SignInWords};
use sumun_web::{ErrorPage, Form};

/// `GET /sign-in`: the form, or straight on when somebody is signed in already.
pub(crate) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let entrance = &visit.workbench.entrance;
    let presence = entrance.staff(visit.session_token(), visit.now).await;
    Ok(match presence.map_err(|failure| visit.refuse(failure))? {
        Presence::SignedIn(_) => Redirect::to(&visit.destination()).into_response(),
        Presence::Away(end) => entrance.sign_in_page(&visit, words(&visit), end),
    })
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(visit: Visit, form: Form) -> Result<Response, ErrorPage> {
    let (entrance, typed) = (&visit.workbench.entrance, visit.sign_in_form(&form)?);
    Ok(match entrance.sign_in_once(typed).await {
        Ok(SignInAnswer::Opened(opened)) => {
            let word = if opened.ended_elsewhere > 0 { "ended-elsewhere" } else { "signed-in" };
            entrance.lead_on(&opened, &format!("{}?done={word}", visit.destination()))
        }
        Ok(SignInAnswer::Refused(refused)) => entrance.sign_in_again(&visit, words(&visit), refused),
        Err(failure) => visit.refuse(failure).into_response(),
    })
}

fn words(visit: &Visit) -> SignInWords {
    let page = visit.page("sign-in-title");
    SignInWords { lead: page.text("sign-in-lead").to_string(), caution: None, page }
}
