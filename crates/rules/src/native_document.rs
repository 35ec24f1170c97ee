//! A rule written in Rust as a rule like any other, and its examples as tests.

use auditlint_facts::DerivedFacts;
use auditlint_matcher::SharedUtils;
use auditlint_source::document::parse_yaml;
use auditlint_source::{FilePath, Span};
use auditlint_syntax::Language;

use crate::{
    CompiledRule, Example, Examples, ModuleConditions, ModuleTest, NativeDefault, NativeExample, NativeOption,
    NativeRule, OptionValue, RoleSet, Rule, RuleBody, RuleId, RuleOption, RuleOptions, TaskLink, Territory,
    run_examples,
};

impl Rule {
    /// A rule written in Rust as a rule like any other.
    #[must_use]
    pub fn native(native: &'static dyn NativeRule, pack: Option<&str>) -> Self {
        let meta = native.meta();
        Self {
            id: RuleId::new(meta.id),
            pack: pack.map(str::to_owned),
            languages: meta.languages.to_vec(),
            level: meta.severity.into(),
            confidence: meta.confidence,
            options: RuleOptions::new(meta.options.iter().map(NativeOption::read).collect()),
            message: meta.message.to_owned(),
            message_span: Span::default(),
            note: meta.note.map(str::to_owned),
            why: Some(meta.why.to_owned()),
            instead: meta.instead.map(str::to_owned),
            url: meta.url.map(str::to_owned),
            cwe: meta.cwe.to_vec(),
            since: Some(meta.since.to_owned()),
            files: Vec::new(),
            ignores: Vec::new(),
            roles: meta.roles.iter().copied().collect::<RoleSet>(),
            modules: ModuleConditions {
                within: meta.in_module.iter().copied().map(ModuleTest::of).collect(),
                without: meta.not_in_module.iter().copied().map(ModuleTest::of).collect(),
            },
            tasks: meta.tasks.iter().map(|id| TaskLink::new(id, Vec::new(), Span::default())).collect(),
            examples: Examples {
                bad: meta.bad.iter().map(NativeExample::read).collect(),
                good: meta.good.iter().map(NativeExample::read).collect(),
            },
            metadata: Vec::new(),
            place: (FilePath::new(meta.file), Span::default()),
            variants: Vec::new(),
            body: RuleBody::Native(native),
            fix: None,
            text: "".into(),
            territory: Territory::default(),
        }
    }
}

impl NativeOption {
    fn read(&self) -> RuleOption {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let default = match self.default {
            NativeDefault::Boolean(flag) => OptionValue::Boolean(flag),
            NativeDefault::Number(number) => OptionValue::Number(number),
            NativeDefault::Text(text) => OptionValue::Text(text.to_owned()),
            NativeDefault::List(list) => OptionValue::List(texts(list)),
        };
        RuleOption {
            name: self.name.to_owned(),
            about: self.about.to_owned(),
            one_of: texts(self.one_of),
            form: None,
            at_least: self.at_least,
            value: default.clone(),
            default,
        }
    }
}

impl NativeExample {
    fn read(&self) -> Example {
        let path = (!self.path.is_empty()).then(|| FilePath::new(self.path));
        let example =
            Example::parse(self.code, Span::default()).expect("the derive macro checks that marks are paired");
        let options = parse_yaml(self.options).ok().and_then(|documents| Some(documents.first()?.as_map()?.to_vec()));
        Example {
            options: options.unwrap_or_default(),
            language: crate::language::named(self.language).or_else(|| path.as_ref().and_then(Language::of_path)),
            path,
            ..example
        }
    }
}

/// Fails where the rule does not do what one of its examples says. The tests that `#[derive(Rule)]` writes call it.
///
/// # Panics
/// With every failure of that example.
pub fn assert_example(native: &'static dyn NativeRule, bad: bool, index: usize) {
    let mut rule = Rule::native(native, None);
    let keep = |examples: &mut Vec<Example>, wanted: bool| {
        *examples = if wanted { vec![examples.swap_remove(index)] } else { Vec::new() };
    };
    keep(&mut rule.examples.bad, bad);
    keep(&mut rule.examples.good, !bad);
    let compiled = CompiledRule::new(rule, &SharedUtils::default()).expect("a rule written in Rust always compiles");
    let failures = run_examples(&compiled, &|_| DerivedFacts::default());
    assert!(failures.is_empty(), "{}", failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}
