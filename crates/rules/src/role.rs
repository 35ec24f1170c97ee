//! What part a source plays in its project.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What part a source plays in its project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Code that ships.
    #[default]
    Source,
    /// Code that tests other code.
    Test,
    /// Configuration written as code.
    Config,
    /// Scripts, tools, examples.
    Script,
    /// Written by a program.
    Generated,
}

impl Role {
    /// Every role and its word.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("source", Self::Source),
        ("test", Self::Test),
        ("config", Self::Config),
        ("script", Self::Script),
        ("generated", Self::Generated),
    ];

    /// The word as it is written in rules, configuration and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of roles; empty by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RoleSet(u8);

impl RoleSet {
    /// Every role.
    pub const ALL: Self = Self((1 << Role::WORDS.len()) - 1);

    /// Adds a role.
    pub fn insert(&mut self, role: Role) {
        self.0 |= 1 << role as u8;
    }

    /// Whether the role is in the set.
    #[must_use]
    pub fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Whether no role is in the set.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles in the set, in the order of [`Role::WORDS`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::WORDS.into_iter().map(|(_, role)| role).filter(move |role| self.contains(*role))
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        let mut set = Self::default();
        roles.into_iter().for_each(|role| set.insert(role));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_the_order_of_the_roles() {
        for (index, (word, role)) in Role::WORDS.into_iter().enumerate() {
            assert_eq!((role as usize, role.name()), (index, word));
        }
        let set: RoleSet = [Role::Test, Role::Source].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Role::Source, Role::Test]);
        assert!(RoleSet::ALL.contains(Role::Generated) && RoleSet::default().is_empty());
    }
}
