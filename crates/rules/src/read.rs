//! Rule files and util files as they are written.

use std::sync::Arc;

use auditlint_facts::{Check, KnownRelations};
use auditlint_matcher::limits::MAX_TEXT;
use auditlint_matcher::{MatcherDocument, OptionCondition, Program, SharedUtils};
use auditlint_source::document::{DocumentError, DocumentErrors, DocumentNode, DocumentValue, Table, parse_yaml};
use auditlint_source::limits::MAX_MISTAKES;
use auditlint_source::{FilePath, Problem, ProblemKind, ProblemLevel, Span};
use auditlint_syntax::Language;

use crate::dialect::{RuleDialect, SkippedDocuments};
use crate::keys::{take_globs, take_languages};
use crate::language;
use crate::limits::{MAX_EXAMPLES, MAX_ID, MAX_PROSE};
use crate::relation::RelationDocument;
use crate::rule::problem;
use crate::{
    Confidence, Count, Examples, MatchedRelation, ModuleConditions, ModuleTest, Role, RoleSet, Rule, RuleBody, RuleId,
    RuleLevel, RuleOptions, TaskLink, Territory,
};

/// A matcher that several rules share, from a file of its own.
#[derive(Clone, Debug)]
pub struct SharedUtil {
    /// Its id, by which `matches` names it.
    pub id: String,
    /// The language that its file names.
    pub language: Option<Language>,
    /// What it matches.
    pub document: MatcherDocument,
    /// The file and the bytes of the id.
    pub place: (FilePath, Span),
}

/// A rule file, which may hold several documents: rules, and relations that the rules of the project may name.
#[derive(Debug)]
pub struct RuleFile {
    path: FilePath,
    text: Arc<str>,
    /// The folder that its globs count from.
    base: FilePath,
    dialect: RuleDialect,
    documents: Vec<DocumentNode>,
    skipped: SkippedDocuments,
}

impl RuleFile {
    /// Reads the syntax of a file.
    ///
    /// # Errors
    /// Where it is not valid YAML.
    pub fn parse(path: &FilePath, text: &str) -> Result<Self, Problem> {
        Self::parse_as(path, text, RuleDialect::Own)
    }

    /// Reads the syntax of a file that was written for another program.
    ///
    /// # Errors
    /// Where it is not valid YAML.
    pub fn parse_as(path: &FilePath, text: &str, dialect: RuleDialect) -> Result<Self, Problem> {
        let mut documents = documents_of(path, text)?;
        let mut skipped = SkippedDocuments::default();
        skipped.take(&mut documents, &dialect, false);
        Ok(Self { path: path.clone(), text: text.into(), base: FilePath::root(), dialect, documents, skipped })
    }

    /// The same file with globs that count from the folder of a project below the root.
    #[must_use]
    pub fn counted_from(self, base: &FilePath) -> Self {
        Self { base: base.clone(), ..self }
    }

