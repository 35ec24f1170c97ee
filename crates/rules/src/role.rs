//! Sets of roles of sources.

use auditlint_source::Role;
use auditlint_source::document::{DocumentErrors, DocumentNode, DocumentValue, Setting, ValueShape};
use serde::{Deserialize, Serialize};

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

impl Setting for RoleSet {
    fn shape() -> ValueShape {
        Vec::<Role>::shape()
    }

    fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        Vec::<Role>::read(node, errors).map(Self::from_iter)
    }

    fn value(&self) -> DocumentValue {
        self.iter().collect::<Vec<_>>().value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        let set: RoleSet = [Role::Test, Role::Source].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Role::Source, Role::Test]);
        assert!(RoleSet::ALL.contains(Role::Generated) && RoleSet::default().is_empty());
    }
}
