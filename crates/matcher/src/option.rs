//! Conditions on the options of a rule, which hold or do not for a whole run.

use serde::{Deserialize, Serialize};

use crate::OptionCondition;

/// Conditions of a program, and whether they hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OptionTest {
    pub(crate) conditions: Vec<OptionCondition>,
    pub(crate) holds: bool,
}