    /// For which program it was written.
    #[must_use]
    pub fn dialect(&self) -> &RuleDialect {
        &self.dialect
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &FilePath {
        &self.path
    }

    /// What is written in it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a document of it defines a relation.
    #[must_use]
    pub fn has_relations(&self) -> bool {
        self.documents.iter().any(defines_relation)
    }

    /// The documents that are for languages which nothing here reads.
    #[must_use]
    pub fn skipped(&self) -> &SkippedDocuments {
        &self.skipped
    }

    /// A problem at a place in it.
    #[must_use]
    pub fn problem(&self, error: DocumentError) -> Problem {
        problem(&self.path, &self.text, error)
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.skipped.is_empty()
    }

    /// The relations that it defines, compiled. A document with a mistake gives none; every mistake is among the problems.
    #[must_use]
    pub fn relations(&self, utils: &SharedUtils, shipped: &KnownRelations) -> (Vec<MatchedRelation>, Vec<Problem>) {
        let documents = self.documents.iter().filter(|document| defines_relation(document));
        let (found, mut problems) =
            read_each(self, documents, |node, errors| RelationDocument::read(node, errors, shipped));
        let mut relations = Vec::new();
        for mut document in found {
            document.count_from(&self.base);
            match MatchedRelation::compile(document, &self.path, &self.text, utils) {
                Ok(relation) => relations.push(relation),
                Err(errors) => problems.extend(errors),
            }
        }
        (relations, problems)
    }

    /// Its rules. `roles` are those of a rule that names none. A document with a mistake gives no rule; every mistake of every
    /// document is among the problems.
    #[must_use]
    pub fn rules(&self, known: &KnownRelations, roles: RoleSet) -> (Vec<Rule>, Vec<Problem>) {
        let documents = self.documents.iter().filter(|document| !defines_relation(document));
        let (mut rules, mut problems) =
            read_each(self, documents, |node, errors| read_rule(self, node, known, errors, roles));
        rules.iter_mut().for_each(|rule| rule.count_from(&self.base));
        for rule in rules.iter().filter(|rule: &&Rule| !rule.id.fits_a_suppression()) {
            let message = format!("a suppression comment cannot name the rule `{}`", rule.id);
            let problem = Problem::warning(ProblemKind::Rule, message).in_file(&self.path);
            let place = problem.at(rule.place.1, self.text.as_bytes());
            problems.push(place.help("use an id without white space, `,`, `:`, `(` and `)`"));
        }
        (rules, problems)
    }
}

fn defines_relation(document: &DocumentNode) -> bool {
    document.get("relation").is_some()
}

/// The roles of a rule that names none.
pub const DEFAULT_ROLES: [Role; 1] = [Role::Source];

/// Reads the rules of a file that names no relations but its own and those that ship. A document with a mistake gives no rule;
/// every mistake of every document is among the problems.
#[must_use]
pub fn read_rules(path: &FilePath, text: &str, shipped: &KnownRelations) -> (Vec<Rule>, Vec<Problem>) {
    let file = match RuleFile::parse(path, text) {
        Ok(file) => file,
        Err(problem) => return (Vec::new(), vec![problem]),
    };
    let (relations, mut problems) = file.relations(&SharedUtils::default(), shipped);
    let mut known = shipped.clone();
    relations.iter().for_each(|relation| known.add(relation.info().clone()));
    let (rules, more) = file.rules(&known, DEFAULT_ROLES.into_iter().collect());
    problems.extend(more);
    (rules, problems)
}

/// Reads a file of shared utils, which may hold several documents.
#[must_use]
pub fn read_utils(path: &FilePath, text: &str) -> (Vec<SharedUtil>, Vec<Problem>) {
    let (utils, _, problems) = read_utils_as(path, text, RuleDialect::Own);
    (utils, problems)
}

/// Reads a file of shared utils that was written for another program.
#[must_use]
pub fn read_utils_as(
    path: &FilePath,
    text: &str,
    dialect: RuleDialect,
) -> (Vec<SharedUtil>, SkippedDocuments, Vec<Problem>) {
    let mut documents = match documents_of(path, text) {
        Ok(documents) => documents,
        Err(problem) => return (Vec::new(), SkippedDocuments::default(), vec![problem]),
    };
    let mut skipped = SkippedDocuments::default();
    skipped.take(&mut documents, &dialect, true);
    let base = FilePath::root();
    let file = RuleFile { path: path.clone(), text: text.into(), base, dialect, documents, skipped };
    let (utils, problems) = read_each(&file, file.documents.iter(), |node, errors| read_util(path, node, errors));
    (utils, file.skipped, problems)
}

fn documents_of(path: &FilePath, text: &str) -> Result<Vec<DocumentNode>, Problem> {
    let mut documents = parse_yaml(text).map_err(|error| problem(path, text, error))?;
    documents.retain(|document| document.value != DocumentValue::Null);
    Ok(documents)
}

/// Reads documents of a file with `read`; a document during which errors arise is left out.
fn read_each<'n, T>(
    file: &RuleFile,
    documents: impl Iterator<Item = &'n DocumentNode>,
    read: impl Fn(&DocumentNode, &DocumentErrors) -> Option<T>,
) -> (Vec<T>, Vec<Problem>) {
    let RuleFile { path, text, dialect, .. } = file;
    let mut found = Vec::new();
    let mut problems = Vec::new();
    let mut more = 0;
    for document in documents {
        let errors = DocumentErrors::default();
        let item = read(document, &errors);
        let errors = errors.into_inner();
        if errors.iter().all(|error| dialect.passes_over(error)) {
            found.extend(item);
        }
        let untold = errors.len().saturating_sub(MAX_MISTAKES.saturating_sub(problems.len()));
        let told = errors.len() - untold;
        problems.extend(errors.into_iter().take(told).map(|error| {
            let level = if dialect.passes_over(&error) { ProblemLevel::Warning } else { ProblemLevel::Error };
            Problem { level, ..problem(path, text, error) }
        }));
        more += untold;
    }
    if more > 0 {
        let message = format!("{more} more mistakes in this file");
        problems.push(Problem::error(ProblemKind::Rule, message).in_file(path));
    }
    (found, problems)
}

