//! What every shipped rule has in common: it says what, why and what to do, and shows it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use auditlint_packs::{packs, rules};
use auditlint_rules::{CompiledRule, Confidence, Example, Role, Severity};
use auditlint_source::Span;
use auditlint_source::document::{DocumentErrors, DocumentKey, DocumentValue, unplaced};

fn all() -> Vec<CompiledRule> {
    let names: Vec<&str> = packs().iter().map(|pack| pack.name).collect();
    rules(&names)
}

/// Asserts that a condition holds for every rule, naming those for which it does not.
fn check(what: &str, holds: impl Fn(&CompiledRule) -> bool) {
    let rules = all();
    let wrong: Vec<&str> = rules.iter().filter(|rule| !holds(rule)).map(|rule| rule.rule.id.as_str()).collect();
    assert!(wrong.is_empty(), "{what}: {}", wrong.join(", "));
}

fn is_one_paragraph(text: &str) -> bool {
    !text.trim().contains("\n\n") && text.trim_end().ends_with('.')
}

#[test]
fn a_pack_for_every_folder() {
    let folders: BTreeSet<String> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "utils")
        .collect();
    let names: BTreeSet<String> = packs().iter().map(|pack| pack.name.to_owned()).collect();
    assert_eq!(names, folders);
    let default: Vec<&str> = packs().iter().filter(|pack| pack.default).map(|pack| pack.name).collect();
    assert_eq!(default, ["recommended"]);
}

#[test]
fn ids_are_unique() {
    let ids: Vec<String> = all().iter().map(|rule| rule.rule.id.to_string()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    assert_eq!(ids.len(), 4 + 21 + 14 + 9 + 6 + 10 + 6 + 6 + 20 + 22 + 8);
}

#[test]
fn rules_know_their_pack() {
    for pack in packs() {
        for rule in pack.rules() {
            assert_eq!(rule.rule.pack.as_deref(), Some(pack.name), "{}", rule.rule.id);
        }
    }
}

#[test]
fn messages_are_short_and_lower_case() {
    check("a message is 10 to 80 letters, opens in lower case or with code, and has no full stop", |rule| {
        let message = &rule.rule.message;
        let opens = message.starts_with(|c: char| c.is_lowercase() || c == '`') || message.starts_with("an HTTP");
        (10..=80).contains(&message.len()) && opens && !message.ends_with(['.', '!', '?']) && !message.contains('\n')
    });
}

#[test]
fn rules_say_why_and_what_instead() {
    check("`why` is one paragraph of sentences", |rule| rule.rule.why.as_deref().is_some_and(is_one_paragraph));
    check("there is an `instead` or a fix", |rule| rule.rule.instead.as_deref().is_some_and(is_one_paragraph));
}

#[test]
fn rules_show_what_they_find_and_what_not() {
    check("every bad example marks its places", |rule| {
        let bad = &rule.rule.examples.bad;
        let is_marked = |example: &Example| example.parts().any(|part| !part.expected.is_empty());
        !bad.is_empty() && bad.iter().all(is_marked)
    });
    check("there are at least two good examples, so that a near miss is among them", |rule| {
        rule.rule.examples.good.len() >= 2
    });
}

#[test]
fn rules_are_on_in_all_their_languages() {
    check("off in a language", |rule| rule.off_in().is_empty());
}

#[test]
fn severities_and_roles_of_the_default_pack() {
    for rule in rules(&["recommended"]) {
        let error = ["plaintext-token-column", "in-memory-store"].contains(&rule.rule.id.as_str());
        let expected = if error { Severity::Error } else { Severity::Warning };
        assert_eq!(rule.rule.level, expected.into(), "{}", rule.rule.id);
        // A schema that a program wrote from the database says what the database holds.
        let is_about_schemas = rule.rule.id.as_str() == "plaintext-token-column";
        let expected: &[Role] = if is_about_schemas { &[Role::Source, Role::Generated] } else { &[Role::Source] };
        assert_eq!(rule.rule.roles.iter().collect::<Vec<_>>(), expected, "{}", rule.rule.id);
    }
}

#[test]
fn what_is_not_certain_stands_in_the_pack_for_readers() {
    check("a rule of medium confidence is in `audit`, any other elsewhere", |rule| {
        (rule.rule.confidence == Confidence::Medium) == (rule.rule.pack.as_deref() == Some("audit"))
    });
}

#[test]
fn options_that_packs_set_are_options_of_shipped_rules() {
    let mut set = 0;
    for (rule, option, value) in packs().iter().flat_map(|pack| pack.options) {
        let found = all().into_iter().find(|known| known.rule.id.as_str() == *rule);
        let mut options = found.unwrap_or_else(|| panic!("no rule `{rule}`")).rule.options;
        let errors = DocumentErrors::default();
        let key = DocumentKey { span: Span::default(), name: (*option).to_owned() };
        options.set(&[(key, unplaced(DocumentValue::Text((*value).to_owned())))], &errors);
        assert_eq!(errors.into_inner(), [], "{rule}");
        set += 1;
    }
    assert_eq!(set, packs().iter().map(|pack| pack.options.len()).sum::<usize>());
}

#[test]
fn what_a_pack_turns_on_is_a_rule_of_another() {
    for pack in packs() {
        let own = pack.rules();
        for rule in pack.also {
            assert!(!own.iter().any(|known| known.rule.id.as_str() == *rule), "{rule} is in {}", pack.name);
            let known = all().into_iter().find(|known| known.rule.id.as_str() == *rule);
            let known = known.unwrap_or_else(|| panic!("no rule `{rule}`"));
            assert_eq!(known.rule.confidence, Confidence::High, "{rule}");
        }
        let given: Vec<String> = rules(&[pack.name]).iter().map(|rule| rule.rule.id.to_string()).collect();
        assert_eq!(given.len(), own.len() + pack.also.len(), "{given:?}");
    }
}

#[test]
fn only_named_packs_are_given() {
    assert!(rules(&[]).is_empty());
    assert!(rules(&["no-such-pack"]).is_empty());
    assert_eq!(rules(&["strict-rust"]).len(), 8);
}
