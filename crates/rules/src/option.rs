//! Options of a rule: what of it a project may set, each with a type, a default and the values that it allows.

use auditlint_matcher::OptionCondition;
use auditlint_source::document::{
    DocumentError, DocumentErrors, DocumentKey, DocumentNode, DocumentValue, Table, unplaced,
};
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::limits::MAX_OPTIONS;

/// One option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOption {
    /// Its name, as rules and configuration write it.
    pub name: String,
    /// What it does, one or two sentences.
    pub about: String,
    /// What it may be; all of its type where the list is empty.
    pub one_of: Vec<String>,
    /// What each of its texts must be like.
    pub form: Option<TextForm>,
    /// The least number that it may be.
    pub at_least: u64,
    /// What it is where nobody sets it. Its type is that of the option.
    pub default: OptionValue,
    /// What it is.
    pub value: OptionValue,
}

/// What texts must be like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextForm {
    /// A regular expression that each of them matches.
    pub matches: String,
    /// The same in words.
    pub form: String,
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptionValue {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number, 0 or more.
    Number(u64),
    /// Text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
}

/// The options of a rule, in the order in which it declares them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOptions(Vec<RuleOption>);

/// The types by name, as `type` of an option writes them.
pub(crate) const TYPES: [&str; 4] = ["boolean", "number", "text", "list"];

impl OptionValue {
    /// The word for its type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Boolean(_) => TYPES[0],
            Self::Number(_) => TYPES[1],
            Self::Text(_) => TYPES[2],
            Self::List(_) => TYPES[3],
        }
    }

    /// The value as a document holds it.
    #[must_use]
    pub fn value(&self) -> DocumentValue {
        match self {
            Self::Boolean(flag) => DocumentValue::Bool(*flag),
            Self::Number(number) => DocumentValue::Integer(i64::try_from(*number).unwrap_or(i64::MAX)),
            Self::Text(text) => DocumentValue::Text(text.clone()),
            Self::List(texts) => {
                DocumentValue::List(texts.iter().map(|text| unplaced(DocumentValue::Text(text.clone()))).collect())
            }
        }
    }

    /// Whether it is written so; of a list, whether it holds that item.
    #[must_use]
    pub fn is(&self, written: &str) -> bool {
        match self {
            Self::Boolean(flag) => written == if *flag { "true" } else { "false" },
            Self::Number(number) => written.parse() == Ok(*number),
            Self::Text(text) => text == written,
            Self::List(texts) => texts.iter().any(|text| text == written),
        }
    }

    /// What a value of an option may be.
    pub const WHAT: &'static str = "true or false, a whole number, text or a list of texts";

    /// The value that a node of a document holds.
    #[must_use]
    pub fn of(node: &DocumentNode) -> Option<Self> {
        Some(match &node.value {
            DocumentValue::Bool(flag) => Self::Boolean(*flag),
            DocumentValue::Integer(number) => Self::Number(u64::try_from(*number).ok()?),
            DocumentValue::Text(text) => Self::Text(text.clone()),
            DocumentValue::List(items) => {
                Self::List(items.iter().map(|item| item.as_text().map(str::to_owned)).collect::<Option<_>>()?)
            }
            DocumentValue::Null | DocumentValue::Float(_) | DocumentValue::Map(_) => return None,
        })
    }
}

impl RuleOption {
    fn read(key: &DocumentKey, node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        let mut table = Table::new(node, errors);
        let about = table.take_text("about").unwrap_or_default();
        let one_of: Vec<String> =
            table.take_texts("one-of").unwrap_or_default().into_iter().map(|(_, text)| text).collect();
        let kind = table.take_word("type", &TYPES.map(|name| (name, name)));
        let default = table.take("default");
        let form = read_form(&mut table, node, errors);
        let at_least = table.take_count("at-least").unwrap_or(0);
        table.finish();
        if !is_name(&key.name) {
            let error = DocumentError::new(key.span, format!("invalid name of an option `{}`", key.name));
            report(errors, error.help("use lower-case words with `-` between them"));
        }
        if about.trim().is_empty() && node.as_map().is_some() {
            let error = DocumentError::new(key.span, format!("the option `{}` needs `about`", key.name));
            report(errors, error.help("say in one or two sentences what it does"));
        }
        let Some(default) = default else {
            if node.as_map().is_some() {
                let error = DocumentError::new(key.span, format!("the option `{}` needs `default`", key.name));
                report(errors, error.help("what holds where nobody sets it; its type is that of the option"));
            }
            return None;
        };
        let Some(value) = OptionValue::of(default) else {
            report(errors, DocumentError::expected(OptionValue::WHAT, default));
            return None;
        };
        if let Some(kind) = kind.filter(|kind| *kind != value.type_name()) {
            let message = format!("the default of `{}` is of the type {}, not {kind}", key.name, value.type_name());
            report(errors, DocumentError::new(default.span, message));
        }
        let option = Self { name: key.name.clone(), about, one_of, form, at_least, default: value.clone(), value };
        option.check_items(default, errors);
        Some(option)
    }