fn read_rule(
    file: &RuleFile,
    node: &DocumentNode,
    known: &KnownRelations,
    errors: &DocumentErrors,
    default_roles: RoleSet,
) -> Option<Rule> {
    let mut table = Table::new(node, errors);
    let id = take_id(&mut table, node, "rule");
    let languages = take_languages(&mut table, node);
    let level = table.setting_or("severity", RuleLevel::default);
    let confidence = table.setting_or("confidence", Confidence::default);
    let options = table.take("options").map(|node| RuleOptions::read(node, errors)).unwrap_or_default();
    let message_node = table.take("message");
    let message = message_node.and_then(DocumentNode::scalar);
    if let (Some(node), None) = (message_node, &message) {
        table.error(DocumentError::expected("text", node));
    }
    let note = table.take_text("note");
    let why = table.take_text("why");
    let instead = table.take_text("instead");
    let url = table.take_text("url");
    let cwe = take_weaknesses(&mut table);
    let since = table.take_text("since");
    check_prose(&table, node, errors);
    let body = take_body(&mut table, node, known);
    if let Some(RuleBody::Check(checks)) = &body {
        let conditions = checks.iter().flat_map(|check| &check.options);
        conditions.flat_map(|condition| options.check(condition)).for_each(|error| table.error(error));
        let named = checks.iter().flat_map(Check::options_for_values);
        let named = named.map(|name| OptionCondition { name, values: Vec::new() });
        named.flat_map(|condition| options.check(&condition)).for_each(|error| table.error(error));
    }
    if let (Some(RuleBody::Check(checks)), Some(message), Some(node)) = (&body, &message, message_node) {
        let errors = checks.iter().flat_map(|check| check.judge_message(message, node.span, known));
        errors.for_each(|error| table.error(error));
    }
    let variants = take_variants(&mut table, node, &languages);
    let languages: Vec<Language> =
        languages.into_iter().chain(variants.iter().map(|(language, _)| *language)).collect();
    let files = take_globs(&mut table, "files");
    let ignores = take_globs(&mut table, "ignores");
    // Facts stand in files of all kinds.
    let default_roles = if matches!(body, Some(RuleBody::Check(_))) { RoleSet::ALL } else { default_roles };
    let roles = table.setting_or::<RoleSet>("in", || default_roles);
    let modules = take_modules(&mut table, node, &options);
    let tasks = table.setting_or("tasks", Vec::<TaskLink>::new);
    let examples = table.take("examples").map(|node| Examples::read(node, errors)).unwrap_or_default();
    let metadata = table.take("metadata").map(|node| read_metadata(node, errors)).unwrap_or_default();
    table.finish_passable();
    if !errors.borrow().iter().all(|error| file.dialect.passes_over(error)) {
        // The rule is lost already; what else is wrong with it is told in the same run.
        tell_mistakes_of_matcher(body.as_ref(), languages.first(), errors);
    }
    let (id, id_span) = id?;
    Some(Rule {
        message: message.unwrap_or_else(|| id.clone()),
        message_span: message_node.map_or(id_span, |node| node.span),
        id: RuleId::new(&id),
        pack: None,
        languages,
        level,
        confidence,
        options,
        note,
        why,
        instead,
        url,
        cwe,
        since,
        files,
        ignores,
        roles,
        modules,
        tasks,
        examples,
        metadata,
        place: (file.path.clone(), id_span),
        body: body?,
        variants,
        fix: None,
        text: Arc::clone(&file.text),
        territory: Territory::default(),
    })
}

/// Takes `cwe`: numbers, one or several.
fn take_weaknesses(table: &mut Table<'_, '_>) -> Vec<u32> {
    let mut found = Vec::new();
    for node in table.take_list("cwe").unwrap_or_default() {
        let number = match node.value {
            DocumentValue::Integer(number) => u32::try_from(number).ok().filter(|number| *number > 0),
            _ => None,
        };
        match number {
            Some(number) => found.push(number),
            None => table.error(
                DocumentError::expected("the number of a weakness", node)
                    .help("write the number in the list of CWE alone: `cwe: 312`, or `cwe: [532, 200]`"),
            ),
        }
    }
    found
}

