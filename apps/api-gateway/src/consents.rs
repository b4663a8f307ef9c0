//! The consents that may be used, changed while calls run.

use http::HeaderValue;
use papaya::{Compute, HashMap, Operation};
use std::collections::HashSet;
use std::sync::Arc;
use sumun_ids::ConsentId;
use sumun_time::{Span, Timestamp};
use sumun_traffic::{ConsentFacts, Standing};

/// How long the end of a consent is remembered. It only has to outlive a
/// message that was under way; no token lives longer than ten minutes.
const END_REMEMBERED: Span = Span::from_hours(1);

/// A consent together with what the processor is told of it.
#[derive(Debug)]
pub(crate) struct KnownConsent {
    pub(crate) facts: ConsentFacts,
    /// `sumun-accounts`: the accounts, separated by commas.
    pub(crate) accounts: HeaderValue,
}

#[derive(Debug, Clone)]
enum Known {
    Given(Arc<KnownConsent>),
    /// Ended since; kept so that a grant that arrives late cannot revive it.
    Ended(Timestamp),
}

#[derive(Debug, Default)]
pub(crate) struct Consents {
    table: HashMap<ConsentId, Known>,
}

impl Consents {
    /// Adds a consent, unless its end is known already.
    pub(crate) fn grant(&self, facts: ConsentFacts, now: Timestamp) {
        let id = facts.id;
        let given = match facts.standing {
            Standing::Active => Known::Given(Arc::new(KnownConsent { accounts: account_list(&facts), facts })),
            Standing::Stopped => Known::Ended(now),
        };
        let _: Compute<'_, _, _, ()> = self.table.pin().compute(id, |known| match known {
            Some((_, Known::Ended(_))) => Operation::Abort(()),
            Some((_, Known::Given(_))) | None => Operation::Insert(given.clone()),
        });
    }

    /// Ends a consent, known or not; when it returns no later call finds it.
    pub(crate) fn end(&self, id: ConsentId, now: Timestamp) {
        self.table.pin().insert(id, Known::Ended(now));
    }

    /// The consent, if it was given and not ended.
    pub(crate) fn find(&self, id: ConsentId) -> Option<Arc<KnownConsent>> {
        match self.table.pin().get(&id) {
            Some(Known::Given(consent)) => Some(Arc::clone(consent)),
            Some(Known::Ended(_)) | None => None,
        }
    }

    /// Whether the consent was given and not ended.
    pub(crate) fn stands(&self, id: ConsentId) -> bool {
        matches!(self.table.pin().get(&id), Some(Known::Given(_)))
    }

    /// The consents that were given and not ended.
    pub(crate) fn given(&self) -> Vec<ConsentId> {
        let table = self.table.pin();
        table.iter().filter(|(_, known)| matches!(known, Known::Given(_))).map(|(id, _)| *id).collect()
    }

    /// Takes over what the store says: adds what it has, and ends what was
    /// `given` here before the store was read and is not in it. A consent that
    /// was granted since is not touched, and an end that came since stays.
    pub(crate) fn reconcile(&self, given: Vec<ConsentId>, stored: Vec<ConsentFacts>, now: Timestamp) {
        let ids: HashSet<ConsentId> = stored.iter().map(|facts| facts.id).collect();
        for id in given.into_iter().filter(|id| !ids.contains(id)) {
            self.end(id, now);
        }
        for facts in stored {
            self.grant(facts, now);
        }
    }

    /// Forgets what no call can need any more.
    pub(crate) fn sweep(&self, now: Timestamp) {
        self.table.pin().retain(|_, known| match known {
            Known::Given(consent) => consent.facts.expires_at > now,
            Known::Ended(at) => at.plus(END_REMEMBERED) > now,
        });
    }
}

fn account_list(facts: &ConsentFacts) -> HeaderValue {
    let accounts: Vec<String> = facts.accounts.iter().map(ToString::to_string).collect();
    // Ids are letters, digits and underscores: always a header value.
    HeaderValue::try_from(accounts.join(",")).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_ids::{AccountId, AppId, CustomerId, InstitutionId};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn facts() -> ConsentFacts {
        ConsentFacts {
            id: ConsentId::from_random([1; 16]),
            customer: CustomerId::from_random([2; 16]),
            institution: InstitutionId::from_random([3; 16]),
            app: AppId::from_random([4; 16]),
            scopes: vec![],
            accounts: vec![AccountId::from_random([0; 16]), AccountId::from_random([1; 16])],
            expires_at: NOW.plus(Span::from_days(1)),
            standing: Standing::Active,
        }
    }

    #[test]
    fn an_ended_consent_is_not_revived_by_a_grant_that_arrives_late() {
        let consents = Consents::default();
        consents.grant(facts(), NOW);
        let found = consents.find(facts().id).unwrap();
        assert_eq!(found.accounts.to_str().unwrap().split(',').count(), 2);
        consents.end(facts().id, NOW);
        consents.grant(facts(), NOW);
        assert!(consents.find(facts().id).is_none());
        consents
            .grant(ConsentFacts { standing: Standing::Stopped, id: ConsentId::from_random([9; 16]), ..facts() }, NOW);
        assert!(consents.find(ConsentId::from_random([9; 16])).is_none());
    }

    #[test]
    fn what_no_call_can_need_is_forgotten() {
        let consents = Consents::default();
        consents.grant(facts(), NOW);
        consents.end(ConsentId::from_random([9; 16]), NOW);
        consents.sweep(NOW);
        assert_eq!(consents.table.len(), 2);
        consents.sweep(NOW.plus(Span::from_hours(2)));
        assert_eq!(consents.table.len(), 1);
        consents.sweep(NOW.plus(Span::from_days(2)));
        assert!(consents.table.is_empty());
    }
}
