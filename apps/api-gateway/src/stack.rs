//! The checks of one call, in the order in which they are made. The order is
//! a property of the gateway: each step below says what it asks, why it stands
//! where it stands, and in brackets which clause it enforces (PR numbers are
//! rows of `catalogs/platform-requirements`). A check itself is a filter of
//! `sumun-traffic`, one file for each; here is only the order.
//!
//! Before the first step the connection was let in (TLS 1.3, PR-039, with a
//! certificate of the open authority, PR-040) and a place for the call's
//! record was reserved (PR-018): `listener.rs`. The test
//! `order::the_checks_are_made_in_the_order_of_the_stack` walks down this page.

use crate::answer::{id_header, pass_back};
use crate::consents::KnownConsent;
use crate::head;
use crate::listener::Connection;
use crate::quotas::Payer;
use crate::recording::Recording;
use crate::state::State;
use crate::tokens::KnownToken;
use crate::upload;
use crate::upstream::{Cargo, Onward};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Response};
use http_body_util::Full;
use std::sync::Arc;
use sumun_traffic::filter::certificate::KnownPeer;
use sumun_traffic::filter::limit::LimitRule;
use sumun_traffic::filter::method::Requested;
use sumun_traffic::filter::scope::Scoped;
use sumun_traffic::filter::{account, binding, body, certificate, consent, method, query, route, scope, size, token};
use sumun_traffic::{Refusal, Snapshot};
use sumun_transport::Heard;

/// Takes one call through all checks and on to the processor.
pub(crate) async fn carry_out(
    state: &State,
    connection: &Connection,
    heard: Heard,
    recording: &mut Recording<'_>,
) -> Result<Response<Full<Bytes>>, Refusal> {
    // One snapshot and one instant, so that all checks up to the body speak of the same moment.
    let (snapshot, now) = (state.snapshot.load_full(), recording.record.at);

    // 1. Whose connection is it, has it calls left, and may it call? All that follows is for, charged to and recorded
    // under that institution. (PR-119, PR-057, PR-058)
    let (peer, paying) = enter(state, &snapshot, connection, recording)?;

    // 2. Is the head one for us? Before anything in it means something; the transport looked. (RFC 9112 section 3.2)
    let (head, incoming) = heard.map_err(head::refusal)?.into_parts();

    // 3. What is asked for? That decides need and cost; paths are public. (RFC 9110 sections 15.5.5 and 15.5.6)
    let found = route::find(&snapshot.contract, head.uri.path())?;
    let requested = method::pick(found, head.method.as_str())?;
    recording.record.route = Some(Arc::clone(&requested.route().name));

    // 4. Is there enough left for what this route costs beyond its first token? Before the token of the app: a flood of
    // bad ones must not cost a signature check each. (PR-058)
    paying.go_on(state, requested.route().tokens, recording)?;

    // 5. May there be such a body? By its announcement, before a byte is read. (RFC 9110 sections 15.5.14 and 15.5.16)
    let allowance = size::check(&requested, upload::announced(&incoming))?;
    body::content_type(&requested, values(&head.headers, CONTENT_TYPE), head.headers.contains_key(CONTENT_ENCODING))?;

    // 6. On whose behalf? Believed by a signature, which costs most and is remembered. (RFC 6750, RFC 9068, PR-031)
    let bearer = token::bearer(values(&head.headers, AUTHORIZATION), head.uri.query())?;
    let known = state.tokens.verify(&snapshot, &peer, bearer, now)?;

    // 7. Where a body is to be read: is every right there? Only then may a caller make us hold bytes and parse them.
    if allowance.bytes_max() > 0 {
        let given = state.consents.find(known.verified.consent());
        let rights = Rights { connection, known: &known, given: given.as_deref() };
        account::in_path(&rights.ask(state, &requested, recording)?, &requested)?;
    }

    // 8. Does the body come, whole and in time? (RFC 9110 section 15.5.9)
    let bytes = upload::read(incoming, allowance, state.settings.limits.body_timeout).await?;
    recording.record.bytes_received = bytes.len() as u64;

    // 9. Is every right there at this moment? A body takes its time, and a withdrawal counts at once. (PR-021)
    let given = state.consents.find(known.verified.consent());
    let rights = Rights { connection, known: &known, given: given.as_deref() };
    let scoped = rights.ask(state, &requested, recording)?;

    // 10. Is the request one that everybody reads alike, in its query and in its JSON? (RFC 8259 section 4)
    query::check(&requested, head.uri.query())?;
    let json = body::read(&requested, &bytes)?;

    // 11. Is the account, wherever it is named, in the consent? (PR-012)
    let permitted = account::permit(scoped, &requested, &json)?;

    // Onward: the request to the processor is made of the permit; without one there is none. (PR-001, PR-002)
    let Some(consent) = given.as_deref() else { return Err(Refusal::ConsentEnded) };
    let id = id_header(recording.record.request);
    let cargo = Cargo { id: id.clone(), token: &known.told, consent, head: &head, body: bytes };
    let answer = Onward::new(permitted, &requested, cargo).send(&connection.pool).await?;

    // 12. May what was asked for still be told? What the customer took back meanwhile is not disclosed. (PR-021)
    let stands = state.consents.stands(known.verified.consent());
    consent::disclose(&requested, stands, state.revocations.contains(known.verified.id()))?;
    recording.record.status = Some(answer.status().as_u16());
    recording.record.bytes_sent = answer.body().len() as u64;
    Ok(pass_back(answer, id))
}

