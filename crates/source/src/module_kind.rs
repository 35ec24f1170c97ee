//! What kind of code a module is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of code a module is: where it runs, and what it is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ModuleKind {
    /// It runs in a browser.
    Browser,
    /// It answers requests.
    Server,
    /// It is a command line tool.
    Cli,
    /// Other projects use it.
    Library,
    /// It runs in a worker, away from the program that starts it.
    Worker,
    /// It runs on a phone.
    Mobile,
    /// It runs in a browser and on a server.
    Both,
    /// Nothing says where it runs.
    Unknown,
    /// It reads the environment for the rest.
    Configuration,
    /// The HTTP requests of the project go through it.
    Client,
    /// It is a class of which the process keeps an instance.
    Singleton,
    /// It is a collection that other modules add entries to.
    Filled,
}

impl ModuleKind {
    /// Every kind and its word.
    pub const WORDS: [(&'static str, Self); 12] = [
        ("browser", Self::Browser),
        ("server", Self::Server),
        ("cli", Self::Cli),
        ("library", Self::Library),
        ("worker", Self::Worker),
        ("mobile", Self::Mobile),
        ("both", Self::Both),
        ("unknown", Self::Unknown),
        ("configuration", Self::Configuration),
        ("client", Self::Client),
        ("singleton", Self::Singleton),
        ("filled", Self::Filled),
    ];

    /// The word as it is written in rules and relations.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl fmt::Display for ModuleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_the_order_of_the_kinds() {
        for (index, (word, kind)) in ModuleKind::WORDS.into_iter().enumerate() {
            assert_eq!((kind as usize, kind.name()), (index, word));
        }
    }
}
