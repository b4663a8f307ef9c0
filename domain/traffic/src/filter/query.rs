//! Does the query ask for what the operation knows?

use super::method::Requested;
use crate::Refusal;

/// The longest part of a foreign name that is told back.
const NAME_LETTERS_MAX: usize = 64;

/// Refuses a parameter that the contract does not have at this operation, and
/// one that stands there twice: a caller whose `form=` was meant as `from=`
/// would take the whole list for the asked part of it, and of two values two
/// readers could take another. Names are compared as they were sent.
pub fn check(requested: &Requested<'_>, query: Option<&str>) -> Result<(), Refusal> {
    let mut known: Vec<&str> = requested.route().query.iter().map(String::as_str).collect();
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap_or_default();
        match known.iter().position(|parameter| *parameter == name) {
            Some(place) => drop(known.swap_remove(place)),
            None => return Err(refused(requested, name)),
        }
    }
    Ok(())
}

fn refused(requested: &Requested<'_>, name: &str) -> Refusal {
    let parameter: String = name.chars().take(NAME_LETTERS_MAX).collect();
    if requested.route().query.contains(&parameter) {
        Refusal::ParameterRepeated { parameter }
    } else {
        Refusal::ParameterUnknown { parameter }
    }
}
