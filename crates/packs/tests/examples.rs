//! Every shipped rule does what its examples say. The build script writes one test per rule.

use auditlint_packs::packs;
use auditlint_providers::{facts_of, providers};
use auditlint_rules::run_examples;

fn check(pack: &str, rule: &str) {
    let pack = packs().iter().find(|known| known.name == pack).expect("the build script names packs that exist");
    let rules = pack.rules();
    let compiled = rules.iter().find(|known| known.rule.id.as_str() == rule).expect("the rule is in its pack");
    let failures: Vec<String> =
        run_examples(compiled, &|sources| facts_of(sources, providers())).iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

include!(concat!(env!("OUT_DIR"), "/examples.rs"));
