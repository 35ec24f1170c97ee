//! Every input that the fuzzer was given by hand, or on which something once failed, tried again.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

#[path = "fuzz/src/targets/mod.rs"]
mod targets;

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use targets::TARGETS;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_target_has_inputs_and_every_input_a_target() {
    let known: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(names(&corpus()), known);
    for target in TARGETS {
        assert!(!names(&corpus().join(target.name)).is_empty(), "{} has no input", target.name);
        assert!(target.max_len <= 64 * 1024, "{}", target.name);
    }
}

#[test]
fn every_input_holds() {
    let inputs: Vec<_> = TARGETS
        .iter()
        .flat_map(|target| names(&corpus().join(target.name)).into_iter().map(move |name| (target, name)))
        .collect();
    let failed: Vec<String> = inputs
        .par_iter()
        .filter(|(target, name)| {
            let data = fs::read(corpus().join(target.name).join(name)).unwrap();
            catch_unwind(|| (target.run)(&data)).is_err()
        })
        .map(|(target, name)| format!("{}/{name}", target.name))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
