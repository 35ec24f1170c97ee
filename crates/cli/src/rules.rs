//! `auditlint rules`.

use std::io::Write;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::{CONFIG_NAME, Catalogue, Config, Projects, RuleOrigin, RunOptions};
use auditlint_facts::AnyProvider;
use auditlint_providers::{facts_of, known_relations};
use auditlint_report::{Cell, OutputTable};
use auditlint_rules::{CompiledRule, Rule, RuleId, run_examples};
use auditlint_source::{FilePath, Problem};
use auditlint_syntax::{Family, Language};

use crate::args::{ProjectArgs, RulesArgs, RulesCommand, ShowRuleArgs, TableFormat};
use crate::context::{CommandContext, counted};
use crate::exit::{self, Exit};
use crate::find::find;
use crate::say::say_problems;
use crate::{explain, out};

/// Runs the command.
pub(crate) fn run(args: &RulesArgs) -> Result<Exit> {
    match &args.command {
        RulesCommand::List { project, all, format, json } => {
            list(project, *all, if *json { TableFormat::Json } else { *format })
        }
        RulesCommand::Show(args) => explain(args),
        RulesCommand::Test { ids, project, all } => test(ids, project, *all),
        RulesCommand::New { id, project, language, task } => new(id, project, language, task.as_deref()),
    }
}

/// The configuration and the rules of a project.
pub(crate) fn load(args: &ProjectArgs) -> Result<(CommandContext, Config, Catalogue, Vec<Problem>)> {
    let context = CommandContext::find(args)?;
    let (config, mut problems) = context.config()?;
    // The rules are those of the project that the working folder is in.
    let options = RunOptions { paths: vec![context.project.child(CONFIG_NAME)], ..context.options() };
    let config = Projects::find(context.files(), config, &options, &mut problems).of(&context.project).clone();
    let catalogue = Catalogue::load(&config, context.files(), &context.options(), &mut problems);
    Ok((context, config, catalogue, problems))
}

fn list(args: &ProjectArgs, all: bool, format: TableFormat) -> Result<Exit> {
    let (context, _, catalogue, problems) = load(args)?;
    let off = &catalogue.off;
    let mut rules: Vec<(&Rule, bool)> = catalogue.set.rules().iter().map(|compiled| (&compiled.rule, true)).collect();
    if all {
        rules.extend(off.iter().map(|compiled| (&compiled.rule, false)));
    }
    rules.sort_by(|a, b| (a.0.pack.is_none(), &a.0.pack, &a.0.id).cmp(&(b.0.pack.is_none(), &b.0.pack, &b.0.id)));
    let mut table = OutputTable::new(["rule", "pack", "severity", "confidence", "languages", "in", "tasks", "message"]);
    for (rule, on) in &rules {
        table.push([
            Cell::Text(rule.id.to_string()),
            rule.pack.clone().map_or(Cell::Missing, Cell::Text),
            Cell::Text(if *on { rule.level.name().to_owned() } else { "off".to_owned() }),
            Cell::Text(rule.confidence.name().to_owned()),
            Cell::List(languages(rule)),
            Cell::List(rule.roles.iter().map(|role| role.name().to_owned()).collect()),
            Cell::List(rule.tasks.iter().map(|link| link.id.clone()).collect()),
            Cell::Text(rule.message.clone()),
        ]);
    }
    let (mut out, color) = out::table_stdout();
    format.write(&table, color, &mut out)?;
    if format == TableFormat::Table {
        let hint = if all || off.is_empty() {
            String::new()
        } else {
            format!(" ({} more are off; --all lists them)", off.len())
        };
        writeln!(out, "{}{hint}", counted(rules.len(), "rule"))?;
    }
    out.flush()?;
    say_problems(context.working(), context.files(), &problems)?;
    Ok(exit::of_problems(&problems, false))
}

fn languages(rule: &Rule) -> Vec<String> {
    rule.languages.iter().map(|language| language.name().to_owned()).collect()
}

/// Explains a rule, or what it makes of a line.
pub(crate) fn explain(args: &ShowRuleArgs) -> Result<Exit> {
    match &args.explain {
        Some(place) => explain::run(&args.id, place, &args.project),
        None => show(&args.id, &args.project),
    }
}

/// The rule with that id. Where it is not there, why may be among the problems.
fn found<'c>(
    id: &str,
    context: &CommandContext,
    catalogue: &'c Catalogue,
    problems: &[Problem],
) -> Result<&'c CompiledRule> {
    find(catalogue, id).inspect_err(|_| {
        let _ = say_problems(context.working(), context.files(), problems);
    })
}