    /// Reads a value for it. A value of another type, or one that is not allowed, is a mistake.
    fn accept(&self, node: &DocumentNode, errors: &DocumentErrors) -> Option<OptionValue> {
        let value = match (&self.default, &node.value) {
            // A single text stands for a list of one.
            (OptionValue::List(_), DocumentValue::Text(text)) => Some(OptionValue::List(vec![text.clone()])),
            _ => OptionValue::of(node).filter(|value| value.type_name() == self.default.type_name()),
        };
        if value.is_none() {
            report(errors, DocumentError::expected(&self.describe(), node));
        }
        value.filter(|_| self.check_items(node, errors))
    }

    /// Whether every text is one of those that are allowed, and a number not too small.
    fn check_items(&self, node: &DocumentNode, errors: &DocumentErrors) -> bool {
        let items = node.as_list().unwrap_or(std::slice::from_ref(node));
        let valid: Vec<&str> = self.one_of.iter().map(String::as_str).collect();
        let mut fits = true;
        if let DocumentValue::Integer(number) = node.value
            && u64::try_from(number).is_ok_and(|number| number < self.at_least)
        {
            let message = format!("`{}` is {number}, and must be at least {}", self.name, self.at_least);
            report(errors, DocumentError::new(node.span, message));
            fits = false;
        }
        if let Some(TextForm { matches, form }) = &self.form
            && let Ok(expression) = Regex::new(matches)
        {
            for item in items {
                let Some(text) = item.as_text().filter(|text| !expression.is_match(text)) else { continue };
                let message = format!("`{text}` is not a value of `{}`", self.name);
                report(errors, DocumentError::new(item.span, message).help(format!("write {form}")));
                fits = false;
            }
        }
        for item in items.iter().filter(|_| !valid.is_empty()) {
            let Some(text) = item.scalar().filter(|text| !valid.contains(&text.as_str())) else { continue };
            let what = format!("value of `{}`", self.name);
            report(errors, DocumentError::unknown(item.span, &what, &text, &valid));
            fits = false;
        }
        fits
    }

    /// What it may be, in words: "one of `a`, `b`, or a list of them".
    #[must_use]
    pub fn describe(&self) -> String {
        let text = match self.one_of.as_slice() {
            [] => self.form.as_ref().map_or_else(|| "text".to_owned(), |form| format!("text ({})", form.form)),
            words => format!("one of `{}`", words.join("`, `")),
        };
        match &self.default {
            OptionValue::Boolean(_) => "`true` or `false`".to_owned(),
            OptionValue::Number(_) => format!("a whole number, {} or more", self.at_least),
            OptionValue::Text(_) => text,
            OptionValue::List(_) => format!("{text}, or a list of them"),
        }
    }
}

/// Takes `matches` and `form`, of which none goes without the other.
fn read_form(table: &mut Table<'_, '_>, node: &DocumentNode, errors: &DocumentErrors) -> Option<TextForm> {
    let (matches, form) = (table.take_text("matches"), table.take_text("form"));
    let span = node.get("matches").or(node.get("form")).map_or(node.span, |found| found.span);
    match (matches, form) {
        (Some(matches), Some(form)) => {
            if let Err(error) = Regex::new(&matches) {
                report(
                    errors,
                    DocumentError::new(span, format!("`matches` is not a valid regular expression: {error}")),
                );
                return None;
            }
            Some(TextForm { matches, form })
        }
        (None, None) => None,
        _ => {
            let error = DocumentError::new(span, "`matches` and `form` go together");
            report(errors, error.help("`form` says in words what the regular expression `matches` asks for"));
            None
        }
    }
}

impl RuleOptions {
    /// Options with their defaults.
    #[must_use]
    pub fn new(options: Vec<RuleOption>) -> Self {
        Self(options)
    }

