//! What is noted of a variable.

use auditlint_source::Span;

use super::fact::{EnvFact, Facts, Setter};
use super::platform::is_of_platform;

/// Whether a text is the name of a variable as projects choose them: capital letters, digits, `_`. Others are those of systems.
pub(super) fn is_name(text: &[u8]) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    text.first().is_some_and(|first| is_letter(*first))
        && text.iter().all(|byte| is_letter(*byte) || byte.is_ascii_digit())
}

/// Notes that a variable is read.
pub(super) fn read(name: &str, span: Span, out: &mut Facts) {
    if is_name(name.as_bytes()) {
        out.say(span, EnvFact::Read { name: name.into(), is_given: is_of_platform(name) });
    }
}

/// Notes that a variable is set.
pub(super) fn set(name: &str, span: Span, by: Setter, out: &mut Facts) {
    if is_name(name.as_bytes()) {
        out.say(span, EnvFact::Set { name: name.into(), by });
    }
}
