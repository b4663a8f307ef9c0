//! The pages, one file each with its template beside it.

pub(crate) mod consent;
pub(crate) mod consent_detail;
pub(crate) mod consents;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod withdraw;
mod words;

#[cfg(test)]
mod tests {
    use crate::MESSAGES;
    use sumun_consent::Scope;
    use sumun_web::{Messages, keys_of_template};

    const TEMPLATES: [&str; 4] = [
        include_str!("pages/consent.html"),
        include_str!("pages/consent_detail.html"),
        include_str!("pages/consents.html"),
        include_str!("pages/withdraw.html"),
    ];

    /// What the code puts together: each has a title and a detail.
    const PAIRS: [&str; 8] = [
        "consents-none-active",
        "consents-none-ended",
        "fault-account",
        "fault-request-decided",
        "fault-request-expired",
        "fault-request-not-pushed",
        "fault-request-unknown",
        "fault-temporary",
    ];

    #[test]
    fn every_text_that_a_page_names_is_there() {
        let messages = Messages::load(&[MESSAGES]).unwrap();
        let named = TEMPLATES.iter().flat_map(|template| keys_of_template(template)).map(str::to_owned);
        let paired = PAIRS.iter().flat_map(|stem| ["title", "detail"].map(|part| format!("{stem}-{part}")));
        let explained = Scope::ALL.iter().flat_map(|scope| ["", "-detail"].map(|part| format!("scope-{scope}{part}")));
        let missing: Vec<_> = named.chain(paired).chain(explained).filter(|key| !messages.has(key)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
