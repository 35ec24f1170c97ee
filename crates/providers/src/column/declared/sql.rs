//! Statements of files of SQL that change tables.

use auditlint_facts::Source;

use super::super::fact::{ColumnFact, Facts};
use crate::sql::changes;

/// The facts of a file.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let found = changes(source);
    for gap in found.gaps {
        out.gaps.push(gap);
    }
    for said in found.facts {
        out.say(said.span, ColumnFact::Change(Box::new(said.fact)));
    }
}
