//! Calls of the client as they were read.

use auditlint_source::Span;

use super::fact::{self, ArgumentKey, Facts, KeyName, PrismaFact};
use super::query;

/// A call with the keys of its argument and what it writes.
pub(super) struct ClientCall<'r> {
    pub(super) span: Span,
    pub(super) said: &'r fact::Call,
    /// In the order of their numbers.
    pub(super) keys: Vec<(Span, &'r ArgumentKey)>,
    pub(super) values: Vec<(Span, &'r fact::WrittenText)>,
}

/// The calls of one source.
pub(super) fn calls(source: &Facts) -> Vec<ClientCall<'_>> {
    let mut calls: Vec<ClientCall<'_>> = Vec::new();
    for said in &source.facts {
        // The fact of a call may be missing.
        let last = calls.last_mut();
        match &said.fact {
            PrismaFact::Call(call) => {
                calls.push(ClientCall { span: said.span, said: call, keys: Vec::new(), values: Vec::new() });
            }
            PrismaFact::Key(key) => {
                last.filter(|call| call.said.number == key.call)
                    .into_iter()
                    .for_each(|call| call.keys.push((said.span, key)));
            }
            PrismaFact::Value(value) => {
                last.filter(|call| call.said.number == value.call)
                    .into_iter()
                    .for_each(|call| call.values.push((said.span, value)));
            }
            _ => {}
        }
    }
    calls
}

impl<'r> ClientCall<'r> {
    fn key(&self, number: u32) -> Option<&'r ArgumentKey> {
        let at = self.keys.binary_search_by_key(&number, |(_, key)| key.number).ok()?;
        Some(self.keys[at].1)
    }

    /// A key and those above it, the outermost first; `None` where one of them is missing.
    pub(super) fn keys_above(&self, number: Option<u32>) -> Option<Vec<&'r KeyName>> {
        let mut keys = Vec::new();
        let mut at = number;
        while let Some(number) = at {
            let key = self.key(number)?;
            keys.push(&key.name);
            at = key.under;
        }
        keys.reverse();
        Some(keys)
    }

    /// Whether its argument has only keys that Prisma knows: what is built alike may have others.
    pub(super) fn has_keys_of_prisma(&self) -> bool {
        self.keys.iter().all(|(_, key)| match (key.under, &key.name) {
            (None, KeyName::Key(name)) => query::ARGUMENTS.contains(&&**name),
            (None, KeyName::Text(_) | KeyName::Unread) => false,
            (Some(above), _) => self.key(above).is_some(),
        })
    }
}
