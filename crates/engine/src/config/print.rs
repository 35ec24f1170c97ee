//! The configuration in force as TOML, and how TOML is written.

use std::fmt::Write as _;

use auditlint_rules::{FileGlob, Role, TaskLink};
use auditlint_tasks::{Format, TaskSource};

use crate::config::{Config, ConfiguredIgnore, Override, RuleSettings};

impl Config {
    /// The configuration in force as TOML, defaults filled in. Read again, it gives the same configuration.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        let exclude = texts(self.exclude_patterns.iter().map(|(_, pattern)| pattern));
        put(&mut out, "packs", &texts(self.packs.iter().map(|(_, pack)| pack)));
        put(&mut out, "rule-dirs", &texts(self.rule_dirs.iter().map(|(_, dir)| dir.as_str())));
        put(&mut out, "exclude", &exclude);
        put(&mut out, "max-file-size", &self.max_file_size.to_string());
        if !self.roles.is_empty() {
            out.push_str("\n[roles]\n");
            let mut printed = Vec::new();
            for (role, _) in &self.roles {
                if !printed.contains(role) {
                    printed.push(*role);
                    let of_role = self.roles.iter().filter(|(of, _)| of == role).map(|(_, glob)| glob);
                    put(&mut out, role.name(), &globs(of_role));
                }
            }
        }
        if !self.ci_commands.is_empty() {
            out.push_str("\n[facts]\n");
            put(&mut out, "ci-commands", &texts(self.ci_commands.iter().map(|(_, command)| command)));
        }
        for source in &self.tasks {
            print_source(&mut out, source);
        }
        for settings in &self.rules {
            print_settings(&mut out, settings);
        }
        for change in &self.overrides {
            print_override(&mut out, change);
        }
        for ignore in &self.ignores {
            print_ignore(&mut out, ignore);
        }
        out
    }
}

fn print_source(out: &mut String, source: &TaskSource) {
    out.push_str("\n[[tasks]]\n");
    if !source.files.is_empty() || source.external.is_none() {
        put(out, "files", &texts(source.files.iter().map(|glob| &glob.pattern)));
    }
    let format = Format::WORDS.iter().find(|(_, format)| *format == source.format && *format != Format::Auto);
    let external = source.external.as_ref().map(|regex| {
        // The expression as it was written, without what makes it match the whole id.
        let whole = regex.as_str();
        whole.strip_prefix("^(?:").and_then(|inner| inner.strip_suffix(")$")).unwrap_or(whole)
    });
    for (key, value) in [
        ("format", format.map(|(word, _)| *word)),
        ("prefix", source.prefix.as_deref()),
        ("external", external),
        ("url", source.url.as_deref()),
        ("status", source.status.as_deref()),
    ] {
        if let Some(value) = value {
            put(out, key, &text(value));
        }
    }
}

fn print_settings(out: &mut String, settings: &RuleSettings) {
    let _ = writeln!(out, "\n[rules.{}]", key(settings.id.as_str()));
    if let Some(severity) = settings.severity {
        put(out, "severity", &text(&severity.to_string()));
    }
    if let Some(files) = &settings.files {
        put(out, "files", &globs(files));
    }
    if !settings.ignores.is_empty() {
        put(out, "ignores", &globs(&settings.ignores));
    }
    if let Some(roles) = settings.roles {
        put(out, "in", &texts(roles.iter().map(Role::name)));
    }
    if let Some(tasks) = &settings.tasks {
        put(out, "tasks", &list(tasks.iter().map(link)));
    }
}

fn print_override(out: &mut String, change: &Override) {
    out.push_str("\n[[overrides]]\n");
    put(out, "files", &globs(&change.patterns));
    for (_, rule, severity) in &change.severities {
        let _ = writeln!(out, "rules.{}.severity = {}", key(rule.as_str()), text(&severity.to_string()));
    }
}

fn print_ignore(out: &mut String, ignore: &ConfiguredIgnore) {
    out.push_str("\n[[ignore]]\n");
    put(out, "rule", &text(ignore.rule.as_str()));
    put(out, "path", &glob(&ignore.pattern));
    put(out, "reason", &text(&ignore.reason));
    if let Some(task) = &ignore.task {
        put(out, "task", &text(task));
    }
    if let Some(until) = ignore.until {
        put(out, "until", &text(&until.to_string()));
    }
}

fn put(out: &mut String, key: &str, value: &str) {
    let _ = writeln!(out, "{key} = {value}");
}

fn link(link: &TaskLink) -> String {
    match link.files.as_slice() {
        [] => text(&link.id),
        files => format!("{{ id = {}, files = {} }}", text(&link.id), globs(files)),
    }
}

fn globs<'g>(all: impl IntoIterator<Item = &'g FileGlob>) -> String {
    list(all.into_iter().map(glob))
}

fn glob(glob: &FileGlob) -> String {
    let pattern = text(&glob.pattern);
    if glob.case_insensitive { format!("{{ glob = {pattern}, caseInsensitive = true }}") } else { pattern }
}

/// A list of texts as TOML.
pub(crate) fn texts<T: AsRef<str>>(all: impl IntoIterator<Item = T>) -> String {
    list(all.into_iter().map(|one| text(one.as_ref())))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
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
        assert_eq!(printed, "packs = [\"recommended\"]\nrule-dirs = []\nexclude = []\nmax-file-size = 10485760\n");
        assert_eq!(read(&printed).to_toml(), printed);
        let own = "packs = []\nrule-dirs = [\"lint\"]\nexclude = [\"a/\", \"!b\"]\nmax-file-size = 5\n";
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
            prop_assert_eq!(node.get(&value).and_then(auditlint_source::document::Node::as_text), Some(value.as_str()));
        }
    }
}
