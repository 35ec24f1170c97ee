//! The day that the dates of suppressions are compared with.

use std::sync::OnceLock;

use anyhow::{Result, bail};
use auditlint_engine::Date;
use auditlint_source::Problem;

use crate::context::CommandContext;

/// The day of a run: as it was given, or that of the checked-out commit, which is looked up where it is needed.
pub(crate) struct Day<'c> {
    given: Option<Date>,
    context: &'c CommandContext,
    known: OnceLock<Result<Option<Date>, Problem>>,
}

impl<'c> Day<'c> {
    /// The day of `--as-of`, if there is one.
    pub(crate) fn of(given: Option<&str>, context: &'c CommandContext) -> Result<Self> {
        let given = match given.map(|text| (text, Date::parse(text))) {
            Some((text, None)) => bail!("--as-of takes a date as YYYY-MM-DD, not `{text}`"),
            Some((_, date)) => date,
            None => None,
        };
        Ok(Self { given, context, known: OnceLock::new() })
    }

    /// The day; `None` where nobody knows.
    pub(crate) fn today(&self) -> Option<Date> {
        let look_up = || self.given.map_or_else(|| self.context.commit_date(), |day| Ok(Some(day)));
        self.known.get_or_init(look_up).as_ref().ok().copied().flatten()
    }

    /// Why the day could not be looked up, where it was asked for.
    pub(crate) fn problem(&self) -> Option<Problem> {
        self.known.get().and_then(|day| day.as_ref().err().cloned())
    }
}