/// Takes `also-in`: the matchers of languages that have their own.
fn take_variants(
    table: &mut Table<'_, '_>,
    node: &DocumentNode,
    languages: &[Language],
) -> Vec<(Language, MatcherDocument)> {
    let Some(variants) = table.take("also-in") else { return Vec::new() };
    let errors = table.errors();
    let push = |error| errors.borrow_mut().push(error);
    if node.get("rule").is_none() {
        push(DocumentError::new(variants.span, "`also-in` is only allowed with `rule`"));
    }
    let DocumentValue::Map(entries) = &variants.value else {
        push(DocumentError::expected("a table from languages to `{rule, utils, constraints}`", variants));
        return Vec::new();
    };
    let mut found: Vec<(Language, MatcherDocument)> = Vec::new();
    for (key, value) in entries {
        let Some(language) = language::named(&key.name) else {
            let valid = language::NAMES.map(|(name, _)| name);
            push(DocumentError::unknown(key.span, "language", &key.name, &valid));
            continue;
        };
        if languages.contains(&language) || found.iter().any(|(known, _)| *known == language) {
            let message = format!("`{}` is named twice", language.name());
            push(DocumentError::new(key.span, message).help("a language has one matcher, under `rule` or `also-in`"));
        }
        let mut table = Table::new(value, errors);
        let document = MatcherDocument::read(&mut table);
        table.finish_passable();
        found.extend(document.map(|document| (language, document)));
    }
    found
}

/// Takes `in-module` and `not-in-module`.
fn take_modules(table: &mut Table<'_, '_>, node: &DocumentNode, options: &RuleOptions) -> ModuleConditions {
    let mut take = |key| table.take(key).map(|node| ModuleTest::read_list(node, table.errors())).unwrap_or_default();
    let modules = ModuleConditions { within: take("in-module"), without: take("not-in-module") };
    let conditions = modules.within.iter().chain(&modules.without).flat_map(|test| &test.options);
    conditions.flat_map(|condition| options.check(condition)).for_each(|error| table.error(error));
    for key in ["in-module", "not-in-module"] {
        if let (Some(found), Some(_)) = (node.get(key), node.get("check")) {
            let error = DocumentError::new(found.span, format!("`{key}` is not for rules over facts"));
            table.error(error.help("name the relation `module.kind` in `if-in` or `unless-in`"));
        }
    }
    modules
}

/// Holds the texts that are written out as they are against their limits.
fn check_prose(table: &Table<'_, '_>, node: &DocumentNode, errors: &DocumentErrors) {
    let limits = [("note", MAX_PROSE), ("why", MAX_PROSE), ("instead", MAX_PROSE), ("url", MAX_PROSE), ("id", MAX_ID)];
    for (key, limit) in limits.into_iter().chain([("message", MAX_TEXT)]) {
        let Some(value) = node.get(key) else { continue };
        if let Some(length) = value.as_text().map(str::len).filter(|length| *length > limit) {
            table
                .error(DocumentError::new(value.span, format!("`{key}` is {length} bytes long, the limit is {limit}")));
        }
    }
    for kind in ["bad", "good"] {
        let examples = node.get("examples").and_then(|examples| examples.get(kind)).and_then(DocumentNode::as_list);
        if let Some(example) = examples.and_then(|examples| examples.get(MAX_EXAMPLES)) {
            let message = format!("a rule can have at most {MAX_EXAMPLES} examples of each kind");
            errors.borrow_mut().push(DocumentError::new(example.span, message));
        }
    }
}

/// Reports what compiling would refuse, such as an unknown kind.
fn tell_mistakes_of_matcher(body: Option<&RuleBody>, language: Option<&Language>, errors: &DocumentErrors) {
    let Some(RuleBody::Match(document) | RuleBody::Require { document, .. }) = body else { return };
    let Some(language) = language else { return };
    let found = Program::compile(document, *language, &SharedUtils::open()).err().unwrap_or_default();
    let mut errors = errors.borrow_mut();
    for error in found {
        if errors.iter().all(|known| known.span != error.span) {
            errors.push(error);
        }
    }
}

