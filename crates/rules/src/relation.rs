//! Relations that rule files define: every match of a matcher is a row, and metavariables fill its columns.

use std::sync::Arc;

use auditlint_facts::{
    KnownRelations, ProjectScope, Provider, Relation, RelationInfo, Row, Said, Source, SourceFacts, Value, gaps_of,
    provider_of,
};
use auditlint_matcher::{Analysis, Match, MatcherDocument, SharedUtils, limits as matcher_limits};
use auditlint_source::document::{DocumentError, DocumentErrors, DocumentNode, DocumentValue as Document, Table};
use auditlint_source::{FilePath, Problem, Span};
use auditlint_syntax::{Code, Language, Tree, languages_in};
use xxhash_rust::xxh3::xxh3_64;

use crate::keys::{take_globs, take_languages};
use crate::limits::MAX_MATCH_BYTES;
use crate::rule::problem;
use crate::{
    CompiledRule, Confidence, Examples, FileGlob, ModuleConditions, Role, RoleSet, Rule, RuleBody, RuleId, RuleLevel,
    RuleOptions, RuleSet, Selection, SourceInfo, Territory, Worker,
};

/// A relation as a rule file writes it.
#[derive(Debug)]
pub(crate) struct RelationDocument {
    name: String,
    about: String,
    languages: Vec<Language>,
    files: Vec<FileGlob>,
    ignores: Vec<FileGlob>,
    /// Name, template, and the bytes of the template.
    columns: Vec<(String, String, Span)>,
    matcher: MatcherDocument,
    span: Span,
}

/// A relation whose rows are the matches of a matcher.
#[derive(Debug)]
pub struct MatchedRelation {
    /// The one relation that it gives.
    info: [RelationInfo; 1],
    /// For each column, what fills it.
    templates: Vec<String>,
    /// The matcher as the body of the only rule.
    set: RuleSet,
    version: u64,
    /// The file that it stands in and the bytes of its name.
    pub place: (FilePath, Span),
}

impl RelationDocument {
    pub(crate) fn read(node: &DocumentNode, errors: &DocumentErrors, shipped: &KnownRelations) -> Option<Self> {
        let mut table = Table::new(node, errors);
        let span = node.get("relation").map_or(node.span, |name| name.span);
        let name = table.take_text("relation");
        if let Some(error) = name.as_ref().and_then(|name| wrong_name(name, span, shipped)) {
            table.error(error);
        }
        let about = table.take_text("about").unwrap_or_default();
        let languages = take_languages(&mut table, node);
        let matcher = MatcherDocument::read(&mut table);
        for key in ["fix", "labels"] {
            if let Some(found) = node.get(key) {
                table.error(DocumentError::new(
                    found.span,
                    format!("`{key}` is for rules only, a relation cannot have it"),
                ));
            }
        }
        let files = take_globs(&mut table, "files");
        let ignores = take_globs(&mut table, "ignores");
        let columns = take_columns(&mut table);
        table.finish();
        Some(Self { name: name?, about, languages, files, ignores, columns, matcher: matcher?, span })
    }

