//! `lock-held-across-await` finds what `await_holding_lock` of clippy finds, in the shapes in which clippy is tried. It is the only rule of the pack
//! `rust-service` that clippy has as well.

use auditlint_packs::packs;
use auditlint_providers::{facts_of, providers};
use auditlint_rules::{Example, Examples, run_examples};
use auditlint_source::Span;

/// Code with marks around what is found; `USE` and `TAKE` stand for the library and for what makes a guard of the result of a lock.
const SHAPES: &[&str] = &[
    // Held until the end of the function.
    "USE async fn a(x: &Mutex<u32>) -> u32 { let guard = «x.lock()TAKE»; wait().await }",
    "USE async fn a(x: &RwLock<u32>) -> u32 { let guard = «x.read()TAKE»; wait().await }",
    "USE async fn a(x: &RwLock<u32>) -> u32 { let mut guard = «x.write()TAKE»; wait().await }",
    // Awaits before the lock and behind it.
    "USE async fn a(x: &Mutex<u32>) -> u32 { let one = wait().await; let guard = «x.lock()TAKE»; let two = wait().await; one + two }",
    // In a block of its own.
    "USE async fn a(x: &Mutex<u32>) -> u32 { let one = { let guard = «x.lock()TAKE»; wait().await }; one + wait().await }",
    // In an async block of a function that is not one.
    "USE fn a(x: &Mutex<u32>) -> impl Future<Output = u32> + '_ { async move { let guard = «x.lock()TAKE»; wait().await } }",
    // The block ends before.
    "USE async fn a(x: &Mutex<u32>) -> u32 { { let guard = x.lock()TAKE; let y = *guard + 1; } wait().await; let guard = x.lock()TAKE; 47 }",
    "USE async fn a(x: &RwLock<u32>) { { let guard = x.read()TAKE; let y = *guard + 1; } { let mut guard = x.write()TAKE; *guard += 1; } wait().await; let guard = x.read()TAKE; }",
    // Nothing is awaited.
    "USE async fn a(x: &Mutex<u32>) { let mut guard = x.lock()TAKE; *guard += 1; }",
    // Clippy reports this and calls it wrong: the guard is gone before the await.
    "USE async fn a(x: &Mutex<u32>) { let mut guard = x.lock()TAKE; *guard += 1; drop(guard); wait().await; }",
];

const LIBRARIES: &[(&str, &str)] =
    &[("use std::sync::{Mutex, RwLock};", ".unwrap()"), ("use parking_lot::{Mutex, RwLock};", "")];

#[test]
fn locks_as_clippy_finds_them() {
    let pack = packs().iter().find(|pack| pack.name == "rust-service").expect("the pack ships");
    let rules = pack.rules();
    let rule = rules.iter().find(|known| known.rule.id.as_str() == "lock-held-across-await").expect("the rule ships");
    for (library, take) in LIBRARIES {
        for shape in SHAPES {
            let marked = shape.replace("USE", library).replace("TAKE", take);
            let example = Example::parse(&marked, Span::default()).expect("marks are paired");
            let mut tried = rule.clone();
            tried.rule.examples = match example.expected.as_slice() {
                [] => Examples { bad: Vec::new(), good: vec![example] },
                _ => Examples { bad: vec![example], good: Vec::new() },
            };
            let failures = run_examples(&tried, &|sources| facts_of(sources, providers()));
            assert!(failures.is_empty(), "{marked}\n{}", failures[0]);
        }
    }
}