/// Step 1. Each call costs a token from here on, also one whose certificate
/// may not be used: a refusal costs us work and a record, and nobody may have
/// it for nothing. (PR-018)
fn enter(
    state: &State,
    snapshot: &Snapshot,
    connection: &Connection,
    recording: &mut Recording<'_>,
) -> Result<(KnownPeer, Paying), Refusal> {
    let (thumbprint, now) = (connection.certificate.thumbprint, recording.record.at);
    let payer = state.payer(snapshot, &thumbprint);
    recording.record.institution = payer.institution();
    let paying = Paying { payer, rule: state.limit_rule(&snapshot.contract) };
    let charged = state.quotas.enter(payer, paying.rule, now);
    charged.inspect_err(|_| recording.over_limit(payer))?;
    Ok((certificate::check(snapshot, thumbprint, now)?, paying))
}

/// Who pays for a call, and by which rule.
struct Paying {
    payer: Payer,
    rule: LimitRule,
}

impl Paying {
    /// Step 4: what is left to pay of the whole price.
    fn go_on(&self, state: &State, price: u32, recording: &mut Recording<'_>) -> Result<(), Refusal> {
        let charged = state.quotas.go_on(self.payer, self.rule, price, recording.record.at);
        charged.map(|_| ()).inspect_err(|_| recording.over_limit(self.payer))
    }
}

/// Whoever calls, with what gives the right to.
struct Rights<'a> {
    connection: &'a Connection,
    known: &'a KnownToken,
    given: Option<&'a KnownConsent>,
}

impl<'a> Rights<'a> {
    /// Asks for all rights at this moment, in this order.
    fn ask(
        &self,
        state: &State,
        requested: &Requested<'_>,
        recording: &mut Recording<'_>,
    ) -> Result<Scoped<'a>, Refusal> {
        let (token, now, snapshot) = (&self.known.verified, state.now(), state.snapshot.load());
        // May the institution still call? It can be stopped while its body comes. (PR-057, PR-119)
        let peer = certificate::check(&snapshot, self.connection.certificate.thumbprint, now)?;

        // Does the token live? A dead one carries nothing, whoever shows it. (RFC 9068 section 4, RFC 7009 section 2)
        let live = token.live(now, state.revocations.contains(token.id()))?;

        // Is it in the right hands? Before anything of a stolen token, even its consent, is looked at or told. (RFC 8705
        // section 3, PR-030, PR-013)
        let bound = binding::bind(&snapshot, &peer, live)?;
        recording.record.app = Some(token.app());
        recording.record.consent = Some(token.consent());

        // Does the customer still want it? The last word before anything is done in the customer's name. (PR-021)
        let consented = consent::stand(bound, self.given.map(|given| &given.facts), now)?;

        // Did the customer grant what this call does? (PR-014)
        scope::permit(consented, requested)
    }
}

fn values(headers: &HeaderMap, name: http::HeaderName) -> impl Iterator<Item = &[u8]> {
    headers.get_all(name).into_iter().map(http::HeaderValue::as_bytes)
}