    /// Reads what a rule declares under `options`.
    pub(crate) fn read(node: &DocumentNode, errors: &DocumentErrors) -> Self {
        let Some(entries) = node.as_map() else {
            report(errors, DocumentError::expected("a table of options by name", node));
            return Self::default();
        };
        if let Some((key, _)) = entries.get(MAX_OPTIONS) {
            report(errors, DocumentError::new(key.span, format!("a rule can have at most {MAX_OPTIONS} options")));
        }
        let declared = entries.iter().take(MAX_OPTIONS);
        Self(declared.filter_map(|(key, node)| RuleOption::read(key, node, errors)).collect())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The options.
    pub fn iter(&self) -> impl Iterator<Item = &RuleOption> {
        self.0.iter()
    }

    /// Takes over what a configuration sets. An option that the rule does not have, and a value that it does not allow, are
    /// mistakes.
    pub fn set(&mut self, entries: &[(DocumentKey, DocumentNode)], errors: &DocumentErrors) {
        for (key, node) in entries {
            let Some(index) = self.0.iter().position(|option| option.name == key.name) else {
                let names: Vec<&str> = self.0.iter().map(|option| option.name.as_str()).collect();
                report(
                    errors,
                    match names.as_slice() {
                        [] => DocumentError::new(key.span, format!("unknown option `{}`", key.name))
                            .help("this rule has no options"),
                        names => DocumentError::unknown(key.span, "option", &key.name, names),
                    },
                );
                continue;
            };
            if let Some(value) = self.0[index].accept(node, errors) {
                self.0[index].value = value;
            }
        }
    }

    /// Takes back what was set.
    pub(crate) fn reset(&mut self) {
        for option in &mut self.0 {
            option.value.clone_from(&option.default);
        }
    }

    /// Whether an option is what a condition asks for.
    #[must_use]
    pub fn holds(&self, condition: &OptionCondition) -> bool {
        self.find(&condition.name.value)
            .is_some_and(|option| condition.values.iter().any(|value| option.value.is(&value.value)))
    }

    /// Whether an option is `value`, or holds it; `false` where there is no such option.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.find(name).is_some_and(|option| option.value.is(value))
    }

    /// What an option is, as texts: each item of a list, else one.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        match self.find(name).map(|option| &option.value) {
            Some(OptionValue::List(texts)) => texts.clone(),
            Some(OptionValue::Text(text)) => vec![text.clone()],
            Some(OptionValue::Number(number)) => vec![number.to_string()],
            Some(OptionValue::Boolean(flag)) => vec![flag.to_string()],
            None => Vec::new(),
        }
    }

    /// The number that an option is; 0 where it is not one.
    #[must_use]
    pub fn number(&self, name: &str) -> u64 {
        match self.find(name).map(|option| &option.value) {
            Some(OptionValue::Number(number)) => *number,
            _ => 0,
        }
    }

    /// What a condition names that there is not.
    pub(crate) fn check(&self, condition: &OptionCondition) -> Vec<DocumentError> {
        let OptionCondition { name, values } = condition;
        let Some(option) = self.find(&name.value) else {
            let names: Vec<&str> = self.0.iter().map(|option| option.name.as_str()).collect();
            return vec![match names.as_slice() {
                [] => DocumentError::new(name.span, format!("unknown option `{}`", name.value))
                    .help("declare it under `options`"),
                names => DocumentError::unknown(name.span, "option", &name.value, names),
            }];
        };
        let valid: Vec<&str> = match &option.default {
            OptionValue::Boolean(_) => vec!["true", "false"],
            _ => option.one_of.iter().map(String::as_str).collect(),
        };
        let what = format!("value of `{}`", option.name);
        let unknown = values.iter().filter(|value| !valid.is_empty() && !valid.contains(&value.value.as_str()));
        unknown.map(|value| DocumentError::unknown(value.span, &what, &value.value, &valid)).collect()
    }

    fn find(&self, name: &str) -> Option<&RuleOption> {
        self.0.iter().find(|option| option.name == name)
    }
}

fn report(errors: &DocumentErrors, error: DocumentError) {
    errors.borrow_mut().push(error);
}