fn show(id: &str, args: &ProjectArgs) -> Result<Exit> {
    let (context, _, catalogue, problems) = load(args)?;
    let compiled = found(id, &context, &catalogue, &problems)?;
    let rule = &compiled.rule;
    let is_on = catalogue.known.get(&rule.id).copied().unwrap_or(false);
    let mut out = out::stdout();
    writeln!(out, "{}: {}\n", rule.id, rule.message)?;
    for text in [&rule.why, &rule.note].into_iter().flatten() {
        writeln!(out, "{}\n", text.trim())?;
    }
    if let Some(instead) = &rule.instead {
        writeln!(out, "Instead: {}\n", instead.trim())?;
    }
    let state = if is_on { rule.level.name() } else { "off" };
    let reads = match rule.checks() {
        [] => ("languages", languages(rule).join(", ")),
        _ => ("reads", rule.relations().into_iter().collect::<Vec<_>>().join(", ")),
    };
    let mut rows = vec![("severity", state.to_owned()), ("confidence", rule.confidence.name().to_owned()), reads];
    rows.extend(rule.pack.clone().map(|pack| ("pack", pack)));
    rows.push(("roles", rule.roles.iter().map(auditlint_rules::Role::name).collect::<Vec<_>>().join(", ")));
    for (name, globs) in [("files", &rule.files), ("ignores", &rule.ignores)] {
        if !globs.is_empty() {
            rows.push((name, globs.iter().map(|glob| glob.pattern.as_str()).collect::<Vec<_>>().join(", ")));
        }
    }
    if !rule.tasks.is_empty() {
        rows.push(("tasks", rule.tasks.iter().map(|link| link.id.as_str()).collect::<Vec<_>>().join(", ")));
    }
    rows.extend(rule.fix_in_words().map(|fix| ("fix", fix)));
    rows.extend(rule.url.clone().map(|url| ("url", url)));
    if !rule.cwe.is_empty() {
        rows.push(("weakness", rule.cwe.iter().map(|number| format!("CWE-{number}")).collect::<Vec<_>>().join(", ")));
    }
    rows.push(("defined in", rule.place.0.to_string()));
    for (name, value) in rows {
        writeln!(out, "{name:<12}{value}")?;
    }
    for option in rule.options.iter() {
        let value = auditlint_engine::inline_toml(&option.value.value());
        writeln!(out, "{:<12}{} = {value}: {} ({})", "option", option.name, option.about.trim(), option.describe())?;
    }
    for (language, why) in compiled.off_in() {
        writeln!(out, "{:<12}{}: {why}", "off in", language.name())?;
    }
    for (title, examples) in [("Bad", &rule.examples.bad), ("Good", &rule.examples.good)] {
        for example in examples {
            writeln!(out, "\n{title}:")?;
            for part in example.parts() {
                if let Some(path) = &part.path {
                    writeln!(out, "  {path}")?;
                }
                for line in part.code.lines() {
                    writeln!(out, "    {line}")?;
                }
            }
        }
    }
    out.flush()?;
    say_problems(context.working(), context.files(), &problems)?;
    Ok(exit::of_problems(&problems, false))
}

fn test(ids: &[String], args: &ProjectArgs, all: bool) -> Result<Exit> {
    let (context, _, catalogue, problems) = load(args)?;
    let mut rules: Vec<&CompiledRule> = Vec::new();
    if ids.is_empty() {
        let on = catalogue.set.rules().iter().zip(&catalogue.origins);
        rules.extend(on.filter(|(_, origin)| all || **origin != RuleOrigin::Shipped).map(|(compiled, _)| compiled));
        rules.extend(catalogue.off.iter().filter(|compiled| all || compiled.rule.pack.is_none()));
    }
    for id in ids {
        rules.push(found(id, &context, &catalogue, &problems)?);
    }
    let mut out = out::stdout();
    let (mut failed, mut examples, mut without) = (0, 0, 0);
    let every: Vec<&dyn AnyProvider> = catalogue.providers().collect();
    for compiled in &rules {
        let rule = &compiled.rule;
        let count = rule.examples.bad.len() + rule.examples.good.len();
        examples += count;
        if count == 0 {
            without += 1;
            writeln!(out, "none  {} has no examples: nothing shows that it works", rule.id)?;
            continue;
        }
        let failures: Vec<String> =
            run_examples(compiled, &|sources| facts_of(sources, &every)).iter().map(ToString::to_string).collect();
        if failures.is_empty() {
            writeln!(out, "ok    {} ({} bad, {} good)", rule.id, rule.examples.bad.len(), rule.examples.good.len())?;
            continue;
        }
        failed += 1;
        writeln!(out, "FAIL  {}", rule.id)?;
        for failure in failures {
            for line in failure.lines() {
                writeln!(out, "      {line}")?;
            }
        }
    }
    if rules.is_empty() {
        writeln!(out, "This repository has no rules of its own; --all tests the shipped ones.")?;
    } else {
        let missing = if without > 0 { format!(", {without} without examples") } else { String::new() };
        writeln!(out, "{}, {}: {failed} failed{missing}", counted(rules.len(), "rule"), counted(examples, "example"))?;
    }
    out.flush()?;
    say_problems(context.working(), context.files(), &problems)?;
    let failed = if failed > 0 { Exit::Findings } else { Exit::Clean };
    Ok(failed.max(exit::of_problems(&problems, false)))
}

