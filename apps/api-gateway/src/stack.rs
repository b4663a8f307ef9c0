//! The checks of one call, in the order in which they are made. The order is
//! a property of the gateway: each line below says why it stands where it
//! stands. A check is a filter of `sumun-traffic`; here is only the order.

use crate::answer::{id_header, pass_back};
use crate::consents::KnownConsent;
use crate::head;
use crate::listener::Connection;
use crate::recording::Recording;
use crate::state::State;
use crate::tokens::KnownToken;
use crate::upstream::{Cargo, Onward};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use std::sync::Arc;
use sumun_traffic::filter::certificate::KnownPeer;
use sumun_traffic::filter::method::Requested;
use sumun_traffic::filter::scope::Scoped;
use sumun_traffic::filter::size::{Allowance, Declared};
use sumun_traffic::filter::{account, binding, body, certificate, consent, method, route, scope, size, token};
use sumun_traffic::{Refusal, Snapshot};
use sumun_transport::{BodyFault, GuardedBody, body_fault};

/// Takes one call through all checks and on to the processor.
pub(crate) async fn carry_out(
    state: &State,
    connection: &Connection,
    request: Request<Incoming>,
    recording: &mut Recording,
) -> Result<Response<Full<Bytes>>, Refusal> {
    let (head, incoming) = request.into_parts();
    // The snapshot and the instant are taken once, so that all checks speak of the same moment.
    let (snapshot, now) = (state.snapshot.load_full(), recording.record.at);

    // Whose connection it is comes first: all that follows is for, charged to and recorded under that institution.
    let peer = certificate::check(&snapshot, connection.certificate.thumbprint, now)?;
    recording.record.institution = Some(peer.institution());

    // Two readings of one head are the start of request smuggling: refused before the head means anything.
    head::check(&head, &state.settings.limits)?;

    // What is asked for decides what is needed and what it costs; paths are public, so this tells a stranger nothing.
    let found = route::find(&snapshot.contract, head.uri.path())?;
    let requested = method::pick(found, head.method.as_str())?;
    recording.record.route = Some(Arc::clone(&requested.route().name));

    // The limit stands before the token: a flood of bad tokens must not cost us a signature check each.
    let rule = state.limit_rule(&snapshot.contract);
    state.quotas.charge(peer.institution(), rule, requested.route().tokens, now)?;

    // A body that cannot be taken is refused by its announcement, before a byte of it is read.
    let allowance = size::check(&requested, declared(&incoming))?;
    body::content_type(&requested, values(&head.headers, CONTENT_TYPE), head.headers.contains_key(CONTENT_ENCODING))?;

    // The token says on whose behalf; it is believed by its signature, which costs most and is remembered.
    let bearer = token::bearer(values(&head.headers, AUTHORIZATION), head.uri.query())?;
    let known = state.tokens.verify(&snapshot, &peer, bearer, now)?;

    // The body is read late: only a caller with every right may make us hold bytes and parse them.
    if allowance.bytes_max() > 0 {
        let given = state.consents.find(known.verified.consent());
        let rights = Rights { snapshot: &snapshot, peer: &peer, known: &known, given: given.as_deref() };
        account::in_path(&rights.ask(state, &requested, recording)?, &requested)?;
    }
    let bytes = read(incoming, allowance, state).await?;
    recording.record.bytes_received = bytes.len() as u64;

    // All rights are asked of the moment in which the call goes on: a body takes its time, a withdrawal counts at once.
    let given = state.consents.find(known.verified.consent());
    let rights = Rights { snapshot: &snapshot, peer: &peer, known: &known, given: given.as_deref() };
    let scoped = rights.ask(state, &requested, recording)?;
    let json = body::read(&requested, &bytes)?;
    let permitted = account::permit(scoped, &requested, &json)?;

    // The permit is what the request to the processor is made of: without it there is none.
    let Some(given) = given.as_deref() else { return Err(Refusal::ConsentEnded) };
    let id = id_header(recording.record.request);
    let cargo = Cargo { id: id.clone(), token: &known.told, consent: given, head: &head, body: bytes };
    let onward = Onward::new(permitted, &requested, cargo);
    let answer = onward.send(&connection.pool).await?;

    // The processor takes its time too: what a customer took back meanwhile is not disclosed any more.
    let (token, consent) = (known.verified.id(), known.verified.consent());
    consent::disclose(&requested, state.consents.stands(consent), state.revocations.contains(token))?;
    recording.record.status = Some(answer.status().as_u16());
    recording.record.bytes_sent = answer.body().len() as u64;
    Ok(pass_back(answer, id))
}

/// Whoever calls, with what gives the right to.
struct Rights<'a> {
    snapshot: &'a Snapshot,
    peer: &'a KnownPeer,
    known: &'a KnownToken,
    given: Option<&'a KnownConsent>,
}

impl<'a> Rights<'a> {
    /// Asks for the rights at this moment.
    fn ask(&self, state: &State, requested: &Requested<'_>, recording: &mut Recording) -> Result<Scoped<'a>, Refusal> {
        let (token, now) = (&self.known.verified, state.now());
        // Dead tokens carry nothing, whoever shows them.
        let live = token.live(now, state.revocations.contains(token.id()))?;

        // Bound before anything else: nothing of a stolen token, not even its consent, may be looked at or told.
        let bound = binding::bind(self.snapshot, self.peer, live)?;
        recording.record.app = Some(token.app());
        recording.record.consent = Some(token.consent());

        // The customer has the last word before anything is done in the customer's name.
        let consented = consent::stand(bound, self.given.map(|given| &given.facts), now)?;

        // What the customer granted bounds what the call may do.
        scope::permit(consented, requested)
    }
}

fn declared(body: &Incoming) -> Declared {
    if body.is_end_stream() {
        return Declared::Nothing;
    }
    body.size_hint().exact().map_or(Declared::Open, Declared::Length)
}

fn values(headers: &HeaderMap, name: http::HeaderName) -> impl Iterator<Item = &[u8]> {
    headers.get_all(name).into_iter().map(http::HeaderValue::as_bytes)
}

async fn read(body: Incoming, allowance: Allowance, state: &State) -> Result<Bytes, Refusal> {
    let bytes_max = allowance.bytes_max();
    if bytes_max == 0 {
        return Ok(Bytes::new());
    }
    let guarded = GuardedBody::new(body, bytes_max, state.settings.limits.body_timeout);
    match guarded.collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) => Err(match body_fault(error.as_ref()) {
            BodyFault::TooLarge => Refusal::BodyTooLarge { bytes_max },
            BodyFault::TooSlow => Refusal::BodyTooSlow,
            BodyFault::Broken => Refusal::BodyBroken,
        }),
    }
}
