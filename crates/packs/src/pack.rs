//! Packs by name.

use std::sync::OnceLock;

use auditlint_matcher::SharedUtils;
use auditlint_rules::{CompiledRule, NativeRule, Rule};

use crate::native;

/// The packs as the build script wrote them: name, ids, compiled rules.
const COMPACT: &[(&str, &[&str], &[u8])] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// What is said about each pack, and whether it is on when nothing is configured.
const ABOUT: [(&str, bool, &str); 3] = [
    ("recommended", true, "plaintext tokens, environment reads, raw HTTP calls, in-memory stores"),
    ("strict-rust", false, "no panics, no prints, no shared mutable state in Rust"),
    ("strict-typescript", false, "a functional, typed style for TypeScript"),
];

/// A folder of rules that belong together.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its name.
    pub name: &'static str,
    /// One line about it.
    pub about: &'static str,
    /// Whether it is on when nothing is configured.
    pub default: bool,
    /// The ids of its rules.
    pub rules: Vec<&'static str>,
    compact: &'static [u8],
    native: Vec<&'static dyn NativeRule>,
}

/// Every pack, by name.
#[must_use]
pub fn packs() -> &'static [Pack] {
    static PACKS: OnceLock<Vec<Pack>> = OnceLock::new();
    PACKS.get_or_init(|| {
        ABOUT
            .iter()
            .map(|&(name, default, about)| {
                let &(_, ids, compact) =
                    COMPACT.iter().find(|(pack, _, _)| *pack == name).expect("a pack has a folder of its name");
                let native = native::rules(name);
                let rules = ids.iter().copied().chain(native.iter().map(|rule| rule.meta().id)).collect();
                Pack { name, about, default, rules, compact, native }
            })
            .collect()
    })
}

impl Pack {
    /// Its rules with their programs.
    #[must_use]
    pub fn load(&self) -> Vec<CompiledRule> {
        let mut rules: Vec<CompiledRule> =
            postcard::from_bytes(self.compact).expect("the build script wrote it with the same types");
        rules.extend(self.native.iter().map(|rule| {
            let rule = Rule::native(*rule, Some(self.name));
            CompiledRule::new(rule, &SharedUtils::default()).expect("a rule written in Rust always compiles")
        }));
        rules
    }
}
