//! `auditlint rules show ID --explain FILE:LINE`: why a rule finds something at a line, or why not.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use auditlint_engine::{Engine, RunOptions, Snapshot};
use auditlint_matcher::{Analysis, ExplainStep, Literal, Program};
use auditlint_rules::{CompiledRule, Rule, SourceImports};
use auditlint_source::{FilePath, LineIndex};
use auditlint_syntax::{Code, Language, NodeId, Parser, Tree};

use crate::args::ProjectArgs;
use crate::context::CommandContext;
use crate::exit::{self, Exit};
use crate::find::find;
use crate::out;
use crate::say::say_problems;

/// Runs the command.
pub(crate) fn run(id: &str, place: &str, args: &ProjectArgs) -> Result<Exit> {
    let context = CommandContext::find(args)?;
    let (config, problems) = context.config()?;
    let Some((file, line)) = place.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse::<u32>().ok()?)))
    else {
        bail!("`{place}` is not a place; write FILE:LINE, for example src/app.ts:12");
    };
    let path = context.relative(Path::new(file))?;
    let options = RunOptions { rules: vec![id.to_owned()], paths: vec![path.clone()], ..context.options() };
    let engine = Engine::load(context.files(), config, options, problems);
    let snapshot = engine.snapshot(context.files());
    let limit = engine.projects.of(&path).max_file_size;
    let compiled = match engine.catalogue.find_for(id, &path) {
        Some(compiled) => compiled,
        None => find(&engine.catalogue, id).inspect_err(|_| {
            // Why it is not there may be among them.
            let _ = say_problems(context.working(), context.files(), snapshot.problems());
        })?,
    };
    let text = context.files().read(&path, limit).with_context(|| format!("{path} cannot be read"))?;
    let mut out = out::stdout();
    explain(&mut out, &snapshot, compiled, &path, &text, line)?;
    out.flush()?;
    say_problems(context.working(), context.files(), snapshot.problems())?;
    Ok(exit::of_problems(snapshot.problems(), false))
}

fn explain(
    out: &mut dyn Write,
    snapshot: &Snapshot<'_>,
    compiled: &CompiledRule,
    path: &FilePath,
    text: &[u8],
    line: u32,
) -> Result<()> {
    let rule = &compiled.rule;
    let Some(code) = Code::of(path, text) else { bail!("{path} is not in a language that auditlint reads") };
    let language = code.language();
    let index = LineIndex::new(text);
    if line == 0 || line > index.lines() {
        bail!("{path} has only {} lines", index.lines());
    }
    say_scope(out, snapshot, compiled, path, language)?;
    let Some(program) = compiled.program(language) else {
        if compiled.looks_at(language) {
            writeln!(
                out,
                "{} is written in Rust: it has no steps to show. `rules show {}` says what it looks for.",
                rule.id, rule.id
            )?;
        }
        return Ok(());
    };
    let imports = snapshot.imports_of(path).map(SourceImports::names);
    let imported: Vec<&str> = imports.iter().flat_map(|imports| imports.words()).collect();
    let is_there = |literal: &Literal| {
        literal.stands_in(code.text()) || imported.iter().any(|word| word.as_bytes() == &*literal.text)
    };
    for clause in program.literals().clauses().iter().filter(|clause| !clause.iter().any(is_there)) {
        let words: Vec<String> =
            clause.iter().map(|literal| format!("`{}`", String::from_utf8_lossy(&literal.text))).collect();
        writeln!(out, "The file contains no {}, so the rule skips it without parsing it.", words.join(" and no "))?;
    }
    let mut parser = Parser::default();
    let Ok(mut tree) = parser.parse(language, code.text()) else { bail!("the parser gave up on {path}") };
    parser.parse_islands(&mut tree, text, &mut |_| true);
    tree.join_page(&code);
    let analysis = Analysis::new(tree, code.text()).importing(imports);
    let tree = analysis.tree();
    let begins_here = |node: &NodeId| index.line(tree.span(*node).start) == line && !tree.span(*node).is_empty();
    let on_line: Vec<NodeId> = (0..tree.len()).map(NodeId).filter(begins_here).collect();
    let fits = |node: &NodeId| program.kinds().is_none_or(|kinds| kinds.contains(&tree.kind(*node)));
    let tried: Vec<NodeId> = on_line.iter().copied().filter(fits).collect();
    if tried.is_empty() {
        return say_kinds(out, program, tree, &on_line, path, line);
    }
    for node in tried {
        let (matched, steps) = program.explain_at(&analysis, node);
        let verdict = if matched { "found" } else { "not found" };
        writeln!(out, "{verdict}: {} at {}", show(&analysis, node), place(&index, text, &analysis, node))?;
        for step in &steps {
            say_step(out, &analysis, &index, node, step)?;
        }
    }
    Ok(())
}