    /// Has its globs count from a folder.
    pub(crate) fn count_from(&mut self, folder: &FilePath) {
        FileGlob::count_from(&mut self.files, folder);
        FileGlob::count_from(&mut self.ignores, folder);
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

fn wrong_name(name: &str, span: Span, shipped: &KnownRelations) -> Option<DocumentError> {
    let provider = provider_of(name);
    if name.split('.').count() != 2 || !name.split('.').all(is_word) {
        let error = DocumentError::new(span, format!("`{name}` is not a valid name for a relation"));
        return Some(
            error.help("use two words of lower-case letters, digits and `_`, separated by a dot: `router.handler`"),
        );
    }
    shipped.is_shipped(provider).then(|| {
        let message = format!("names that start with `{provider}.` are reserved for built-in relations");
        DocumentError::new(span, message).help("use another word before the dot")
    })
}

/// `{url: $URL}`, or `[$URL]` where the columns are named as the metavariables are.
fn take_columns(table: &mut Table<'_, '_>) -> Vec<(String, String, Span)> {
    let Some(node) = table.take("columns") else {
        let error = DocumentError::new(table.span(), "a relation needs `columns`");
        table.error(error.help("`columns: { url: $URL }` fills the column `url` with the text of `$URL`"));
        return Vec::new();
    };
    let mut columns: Vec<(String, String, Span)> = Vec::new();
    let mut add = |name: &str, place: Span, value: &DocumentNode| {
        let Some(text) = value.scalar() else {
            return table.error(DocumentError::expected("a text with metavariables", value));
        };
        let wrong = match name {
            "path" | "line" => Some("every row already has `path` and `line`, which say where it is"),
            _ => (!is_word(name)).then_some("use a word of lower-case letters, digits and `_`"),
        };
        if let Some(help) = wrong {
            return table
                .error(DocumentError::new(place, format!("`{name}` is not a valid name for a column")).help(help));
        }
        if columns.iter().any(|(known, _, _)| known == name) {
            return table.error(DocumentError::new(place, format!("duplicate column `{name}`")));
        }
        columns.push((name.to_owned(), text, value.span));
    };
    match &node.value {
        Document::Map(entries) if !entries.is_empty() => {
            entries.iter().for_each(|(key, value)| add(&key.name, key.span, value));
        }
        Document::List(items) if !items.is_empty() => {
            for item in items {
                let name = item.scalar().unwrap_or_default().trim_start_matches('$').to_ascii_lowercase();
                add(&name, item.span, item);
            }
        }
        _ => table.error(DocumentError::expected("a table or a list of columns", node)),
    }
    columns
}

impl MatchedRelation {
    /// Compiles a document of the file `text` at `path`.
    pub(crate) fn compile(
        document: RelationDocument,
        path: &FilePath,
        text: &Arc<str>,
        utils: &SharedUtils,
    ) -> Result<Self, Vec<Problem>> {
        let RelationDocument { name, about, languages, files, ignores, columns, matcher, span } = document;
        let (names, templates): (Vec<String>, Vec<(String, Span)>) =
            columns.into_iter().map(|(name, template, span)| (name, (template, span))).unzip();
        let place = (path.clone(), span);
        let version = xxh3_64(text.as_bytes());
        let rule = Rule {
            id: RuleId::new(&name),
            pack: None,
            languages,
            level: RuleLevel::default(),
            message: String::new(),
            message_span: span,
            note: None,
            why: None,
            instead: None,
            url: None,
            cwe: Vec::new(),
            confidence: Confidence::default(),
            options: RuleOptions::default(),
            modules: ModuleConditions::default(),
            since: None,
            files,
            ignores,
            // Facts stand in files of all kinds.
            roles: RoleSet::ALL,
            tasks: Vec::new(),
            examples: Examples::default(),
            metadata: Vec::new(),
            place: place.clone(),
            body: RuleBody::Match(matcher),
            variants: Vec::new(),
            fix: None,
            text: Arc::clone(text),
            territory: Territory::default(),
        };
        let compiled = CompiledRule::new(rule, utils)?;
        let first = compiled.rule.languages.first().and_then(|language| compiled.program(*language));
        let undefined = templates
            .iter()
            .flat_map(|(template, span)| first.into_iter().flat_map(|program| program.check_template(template, *span)));
        let undefined: Vec<Problem> = undefined.map(|error| problem(path, text, error)).collect();
        if !undefined.is_empty() {
            return Err(undefined);
        }
        Ok(Self {
            info: [RelationInfo::own(name, about, names)],
            templates: templates.into_iter().map(|(template, _)| template).collect(),
            set: RuleSet::new(vec![compiled]).0,
            version,
            place,
        })
    }

    /// What it is about.
    #[must_use]
    pub fn info(&self) -> &RelationInfo {
        &self.info[0]
    }

    /// What is selected of a text: the rule, or nothing.
    fn selects(&self, source: SourceInfo<'_>, text: &[u8], selection: &mut Selection) -> bool {
        self.set.select(source, text, selection);
        !selection.is_empty()
    }
}

/// What a source in a language is to a relation, which asks for no role.
fn info_of(path: &FilePath, language: Language) -> SourceInfo<'_> {
    SourceInfo { path, language, role: Role::Source }
}

/// What fills a column: a text in quotes is what stands between them.
fn fill(template: &str, found: &Match<'_>, analysis: &Analysis<'_>) -> Value {
    let text = found.interpolate(template, analysis);
    let node = template.strip_prefix('$').and_then(|name| found.one(name));
    let content = node.and_then(|node| content_of(analysis.tree(), node, &text));
    let text = content.unwrap_or(&text);
    if text.is_empty() { Value::Absent } else { Value::from(text) }
}

fn content_of<'t>(tree: &Tree, node: auditlint_syntax::NodeId, text: &'t str) -> Option<&'t str> {
    let quotes = match tree.kind_name(node) {
        "string" | "string_literal" => ['"', '\''],
        "template_string" if tree.named_children(node).all(|part| tree.kind_name(part) == "string_fragment") => {
            ['`', '`']
        }
        _ => return None,
    };
    text.strip_prefix(quotes)?.strip_suffix(quotes)
}

