//! The configuration in force as TOML, and how TOML is written.

use std::fmt::Write as _;

use auditlint_source::document::{DocumentKey, DocumentNode, DocumentValue, KeyShape, SettingTable as _};

use super::{Config, Settings};

impl Config {
    /// The configuration in force as TOML, defaults filled in. Read again, it gives the same configuration.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let shape = Settings::table();
        let written: Vec<_> = shape.keys.iter().zip(self.settings.values()).collect();
        let mut out = String::new();
        // What is extended and inherited is in it already.
        let is_said =
            |key: &KeyShape, value: &DocumentValue| !matches!(key.name, "extends" | "root") || *value != key.default;
        let values = written.iter().filter(|(key, value)| !key.shape.is_section() && is_said(key, value));
        for (key, value) in values {
            let _ = writeln!(out, "{} = {}", key.name, inline(value));
        }
        for (key, value) in written.iter().filter(|(key, value)| key.shape.is_section() && *value != key.default) {
            section(&mut out, key.name, value);
        }
        out
    }
}

/// A value under headings of its own.
fn section(out: &mut String, name: &str, value: &DocumentValue) {
    match value {
        DocumentValue::List(tables) => {
            for table in tables {
                let _ = writeln!(out, "\n[[{name}]]");
                body(out, &table.value);
            }
        }
        DocumentValue::Map(entries) if is_map_of_tables(entries) => {
            for (of, table) in entries {
                let _ = writeln!(out, "\n[{name}.{}]", key(&of.name));
                body(out, &table.value);
            }
        }
        _ => {
            let _ = writeln!(out, "\n[{name}]");
            body(out, value);
        }
    }
}

/// The lines below a heading.
fn body(out: &mut String, table: &DocumentValue) {
    let DocumentValue::Map(entries) = table else { return };
    for (name, node) in entries {
        let name = key(&name.name);
        match &node.value {
            DocumentValue::Map(of) if is_map_of_tables(of) => {
                for (rule, table) in of {
                    for (setting, node) in table.as_map().unwrap_or_default() {
                        let path = format!("{name}.{}.{}", key(&rule.name), key(&setting.name));
                        let _ = writeln!(out, "{path} = {}", inline(&node.value));
                    }
                }
            }
            value => {
                let _ = writeln!(out, "{name} = {}", inline(value));
            }
        }
    }
}

fn is_map_of_tables(entries: &[(DocumentKey, DocumentNode)]) -> bool {
    entries.iter().all(|(_, node)| node.as_map().is_some())
}

/// A value on one line, as TOML. Values of the configuration are a few levels deep by their types.
#[must_use]
pub fn inline(value: &DocumentValue) -> String {
    match value {
        DocumentValue::Null => text(""),
        DocumentValue::Bool(flag) => flag.to_string(),
        DocumentValue::Integer(number) => number.to_string(),
        DocumentValue::Float(number) => number.to_string(),
        DocumentValue::Text(value) => text(value),
        DocumentValue::List(items) => list(items.iter().map(|item| inline(&item.value))),
        DocumentValue::Map(entries) => {
            let entries = entries.iter().map(|(name, node)| format!("{} = {}", key(&name.name), inline(&node.value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A list of texts as TOML.
pub(crate) fn texts<T: AsRef<str>>(all: impl IntoIterator<Item = T>) -> String {
    list(all.into_iter().map(|one| text(one.as_ref())))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// A text within a comment of TOML: on one line, without the control characters that a comment may not hold.
pub(crate) fn comment(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

/// A basic string of TOML.
pub(crate) fn text(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A key of TOML: bare where that is allowed.
pub(crate) fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if bare { name.to_owned() } else { text(name) }
}

#[cfg(test)]
mod tests {
    use auditlint_source::FilePath;
    use proptest::prelude::*;

    use super::*;

    fn read(written: &str) -> Config {
        let (config, problems) = Config::read(&FilePath::new("auditlint.toml"), written);
        assert_eq!(problems, [], "{written}");
        config
    }

    fn check(written: &str, printed: &str) {
        let once = read(written).to_toml();
        let at = once.find("max-file-size").unwrap();
        assert_eq!(&once[at..], format!("max-file-size = 10485760\n{printed}"), "{written}");
        assert_eq!(read(&once).to_toml(), once, "{written}");
    }

    #[test]
    fn defaults_are_filled_in() {
        let printed = Config::default().to_toml();
        assert_eq!(
            printed,
            "packs = [\"recommended\"]\nrule-dirs = []\nexclude = []\nbaseline = \"auditlint-baseline.tsv\"\nmax-file-size = 10485760\n"
        );
        assert_eq!(read(&printed).to_toml(), printed);
        let own = "packs = []\nrule-dirs = [\"lint\"]\nexclude = [\"a/\", \"!b\"]\nbaseline = \"a/b.tsv\"\nmax-file-size = 5\n";
        assert_eq!(read(own).to_toml(), own);
    }

    #[test]
    fn every_table_is_printed_as_it_was_read() {
        for table in [
            "\n[roles]\nscript = [\"tools/**\"]\nsource = [\"tools/app/**\", { glob = \"X\", caseInsensitive = true }]\n",
            "\n[[tasks]]\nfiles = [\"a/*.md\"]\nformat = \"checklist\"\nprefix = \"api\"\n",
            "\n[[tasks]]\nexternal = \"PROJ-\\\\d+|X\"\nurl = \"https://x/{id}\"\nstatus = \"export.csv\"\n",
            "\n[rules.process-env]\nseverity = \"off\"\nfiles = [\"src/**\"]\nignores = [\"src/a.ts\"]\nin = [\"source\", \"test\"]\n\
             tasks = [\"A-1\", { id = \"A-2\", files = [\"b/**\"] }]\n",
            "\n[rules.\"a.b \\\"c\\\"\"]\nseverity = \"error\"\n",
            "\n[rules.a]\nfiles = []\nin = []\ntasks = []\n",
            "\n[[overrides]]\nfiles = [\"a/**\"]\nrules.b.severity = \"hint\"\nrules.\"c.d\".severity = \"off\"\n",
            "\n[[ignore]]\nrule = \"a\"\npath = { glob = \"A/**\", caseInsensitive = true }\nreason = \"it's\\ta \\\"b\\\" \\\\ \\u007F\"\n\
             task = \"T-1\"\nuntil = \"2027-01-31\"\n",
        ] {
            check(table, table);
        }
        check(
            "[[ignore]]\nrule='a'\npath='b'\nreason='c'\nuntil=2027-01-31",
            "\n[[ignore]]\nrule = \"a\"\npath = \"b\"\nreason = \"c\"\nuntil = \"2027-01-31\"\n",
        );
    }

    proptest! {
        #[test]
        fn any_text_and_key_reads_back(value in any::<String>()) {
            let line = format!("{} = {}", key(&value), text(&value));
            let node = auditlint_source::document::parse_toml(&line).unwrap();
            prop_assert_eq!(node.get(&value).and_then(DocumentNode::as_text), Some(value.as_str()));
        }
    }
}
