//! Three-valued evaluation: holds, does not hold, not known.

use super::{Condition, Expression, Fact, Facts};
use std::collections::BTreeSet;
use std::fmt;

/// Whether a row applies to a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applicability {
    /// It does.
    Applies,
    /// It does not.
    DoesNotApply {
        /// The conditions that decided it.
        because: Vec<Reason>,
    },
    /// That depends on facts that are not known.
    Unknown {
        /// Those facts.
        missing: BTreeSet<Fact>,
    },
}

/// A condition and how it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The condition.
    pub condition: Condition,
    /// Whether it held.
    pub holds: bool,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.holds { "holds" } else { "does not hold" };
        write!(f, "{} {verdict}", self.condition)
    }
}

enum Value {
    Known { holds: bool, because: Vec<Reason> },
    Unknown(BTreeSet<Fact>),
}

pub(super) fn evaluate(expression: &Expression, facts: &Facts) -> Applicability {
    match value(expression, facts) {
        Value::Known { holds: true, .. } => Applicability::Applies,
        Value::Known { holds: false, because } => Applicability::DoesNotApply { because },
        Value::Unknown(missing) => Applicability::Unknown { missing },
    }
}

// The depth of an expression is bounded by the parser.
fn value(expression: &Expression, facts: &Facts) -> Value {
    match expression {
        Expression::All(parts) => combined(parts, facts, false),
        Expression::Any(parts) => combined(parts, facts, true),
        Expression::Not(inner) => match value(inner, facts) {
            Value::Known { holds, because } => Value::Known { holds: !holds, because },
            unknown @ Value::Unknown(_) => unknown,
        },
        Expression::Is(condition) => match stands(condition, facts) {
            Some(holds) => Value::Known { holds, because: vec![Reason { condition: condition.clone(), holds }] },
            None => Value::Unknown(BTreeSet::from([condition.fact()])),
        },
    }
}

/// One part that is `deciding` decides the whole, whatever is not known beside it.
fn combined(parts: &[Expression], facts: &Facts, deciding: bool) -> Value {
    let mut decisive = Vec::new();
    let mut others = Vec::new();
    let mut missing = BTreeSet::new();
    for part in parts {
        match value(part, facts) {
            Value::Known { holds, because } if holds == deciding => decisive.extend(because),
            Value::Known { because, .. } => others.extend(because),
            Value::Unknown(facts) => missing.extend(facts),
        }
    }
    if !decisive.is_empty() {
        Value::Known { holds: deciding, because: decisive }
    } else if !missing.is_empty() {
        Value::Unknown(missing)
    } else {
        Value::Known { holds: !deciding, because: others }
    }
}

fn stands(condition: &Condition, facts: &Facts) -> Option<bool> {
    match condition {
        Condition::Flag(flag) => facts.flag(*flag),
        Condition::OneOf(fact, terms) => {
            let known = facts.terms(*fact)?;
            Some(terms.iter().any(|term| known.contains(term)))
        }
        Condition::Count(fact, comparison, number) => Some(comparison.holds(facts.count(*fact)?, *number)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CountFact, FlagFact, Predicate, TermFact};
    use super::*;

    fn decide(predicate: &str, facts: &Facts) -> Applicability {
        predicate.parse::<Predicate>().unwrap().evaluate(facts)
    }

    fn platform(name: &str) -> Facts {
        Facts { platform: Some(BTreeSet::from([name.parse().unwrap()])), ..Facts::default() }
    }

    #[test]
    fn an_android_item_does_not_apply_on_ios_and_says_why() {
        assert_eq!(decide("platform in [android]", &platform("android")), Applicability::Applies);
        let Applicability::DoesNotApply { because } = decide("platform in [android]", &platform("ios")) else {
            panic!("must not apply");
        };
        assert_eq!(because[0].to_string(), "platform in [android] does not hold");
    }

    #[test]
    fn an_unknown_fact_is_named_unless_another_part_decides() {
        let both = "company_type in [data_recipient] and member_count >= 1000000";
        let recipient = BTreeSet::from(["data_recipient".parse().unwrap()]);
        let provider = BTreeSet::from(["data_provider".parse().unwrap()]);
        let of = |company_type| Facts { company_type: Some(company_type), ..Facts::default() };
        let missing = BTreeSet::from([Fact::Count(CountFact::MemberCount)]);
        assert_eq!(decide(both, &of(recipient.clone())), Applicability::Unknown { missing });
        assert!(matches!(decide(both, &of(provider)), Applicability::DoesNotApply { .. }));
        let missing = BTreeSet::from([Fact::Term(TermFact::CompanyType), Fact::Count(CountFact::MemberCount)]);
        assert_eq!(decide(both, &Facts::default()), Applicability::Unknown { missing });
        let large = Facts { member_count: Some(1_000_000), ..of(recipient) };
        assert_eq!(decide(both, &large), Applicability::Applies);
    }

    #[test]
    fn one_true_part_of_an_or_is_enough() {
        let cloud = Facts { uses_cloud: Some(true), ..Facts::default() };
        assert_eq!(decide("outsources or uses_cloud", &cloud), Applicability::Applies);
        let no_cloud = Facts { uses_cloud: Some(false), ..Facts::default() };
        let missing = BTreeSet::from([Fact::Flag(FlagFact::Outsources)]);
        assert_eq!(decide("outsources or uses_cloud", &no_cloud), Applicability::Unknown { missing });
    }

    #[test]
    fn not_turns_the_answer_and_keeps_the_reason() {
        let cloud = Facts { uses_cloud: Some(true), ..Facts::default() };
        let Applicability::DoesNotApply { because } = decide("not (uses_cloud or outsources)", &cloud) else {
            panic!("must not apply");
        };
        assert_eq!(because[0].to_string(), "uses_cloud holds");
    }
}
