//! The parser of predicates: a hand-written descent with a bound on size and depth.

use super::{Comparison, Condition, CountFact, Expression, FlagFact, TermFact};
use crate::Term;
use std::fmt;

const BYTES_MAX: usize = 512;
const DEPTH_MAX: usize = 16;

/// Why a text is not a predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsePredicateError {
    /// The byte of the text at which it goes wrong.
    pub offset: usize,
    /// What stands there.
    pub found: String,
    /// What was wanted.
    pub expected: String,
}

impl fmt::Display for ParsePredicateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, expected {}", self.found, self.expected)
    }
}

impl std::error::Error for ParsePredicateError {}

pub(super) fn parse(text: &str) -> Result<Expression, ParsePredicateError> {
    let mut parser = Parser { text, offset: 0, depth: 0 };
    if text.len() > BYTES_MAX {
        return Err(parser.fault(format!("a predicate of at most {BYTES_MAX} bytes")));
    }
    let expression = parser.any()?;
    match parser.peek() {
        "" => Ok(expression),
        _ => Err(parser.fault("`and`, `or` or the end")),
    }
}

struct Parser<'a> {
    text: &'a str,
    offset: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<Expression, ParsePredicateError> {
        self.chain("or", Self::all, Expression::Any)
    }

    fn all(&mut self) -> Result<Expression, ParsePredicateError> {
        self.chain("and", Self::plain, Expression::All)
    }

    fn chain(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Result<Expression, ParsePredicateError>,
        join: fn(Vec<Expression>) -> Expression,
    ) -> Result<Expression, ParsePredicateError> {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.peek() == word {
            self.next();
            parts.push(part(self)?);
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => join(parts),
        })
    }

    fn plain(&mut self) -> Result<Expression, ParsePredicateError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.fault(format!("at most {DEPTH_MAX} levels of `not` and brackets")));
        }
        let expression = match self.peek() {
            "not" => {
                self.next();
                Expression::Not(Box::new(self.plain()?))
            }
            "(" => {
                self.next();
                let inner = self.any()?;
                self.expect(")")?;
                inner
            }
            _ => Expression::Is(self.condition()?),
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn condition(&mut self) -> Result<Condition, ParsePredicateError> {
        let word = self.peek();
        if let Some(flag) = FlagFact::ALL.into_iter().find(|flag| flag.as_str() == word) {
            self.next();
            return Ok(Condition::Flag(flag));
        }
        if let Some(fact) = TermFact::ALL.into_iter().find(|fact| fact.as_str() == word) {
            self.next();
            return Ok(Condition::OneOf(fact, self.terms()?));
        }
        if let Some(fact) = CountFact::ALL.into_iter().find(|fact| fact.as_str() == word) {
            self.next();
            let comparison = self.comparison()?;
            return Ok(Condition::Count(fact, comparison, self.number()?));
        }
        let flags = FlagFact::ALL.into_iter().map(FlagFact::as_str);
        let terms = TermFact::ALL.into_iter().map(TermFact::as_str);
        let counts = CountFact::ALL.into_iter().map(CountFact::as_str);
        let known: Vec<String> = flags.chain(terms).chain(counts).map(|word| format!("`{word}`")).collect();
        Err(self.fault(format!("one of {}, `not`, `(`", known.join(", "))))
    }

    fn terms(&mut self) -> Result<Vec<Term>, ParsePredicateError> {
        self.expect("in")?;
        self.expect("[")?;
        let mut terms = Vec::new();
        loop {
            let Ok(term) = self.peek().parse() else { return Err(self.fault("a term")) };
            self.next();
            terms.push(term);
            match self.peek() {
                "," => self.next(),
                _ => break,
            };
        }
        self.expect("]")?;
        Ok(terms)
    }

    fn comparison(&mut self) -> Result<Comparison, ParsePredicateError> {
        let comparison = match self.peek() {
            ">=" => Comparison::AtLeast,
            ">" => Comparison::MoreThan,
            "<=" => Comparison::AtMost,
            "<" => Comparison::LessThan,
            "=" => Comparison::Exactly,
            _ => return Err(self.fault("one of `>=`, `>`, `<=`, `<`, `=`")),
        };
        self.next();
        Ok(comparison)
    }

    fn number(&mut self) -> Result<u64, ParsePredicateError> {
        let word = self.peek();
        let is_plain = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_plain.then(|| word.parse().ok()).flatten().ok_or_else(|| self.fault("a whole number"))?;
        self.next();
        Ok(number)
    }

    fn expect(&mut self, word: &str) -> Result<(), ParsePredicateError> {
        if self.peek() != word {
            return Err(self.fault(format!("`{word}`")));
        }
        self.next();
        Ok(())
    }

    /// The next token without taking it; empty at the end.
    fn peek(&self) -> &'a str {
        let rest = self.rest();
        let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
        let length = match rest.chars().next() {
            None => 0,
            Some(first) if is_word(first) => rest.find(|letter| !is_word(letter)).unwrap_or(rest.len()),
            Some('>' | '<') if rest[1..].starts_with('=') => 2,
            Some(first) => first.len_utf8(),
        };
        &rest[..length]
    }

    fn next(&mut self) {
        let length = self.peek().len();
        self.offset = self.start() + length;
    }

    fn rest(&self) -> &'a str {
        &self.text[self.start()..]
    }

    /// The offset of the next token.
    fn start(&self) -> usize {
        let rest = &self.text[self.offset..];
        self.offset + (rest.len() - rest.trim_start().len())
    }

    fn fault(&self, expected: impl Into<String>) -> ParsePredicateError {
        let token = self.peek();
        let found = match token {
            "" => "the end of the predicate".to_owned(),
            _ => format!("`{}`", token.chars().take(40).collect::<String>()),
        };
        ParsePredicateError { offset: self.start(), found, expected: expected.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Predicate;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn and_binds_closer_than_or() {
        let expression = parse("outsources or uses_cloud and not uses_wireless").unwrap();
        let Expression::Any(parts) = expression else { panic!("must be an or") };
        assert!(matches!(&parts[1], Expression::All(inner) if matches!(inner[1], Expression::Not(_))));
    }

    #[test]
    fn a_broken_predicate_names_place_and_expectation() {
        let fault = |text: &str| parse(text).unwrap_err();
        assert_eq!(fault("uses_clout").offset, 0);
        assert!(fault("uses_clout").expected.contains("`uses_cloud`"));
        assert_eq!(fault("member_count about 5").expected, "one of `>=`, `>`, `<=`, `<`, `=`");
        assert_eq!(fault("platform in [ios").expected, "`]`");
        assert_eq!(fault("platform in []").expected, "a term");
        assert_eq!(fault("uses_cloud uses_wireless").offset, 11);
        assert_eq!(fault("(uses_cloud").found, "the end of the predicate");
        assert_eq!(fault("").found, "the end of the predicate");
        assert_eq!(fault("member_count > 99999999999999999999999").expected, "a whole number");
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let deep = format!("{}uses_cloud{}", "(".repeat(200), ")".repeat(200));
        assert!(parse(&deep).unwrap_err().expected.contains("levels"));
        let long = vec!["uses_cloud"; 100].join(" and ");
        assert!(parse(&long).unwrap_err().expected.contains("bytes"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_predicate_or_an_error(text in "\\PC{0,80}") {
            if let Ok(predicate) = text.parse::<Predicate>() {
                prop_assert!(!predicate.conditions().is_empty());
            }
        }

        #[test]
        fn words_of_the_grammar_never_panic(words in proptest::collection::vec(
            prop_oneof![Just("("), Just(")"), Just("not"), Just("and"), Just("or"), Just("uses_cloud"),
                Just("platform"), Just("in"), Just("["), Just("]"), Just(","), Just("ios"),
                Just("member_count"), Just(">="), Just("5")], 0..40)) {
            let _parsed = parse(&words.join(" "));
        }
    }
}
