//! Which texts a file must contain for a program to match in it.

use serde::{Deserialize, Serialize};

/// An AND of ORs: of every clause at least one literal must stand in the file. Without a clause any file may match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Literals {
    clauses: Vec<Vec<Box<[u8]>>>,
}

impl Literals {
    /// The clauses.
    #[must_use]
    pub fn clauses(&self) -> &[Vec<Box<[u8]>>] {
        &self.clauses
    }

    /// Whether nothing is required.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }
}

/// Works out the literals of a program.
pub(crate) fn fill(program: &mut crate::program::Program) {
    program.literals = Literals::default();
}