fn new(id: &str, args: &ProjectArgs, language: &str, task: Option<&str>) -> Result<Exit> {
    if !RuleId::new(id).fits_a_suppression() || id.contains(['/', '\\']) || id.starts_with('.') {
        bail!("`{id}` is not a valid rule id; use letters, digits and dashes, as in `raw-sql`");
    }
    if let Some(task) = task.filter(|task| task.chars().any(char::is_control)) {
        bail!("`{task}` is not a valid task id: it contains control characters");
    }
    if auditlint_engine::is_reserved(id) {
        bail!("`{id}` is the id of a finding about suppressions");
    }
    let (context, config, catalogue, _) = load(args)?;
    if catalogue.find(id).is_some() {
        bail!("there is already a rule `{id}`; `auditlint rules show {id}` shows it");
    }
    let Some(language) = Language::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(language)) else {
        let names = Language::ALL.map(Language::name).join(", ");
        bail!("unknown language `{language}`; use one of {names}");
    };
    let folder = config.rule_dirs.first().map_or_else(|| FilePath::new("lint/rules"), |(_, dir)| dir.clone());
    let path = folder.join(&format!("{id}.yml"));
    if context.files().kind(&path).is_some() {
        bail!("{path} already exists");
    }
    let text = template(id, language, task);
    debug_assert!(
        auditlint_rules::read_rules(&path, &text, &known_relations()).1.is_empty(),
        "the template is a valid rule"
    );
    context.worktree.create(&path, text.as_bytes()).with_context(|| path.to_string())?;
    let mut out = out::stdout();
    writeln!(out, "Wrote {path}. Edit it, then run `auditlint rules test {id}`.")?;
    if config.rule_dirs.is_empty() {
        writeln!(out, "Add its folder to auditlint.toml: rule-dirs = [\"{folder}\"]")?;
    }
    out.flush()?;
    // A folder that was missing is there now.
    let (context, _, _, problems) = load(args)?;
    say_problems(context.working(), context.files(), &problems)?;
    Ok(Exit::Clean)
}

/// A string of YAML: bare where nothing in it means something.
fn yaml_text(text: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_bare) {
        return text.to_owned();
    }
    // The strings of JSON are strings of YAML.
    serde_json::Value::from(text).to_string()
}

/// A rule that works as it stands: calls of `forbidden`.
fn template(id: &str, language: Language, task: Option<&str>) -> String {
    let (pattern, bad, good) = match language.family() {
        Family::Rust => ("forbidden($$$ARGS)", "fn f() { «forbidden(1)»; }", "fn f() { allowed(1); }"),
        Family::Python => ("forbidden($$$ARGS)", "«forbidden(1)»", "allowed(1)"),
        Family::Ecmascript | Family::Shell => ("forbidden($$$ARGS)", "«forbidden(1)»;", "allowed(1);"),
    };
    let tasks = match task {
        Some(task) => format!("tasks: [{}]\n", yaml_text(task)),
        None => "# The tasks that this finding belongs to, by id; a task may be limited to files.\n# tasks: [TASK-1, { id: TASK-2, files: [\"src/api/**\"] }]\n".to_owned(),
    };
    format!(
        "# yaml-language-server: $schema is printed by `auditlint schema rule`\n\
         id: {id}\n\
         language: {}\n\
         severity: error # error, warning, info, hint\n\
         message: \"`forbidden` is called\"\n\
         why: Say in one paragraph what goes wrong in the code that this finds.\n\
         instead: Say what to write instead.\n\
         {tasks}\
         # Where it looks: roles of files (source, test, config, script, generated), and globs.\n\
         in: [source]\n\
         # files: [\"src/**\"]\n\
         # ignores: [\"src/legacy/**\"]\n\
         rule:\n\
         \x20 pattern: {pattern}\n\
         examples:\n\
         \x20 bad: # « and » mark each place that must be found\n\
         \x20   - \"{bad}\"\n\
         \x20 good:\n\
         \x20   - \"{good}\"\n",
        language.name()
    )
}

#[cfg(test)]
mod tests {
    use auditlint_providers::providers;

    use super::*;

    #[test]
    fn the_template_is_a_rule_that_passes_its_examples() {
        for language in Language::ALL {
            for task in [None, Some("T-1"), Some("12"), Some("T: [\"1\"] # é\u{202e}")] {
                let text = template("x", language, task);
                let (rules, problems) = auditlint_rules::read_rules(&FilePath::new("x.yml"), &text, &known_relations());
                assert_eq!(problems, [], "{text}");
                let rule = rules.into_iter().next().unwrap();
                let compiled = CompiledRule::new(rule, &auditlint_matcher::SharedUtils::default()).unwrap();
                assert!(run_examples(&compiled, &|sources| facts_of(sources, providers())).is_empty());
            }
        }
    }
}