/// Says where the rule does not look at all.
fn say_scope(
    out: &mut dyn Write,
    snapshot: &Snapshot<'_>,
    compiled: &CompiledRule,
    path: &FilePath,
    language: Language,
) -> Result<()> {
    let rule: &Rule = &compiled.rule;
    if !compiled.looks_at(language) {
        let languages: Vec<&str> = rule.languages.iter().map(|language| language.name()).collect();
        writeln!(out, "{} reads {}, and {path} is {}.", rule.id, languages.join(", "), language.name())?;
    }
    let (role, _) = snapshot.role(path);
    if !rule.roles.contains(role) {
        let roles: Vec<&str> = rule.roles.iter().map(auditlint_rules::Role::name).collect();
        writeln!(out, "{} looks at files of the role {}, and {path} is {role}.", rule.id, roles.join(", "))?;
    }
    let covers = |globs: &[auditlint_rules::FileGlob]| auditlint_rules::FileGlobs::new(globs).is_match(path);
    if !rule.files.is_empty() && !covers(&rule.files) {
        writeln!(out, "`files` of {} does not cover {path}.", rule.id)?;
    }
    if covers(&rule.ignores) {
        writeln!(out, "`ignores` of {} covers {path}.", rule.id)?;
    }
    Ok(())
}

fn say_kinds(
    out: &mut dyn Write,
    program: &Program,
    tree: &Tree,
    on_line: &[NodeId],
    path: &FilePath,
    line: u32,
) -> Result<()> {
    let names = |kinds: &mut dyn Iterator<Item = &'static str>| {
        let mut names: Vec<&str> = kinds.collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let wanted = program.kinds().unwrap_or_default().iter().filter_map(|kind| tree.language().kind_name(*kind));
    let there = on_line.iter().filter(|node| tree.node(**node).is_named()).map(|node| tree.kind_name(*node));
    writeln!(out, "not found: no node that the rule looks at begins at {path}:{line}.")?;
    writeln!(out, "  it looks at  {}", names(&mut wanted.into_iter()))?;
    writeln!(out, "  there begin  {}", names(&mut there.into_iter()))?;
    Ok(())
}

fn say_step(
    out: &mut dyn Write,
    analysis: &Analysis<'_>,
    index: &LineIndex,
    of: NodeId,
    step: &ExplainStep,
) -> Result<()> {
    let mark = match step.holds {
        Some(true) => "yes",
        Some(false) => "no ",
        None => "   ",
    };
    let indent = "  ".repeat(step.depth as usize + 1);
    // The node is named where it is another than the one that is tried.
    let about = if step.node == of && step.holds.is_some() {
        String::new()
    } else {
        let at = place(index, analysis.text(), analysis, step.node);
        format!("{} at {at}: ", show(analysis, step.node))
    };
    writeln!(out, "{mark}{indent}{about}{}", step.what)?;
    Ok(())
}

fn place(index: &LineIndex, text: &[u8], analysis: &Analysis<'_>, node: NodeId) -> String {
    let position = index.position(text, analysis.tree().span(node).start);
    format!("{}:{}", position.line, position.column)
}

/// The beginning of a node's text.
fn show(analysis: &Analysis<'_>, node: NodeId) -> String {
    const LONGEST: usize = 40;
    let text = String::from_utf8_lossy(analysis.tree().text(node, analysis.text())).into_owned();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return format!("`{line}`");
    }
    format!("`{}…`", line.chars().take(LONGEST).collect::<String>())
}
