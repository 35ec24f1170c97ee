//! `auditlint baseline merge`: what git runs where two branches changed the baseline.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result};
use auditlint_engine::{Baseline, MAX_BASELINE, merged};
use auditlint_report::WorkingFolder;
use auditlint_source::Files;

use crate::context::counted;
use crate::exit::Exit;
use crate::named_place::NamedPlace;
use crate::out;
use crate::say::say_problems;

/// One of the three files.
struct MergeSide {
    file: NamedPlace,
    bytes: Vec<u8>,
}

impl MergeSide {
    fn read(path: &Path) -> Result<Self> {
        let file = NamedPlace::find(path)?;
        let bytes = file.folder.read(&file.name, MAX_BASELINE);
        Ok(Self { bytes: bytes.with_context(|| format!("{} cannot be read", path.display()))?, file })
    }

    /// The list in the file; none where it cannot be read, which is said.
    fn baseline(&self) -> Result<Option<Baseline>> {
        match Baseline::read(&self.bytes) {
            Ok(baseline) => Ok(Some(baseline)),
            Err(mistake) => {
                say_problems(WorkingFolder::default(), &self.file.folder, &[mistake.problem(&self.file.name)])?;
                Ok(None)
            }
        }
    }
}

/// Joins the lists of three files and writes the result into the second, unless one of them cannot be read.
pub(crate) fn run(base: &Path, ours: &Path, theirs: &Path) -> Result<Exit> {
    let [base, ours, theirs] = [MergeSide::read(base)?, MergeSide::read(ours)?, MergeSide::read(theirs)?];
    // Git gives an empty file where the sides have no ancestor.
    let base = if base.bytes.is_empty() { Some(Baseline::default()) } else { base.baseline()? };
    let (Some(base), Some(our_side), Some(their_side)) = (base, ours.baseline()?, theirs.baseline()?) else {
        return Ok(Exit::Unusable);
    };
    let joined = merged(&base, &our_side, &their_side);
    let NamedPlace { folder, name } = &ours.file;
    folder.replace(name, &ours.bytes, joined.to_text().as_bytes()).context("the result was not written")?;
    writeln!(out::stderr(), "Merged the baselines: {}.", counted(joined.lines().len(), "finding"))?;
    Ok(Exit::Clean)
}