impl Provider for MatchedRelation {
    type Fact = Vec<Value>;

    fn name(&self) -> &str {
        self.info[0].provider()
    }

    fn about(&self) -> &str {
        &self.info[0].about
    }

    fn relations(&self) -> &[RelationInfo] {
        &self.info
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn reads(&self, path: &FilePath) -> bool {
        languages_in(path).any(|language| self.set.rules()[0].looks_at(language))
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        let code = Code::of(path, text);
        code.is_some_and(|code| self.selects(info_of(path, code.language()), code.text(), &mut Selection::default()))
    }

    fn extract(&self, source: &Source<'_, '_>) -> SourceFacts<Vec<Value>> {
        let mut out = SourceFacts::default();
        let Some(analysis) = source.analysis() else { return out };
        let mut worker = Worker::default();
        let mut matches = Vec::new();
        let info = info_of(source.path, analysis.tree().language());
        self.selects(info, analysis.text(), &mut worker.selection);
        self.set.run(analysis, &mut worker, &mut matches);
        let (mut written, mut is_cut) = (0, false);
        let mut left_out = worker.room.left_out();
        for found in matches {
            let node = found.node.and_then(|node| self.set.match_again(0, analysis, node, &mut worker));
            let Some(found) = node else { continue };
            if written > MAX_MATCH_BYTES {
                left_out += 1;
                continue;
            }
            let values: Vec<Value> = self.templates.iter().map(|template| fill(template, &found, analysis)).collect();
            written += found.written();
            is_cut |= found.excess().text;
            out.say(found.span, values);
        }
        let name = &self.info().name;
        if left_out > 0 {
            out.gap(
                Span::default(),
                format!("the file has {left_out} more rows of `{name}` than the limit for one file"),
            );
        }
        if worker.room.exceeded().values().any(|exceeded| exceeded.steps) {
            out.gap(Span::default(), format!("the matcher of `{name}` needs too many tests in this file"));
        }
        if is_cut {
            let message = format!("a column of `{name}` is longer than {} bytes and was cut", matcher_limits::MAX_TEXT);
            out.gap(Span::default(), message);
        }
        // A region that was not understood hides a row only where it holds what a match needs.
        for region in analysis.tree().not_understood() {
            if self.selects(info, region.of(analysis.text()), &mut worker.selection) {
                let message = format!("code that may be a row of `{}` could not be parsed", self.info().name);
                out.gap(*region, message);
            }
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &SourceFacts<Vec<Value>>)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        let rows = sources.iter().flat_map(|(path, source)| {
            let row = |said: &Said<Vec<Value>>| Row { path: path.clone(), span: said.span, values: said.fact.clone() };
            source.facts.iter().map(row)
        });
        vec![Relation { info: self.info[0].clone(), rows: rows.collect(), gaps: gaps_of(sources) }]
    }
}
