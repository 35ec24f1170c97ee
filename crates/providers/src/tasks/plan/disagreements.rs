//! Places that contradict each other about how far a task is.

use auditlint_facts::Row;
use auditlint_tasks::{Status, StatusDeclaration, StatusForm, TaskSet};

use super::rows::{id_of, row_at};

pub(super) fn disagreements(set: &TaskSet) -> Vec<Row> {
    let mut rows = Vec::new();
    for task in set.tasks() {
        let Some((holds, others)) = task.declarations.split_first() else { continue };
        let contrary = others.iter().filter(|other| contradict(holds, other));
        rows.extend(contrary.map(|other| {
            row_at(&other.place, vec![id_of(task), other.status.name().into(), holds.status.name().into()])
        }));
    }
    rows
}

/// Whether two places cannot both be right. A box knows two states: it is open for a task that is in progress, and says nothing sure
/// about one that will not be done.
fn contradict(one: &StatusDeclaration, other: &StatusDeclaration) -> bool {
    let has_two_states = |place: &StatusDeclaration| {
        matches!(place.form, StatusForm::Box | StatusForm::Sign | StatusForm::LineMark | StatusForm::FileName)
    };
    let is_dropped = |place: &StatusDeclaration| matches!(place.status, Status::WontDo | Status::Accepted);
    if !has_two_states(one) && !has_two_states(other) {
        return one.status != other.status;
    }
    let is_done = |place: &StatusDeclaration| place.status == Status::Done;
    is_done(one) != is_done(other) && !is_dropped(one) && !is_dropped(other)
}