fn read_util(path: &FilePath, node: &DocumentNode, errors: &DocumentErrors) -> Option<SharedUtil> {
    let mut table = Table::new(node, errors);
    let id = take_id(&mut table, node, "util");
    let language = take_languages(&mut table, node).first().copied();
    let document = MatcherDocument::read_util(&mut table);
    for key in ["message", "note", "severity", "url", "cwe", "metadata"] {
        table.take_entry(key);
    }
    table.finish_passable();
    let (id, span) = id?;
    Some(SharedUtil { id, language, document: document?, place: (path.clone(), span) })
}

fn take_id(table: &mut Table<'_, '_>, node: &DocumentNode, what: &str) -> Option<(String, Span)> {
    let span = node.get("id").map_or(node.span, |id| id.span);
    let id = table.take_text("id");
    if node.get("id").is_none() && matches!(node.value, DocumentValue::Map(_)) {
        table.error(DocumentError::new(node.span, format!("a {what} needs `id`")));
    }
    if id.as_ref().is_some_and(|id| id.trim().is_empty()) {
        table.error(DocumentError::new(span, format!("the `id` of a {what} must not be empty")));
    }
    Some((id?, span))
}

fn take_body(table: &mut Table<'_, '_>, node: &DocumentNode, known: &KnownRelations) -> Option<RuleBody> {
    let given: Vec<&str> = ["rule", "require", "check"].into_iter().filter(|key| node.get(key).is_some()).collect();
    let (has_rule, has_require) = (given.contains(&"rule"), given.contains(&"require"));
    if let [first, second, ..] = given[..] {
        let message =
            format!("a rule has only one of `rule`, `require` and `check`, but this one has `{first}` and `{second}`");
        table.error(DocumentError::new(node.span, message));
    }
    let count = table.take("count").map(|count| (count.span, read_count(count, table.errors())));
    if let (Some((span, _)), false) = (&count, has_require) {
        table.error(DocumentError::new(*span, "`count` is only allowed with `require`"));
    }
    let checks = table.take_list("check").map(|nodes| {
        let read = nodes.iter().map(|node| Check::read(node, known, table.errors()));
        // Every check is read, so that all mistakes come at once.
        read.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>()
    });
    if let (Some(checks), [_]) = (checks, &given[..]) {
        for key in ["rule", "require"] {
            table.take_entry(key);
        }
        return checks.map(RuleBody::Check);
    }
    if !has_rule && !has_require {
        if given.is_empty() && matches!(node.value, DocumentValue::Map(_)) {
            let start = Span::new(node.span.start, node.span.start);
            let error = DocumentError::new(start, "a rule needs one of `rule`, `require` and `check`");
            table.error(error.help(
                "`rule` reports what matches, `require` reports files without a match, `check` reports facts of several files that do not agree",
            ));
        }
        for key in ["rule", "require", "constraints", "utils", "transform", "fix", "labels", "rewriters"] {
            table.take_entry(key);
        }
        return None;
    }
    // Both keys are named whichever is read, so that a misspelt one is suggested.
    if has_require {
        table.take_entry("rule");
        let count = count.map(|(_, count)| count).unwrap_or_default();
        return MatcherDocument::read_under(table, "require").map(|document| RuleBody::Require { document, count });
    }
    table.take_entry("require");
    MatcherDocument::read(table).map(RuleBody::Match)
}

fn read_count(node: &DocumentNode, errors: &DocumentErrors) -> Count {
    let mut table = Table::new(node, errors);
    let mut take = |key| table.take_count(key).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    let (min, max) = (take("min"), take("max"));
    if min.is_none() && max.is_none() {
        table.error(DocumentError::new(node.span, "`count` needs `min`, `max` or both").help("count: { min: 2 }"));
    }
    // "At most two" says nothing against none.
    let count = Count { min: min.unwrap_or(0), max };
    if max.is_some_and(|max| max < count.min) {
        table.error(DocumentError::new(node.span, "`max` is less than `min`"));
    }
    table.finish();
    count
}

fn read_metadata(
    node: &DocumentNode,
    errors: &DocumentErrors,
) -> Vec<(auditlint_source::document::DocumentKey, DocumentNode)> {
    match &node.value {
        DocumentValue::Map(entries) => entries.clone(),
        _ => {
            errors.borrow_mut().push(DocumentError::expected("a table", node));
            Vec::new()
        }
    }
}