fn is_name(name: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    name.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use auditlint_facts::KnownRelations;
    use auditlint_source::document::parse_yaml;

    use super::*;
    use crate::{Rule, read_rules};

    const RULE: &str = "id: a\nlanguage: TypeScript\nrule: {kind: program}\n";
    const OPTIONS: &str = "options:\n  mode: {about: m, one-of: [strict, loose], default: loose}\n  \
                           deep: {about: d, type: boolean, default: false}\n  most: {about: n, default: 3}\n  \
                           clients: {about: c, one-of: [fetch, got], default: [fetch]}\n";

    fn read(options: &str) -> (Vec<Rule>, Vec<String>) {
        let text = format!("{RULE}{options}");
        let (rules, problems) = read_rules(&"r.yml".into(), &text, &KnownRelations::default());
        let told = problems.into_iter().map(|problem| match problem.help {
            Some(help) => format!("{} ({help})", problem.message),
            None => problem.message,
        });
        (rules, told.collect())
    }

    /// What is wrong with a declaration.
    #[track_caller]
    fn check(options: &str, expected: &[&str]) {
        assert_eq!(read(options).1, expected, "{options}");
    }

    /// What becomes of the options, and what is wrong with what is set.
    #[track_caller]
    fn check_set(set: &str, values: &str, expected: &[&str]) {
        let mut options = read(OPTIONS).0.remove(0).options;
        let errors = DocumentErrors::default();
        let node = parse_yaml(set).unwrap().remove(0);
        options.set(node.as_map().unwrap(), &errors);
        let told: Vec<String> = errors
            .into_inner()
            .into_iter()
            .map(|error| {
                format!("{}{}", error.message, error.help.map(|help| format!(" ({help})")).unwrap_or_default())
            })
            .collect();
        assert_eq!(told, expected, "{set}");
        let shown: Vec<String> = options.iter().map(|option| format!("{:?}", option.value)).collect();
        assert_eq!(shown.join(" "), values, "{set}");
    }

    #[test]
    fn declarations_say_what_is_wrong_with_them() {
        check(OPTIONS, &[]);
        check("options: 1", &["expected a table of options by name, found a whole number"]);
        check(
            "options: {A: {about: x, default: 1}}",
            &["invalid name of an option `A` (use lower-case words with `-` between them)"],
        );
        check(
            "options: {a: {defualt: 1}}",
            &[
                "unknown key `defualt` (did you mean `default`? Valid: about, one-of, type, default, matches, form, at-least)",
                "the option `a` needs `about` (say in one or two sentences what it does)",
                "the option `a` needs `default` (what holds where nobody sets it; its type is that of the option)",
            ],
        );
        check(
            "options: {a: {about: x, type: bool, default: true}}",
            &["unknown type `bool` (did you mean `boolean`? Valid: boolean, number, text, list)"],
        );
        check(
            "options: {a: {about: x, type: list, default: true}}",
            &["the default of `a` is of the type boolean, not list"],
        );
        check(
            "options: {a: {about: x, one-of: [b, c], default: d}}",
            &["unknown value of `a` `d` (did you mean `b`? Valid: b, c)"],
        );
        check(
            "options: {a: {about: x, default: 1.5}}",
            &["expected true or false, a whole number, text or a list of texts, found a number"],
        );
    }

    #[test]
    fn forms_of_texts_and_least_numbers() {
        check(
            "options: {a: {about: x, matches: '(', form: y, default: []}}",
            &["`matches` is not a valid regular expression: regex parse error:\n    (\n    ^\nerror: unclosed group"],
        );
        check(
            "options: {a: {about: x, matches: a, default: []}}",
            &["`matches` and `form` go together (`form` says in words what the regular expression `matches` asks for)"],
        );
        check("options: {a: {about: x, at-least: 3, default: 2}}", &["`a` is 2, and must be at least 3"]);
        let declared = "options: {a: {about: x, matches: '^[A-Z]+$', form: 'capitals: `A`', default: [A]}}";
        let mut options = read(declared).0.remove(0).options;
        let errors = DocumentErrors::default();
        let node = parse_yaml("{a: [B, c]}").unwrap().remove(0);
        options.set(node.as_map().unwrap(), &errors);
        let told: Vec<_> = errors.into_inner().into_iter().map(|error| (error.message, error.help)).collect();
        assert_eq!(told, [("`c` is not a value of `a`".to_owned(), Some("write capitals: `A`".to_owned()))]);
        assert_eq!(options.texts("a"), ["A"]);
    }

    #[test]
    fn values_are_held_against_the_declaration() {
        let loose = "Text(\"loose\") Boolean(false) Number(3) List([\"fetch\"])";
        check_set("{}", loose, &[]);
        check_set(
            "{mode: strict, deep: true, most: 0, clients: got}",
            "Text(\"strict\") Boolean(true) Number(0) List([\"got\"])",
            &[],
        );
        check_set("{clients: []}", "Text(\"loose\") Boolean(false) Number(3) List([])", &[]);
        check_set(
            "{mdoe: strict}",
            loose,
            &["unknown option `mdoe` (did you mean `mode`? Valid: mode, deep, most, clients)"],
        );
        check_set(
            "{mode: strickt}",
            loose,
            &["unknown value of `mode` `strickt` (did you mean `strict`? Valid: strict, loose)"],
        );
        check_set("{mode: [strict]}", loose, &["expected one of `strict`, `loose`, found a list"]);
        check_set("{deep: \"true\"}", loose, &["expected `true` or `false`, found text"]);
        check_set("{most: -1}", loose, &["expected a whole number, 0 or more, found a whole number"]);
        check_set(
            "{clients: [got, gto]}",
            loose,
            &["unknown value of `clients` `gto` (did you mean `got`? Valid: fetch, got)"],
        );
        check_set("{clients: [1]}", loose, &["expected one of `fetch`, `got`, or a list of them, found a list"]);
    }
}
