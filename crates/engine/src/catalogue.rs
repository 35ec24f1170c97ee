//! The rules of a run: shipped packs, the repository's own folders, `sgconfig.yml`, and what the configuration changes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use auditlint_facts::{AnyProvider, Check, KnownRelations, provider_of};
use auditlint_matcher::SharedUtils;
use auditlint_providers::{known_relations, providers};
use auditlint_rules::{
    CompiledRule, DEFAULT_ROLES, MatchedRelation, RoleSet, Rule, RuleDialect, RuleFile, RuleId, RuleLevel, RuleSet,
    SgConfig, SkippedDocuments, read_utils_as,
};
use auditlint_source::document::{DocumentError, DocumentErrors, Key, Node, Value, unplaced};
use auditlint_source::limits::MAX_MISTAKES;
use auditlint_source::{EntryKind, FilePath, Files, Problem, ProblemKind, ReadError, Span, nearest};

use crate::builtin::Builtin;
use crate::compiled_rules::{CompiledRules, OwnFile, known_by};
use crate::config::{Config, RuleSettings, config_problem, did_you_mean};
use crate::kept::Kept;
use crate::limits::{MAX_RULE_BYTES, MAX_RULE_DIRS, MAX_RULE_FILES, MAX_RULES, RULE_FILE};
use crate::{RuleInfo, RunOptions};

/// The name of ast-grep's configuration file.
pub const SGCONFIG_NAME: &str = "sgconfig.yml";

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleOrigin {
    /// It ships with auditlint.
    Shipped,
    /// A folder of `rule-dirs`.
    Own,
    /// A folder that `sgconfig.yml` names.
    AstGrep,
}

/// Every rule that a run knows, and the compiled set of those that are on.
pub struct Catalogue {
    /// The rules that are on, compiled; indices below are its.
    pub set: RuleSet,
    /// What findings say about each rule of the set.
    pub infos: Vec<Arc<RuleInfo>>,
    /// Where each rule of the set comes from.
    pub origins: Vec<RuleOrigin>,
    /// Every rule that is known but off.
    pub off: Vec<CompiledRule>,
    /// Ids of every known rule, and whether it is on.
    pub known: BTreeMap<RuleId, bool>,
    /// The relations that rule files define.
    pub relations: Vec<MatchedRelation>,
}

impl Catalogue {
    /// Gathers, configures and compiles the rules. Those that the options name stay on alone.
    #[must_use]
    pub fn load(config: &Config, files: &dyn Files, options: &RunOptions, problems: &mut Vec<Problem>) -> Self {
        let (only, kept) = (options.rules.as_slice(), options.kept.as_deref());
        let mut read: Vec<RuleFolder<'_>> = Vec::new();
        let mut skipped = SkippedDocuments::default();
        for dir in rule_folders(config, files, problems) {
            let compiled = CompiledRules::of(kept, &RuleDialect::Own, "");
            read.push(read_folder(&dir, files, &RuleDialect::Own, SharedUtils::default(), compiled, problems));
        }
        if !options.isolated {
            read.extend(read_sgconfig(files, kept, &mut skipped, problems));
        }
        read.iter().flat_map(RuleFolder::read_files).for_each(|file| skipped.add(file.skipped().clone()));
        problems.extend(skipped.problem());
        let relations = relations_of(&read, problems);
        let mut rules = rules_of(read, &relations, problems);
        let packs =
            || auditlint_packs::packs().iter().filter(|pack| config.packs.iter().any(|on| on.name() == pack.name));
        let is_on = |rule: &Rule| {
            rule.pack.as_deref().is_none_or(|of| packs().any(|pack| pack.name == of || pack.turns_on(rule.id.as_str())))
        };
        for pack in auditlint_packs::packs() {
            rules.extend(pack.rules().into_iter().map(|rule| (rule, RuleOrigin::Shipped)));
        }
        let mut known: BTreeMap<RuleId, bool> = rules.iter().map(|(rule, _)| (rule.rule.id.clone(), false)).collect();
        // The configuration may name them, as it may name a rule that is off.
        for id in skipped.ids() {
            known.entry(RuleId::new(id)).or_insert(false);
        }
        report_duplicates(&mut rules, problems);
        report_reserved(&mut rules, &mut known, problems);
        check_names(config, &known, only, problems);

        let (mut on, mut origins, mut off) = (Vec::new(), Vec::new(), Vec::new());
        for (mut compiled, origin) in rules {
            set_options(&mut compiled, config, problems);
            let rule = &mut compiled.rule;
            let by_pack = is_on(rule);
            let by_override = config.turns_on(&rule.id);
            let settings = config.of_rule(&rule.id);
            let by_flag = only.iter().any(|only| only == rule.id.as_str());
            if let Some(settings) = settings {
                configure(rule, &settings.value);
            }
            if !by_pack && settings.is_none() && !by_flag {
                // At most an override turns it on, for its files.
                rule.level = RuleLevel::Off;
            }
            let runs = rule.level != RuleLevel::Off || by_override;
            known.insert(rule.id.clone(), runs);
            if runs && (only.is_empty() || by_flag) {
                on.push(compiled);
                origins.push(origin);
            } else {
                off.push(compiled);
            }
        }
        let (set, found) = RuleSet::new(on);
        problems.extend(found);
        let infos = set.rules().iter().map(|compiled| Arc::new(info(&compiled.rule))).collect();
        Self { set, infos, origins, off, known, relations }
    }

    /// A rule by id, on or off.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&CompiledRule> {
        self.set.rules().iter().chain(&self.off).find(|compiled| compiled.rule.id.as_str() == id)
    }

    /// The relations that checks and people can name.
    #[must_use]
    pub fn known_relations(&self) -> KnownRelations {
        known(&self.relations)
    }

    /// Every provider of relations, those of the repository last.
    pub fn providers(&self) -> impl Iterator<Item = &dyn AnyProvider> {
        let own = self.relations.iter().map(|relation| -> &dyn AnyProvider { relation });
        let shipped: &[&dyn AnyProvider] = providers();
        shipped.iter().copied().chain(own)
    }

    /// The providers of some relations.
    pub(crate) fn providers_of<'c, 'r>(
        &'c self,
        relations: impl Iterator<Item = &'r str>,
    ) -> impl Iterator<Item = &'c dyn AnyProvider> {
        let names: BTreeSet<&str> = relations.map(provider_of).collect();
        self.providers().filter(move |provider| names.contains(provider.name()))
    }

    /// The providers that the rules that are on need.
    pub(crate) fn readers(&self) -> Vec<&dyn AnyProvider> {
        let checks = self.set.rules().iter().flat_map(|compiled| compiled.rule.checks());
        self.providers_of(checks.flat_map(Check::relations)).collect()
    }

    /// The known rule id nearest to a word.
    #[must_use]
    pub fn nearest(&self, word: &str) -> Option<&str> {
        nearest(word, self.known.keys().map(RuleId::as_str))
    }
}

/// The folders of `rule-dirs` that are there; says which are not.
fn rule_folders(config: &Config, files: &dyn Files, problems: &mut Vec<Problem>) -> Vec<FilePath> {
    let mut folders = Vec::new();
    if let Some((span, _)) = config.rule_dirs.get(MAX_RULE_DIRS) {
        problems.push(config_problem(config, *span, too_many_dirs()));
    }
    for (span, dir) in config.rule_dirs.iter().take(MAX_RULE_DIRS) {
        if files.kind(dir) == Some(EntryKind::Folder) {
            folders.push(dir.clone());
        } else {
            let problem =
                no_folder(files, dir, " with rules", "`rule-dirs` are relative to the folder of auditlint.toml");
            problems.push(config_problem(config, *span, problem));
        }
    }
    folders
}

fn too_many_dirs() -> Problem {
    Problem::error(ProblemKind::Config, format!("there are more than {MAX_RULE_DIRS} folders of rules or utils"))
}

fn info(rule: &Rule) -> RuleInfo {
    RuleInfo {
        id: rule.id.clone(),
        pack: rule.pack.clone(),
        confidence: rule.confidence,
        why: rule.why.clone(),
        instead: rule.instead.clone(),
        note: rule.note.clone(),
        url: rule.url.clone(),
        unsafe_fix: rule.unsafe_fix().map(str::to_owned),
    }
}

/// Sets the options of a rule: what the packs that are on say of it, then what the configuration does.
fn set_options(compiled: &mut CompiledRule, config: &Config, problems: &mut Vec<Problem>) {
    let packs = auditlint_packs::packs().iter().filter(|pack| config.packs.iter().any(|on| on.name() == pack.name));
    let of_packs: Vec<(Key, Node)> = packs
        .flat_map(|pack| pack.options_of(compiled.rule.id.as_str()))
        .map(|(name, value)| option(name, value))
        .collect();
    let errors = DocumentErrors::default();
    if !of_packs.is_empty() {
        compiled.set_options(&of_packs, &errors);
    }
    if let Some(settings) = config.of_rule(&compiled.rule.id).filter(|settings| !settings.value.options.is_empty()) {
        compiled.set_options(&settings.value.options, &errors);
    }
    let rule = &compiled.rule.id;
    problems.extend(errors.into_inner().into_iter().map(|error| {
        let problem = Problem::error(ProblemKind::Config, format!("rule `{rule}`: {}", error.message));
        let problem = config_problem(config, error.span, problem);
        match error.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    }));
}

/// An option that no file sets.
fn option(name: &str, value: &str) -> (Key, Node) {
    (Key { span: Span::default(), name: name.to_owned() }, unplaced(Value::Text(value.to_owned())))
}

fn configure(rule: &mut Rule, settings: &RuleSettings) {
    if let Some(level) = settings.severity {
        rule.level = level;
    }
    if let Some(files) = &settings.files {
        rule.files.clone_from(files);
    }
    rule.ignores.extend(settings.ignores.iter().cloned());
    if let Some(roles) = settings.roles {
        rule.roles = roles;
    }
    if let Some(tasks) = &settings.tasks {
        rule.tasks.clone_from(tasks);
    }
}

/// The rule files of a folder.
struct RuleFolder<'k> {
    origin: RuleOrigin,
    dialect: RuleDialect,
    utils: SharedUtils,
    files: Vec<OwnFile>,
    compiled: CompiledRules<'k>,
}

impl RuleFolder<'_> {
    /// The files that no earlier run has compiled.
    fn read_files(&self) -> impl Iterator<Item = &RuleFile> {
        self.files.iter().filter_map(|file| match file {
            OwnFile::Read(file) => Some(file),
            OwnFile::Compiled(_) => None,
        })
    }
}

/// Reads every `.yml` and `.yaml` file below a folder, in the order of their paths.
fn read_folder<'k>(
    folder: &FilePath,
    files: &dyn Files,
    dialect: &RuleDialect,
    utils: SharedUtils,
    compiled: CompiledRules<'k>,
    problems: &mut Vec<Problem>,
) -> RuleFolder<'k> {
    let mut read = Vec::new();
    for (path, text) in yaml_files(folder, files, problems) {
        match compiled.file(&path, text, dialect) {
            Ok(OwnFile::Read(file)) if file.is_empty() => {
                problems.push(Problem::warning(ProblemKind::Rule, "the file contains no rules").in_file(&path));
            }
            Ok(file) => read.push(file),
            Err(problem) => problems.push(problem),
        }
    }
    let origin = match dialect {
        RuleDialect::Own => RuleOrigin::Own,
        RuleDialect::AstGrep { .. } => RuleOrigin::AstGrep,
    };
    RuleFolder { origin, dialect: dialect.clone(), utils, files: read, compiled }
}

/// The relations of all folders; of two with one name the first stays.
fn relations_of(folders: &[RuleFolder<'_>], problems: &mut Vec<Problem>) -> Vec<MatchedRelation> {
    let shipped = known_relations();
    let mut relations: Vec<MatchedRelation> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (folder, file) in folders.iter().flat_map(|folder| folder.read_files().map(move |file| (folder, file))) {
        let (found, errors) = file.relations(&folder.utils, &shipped);
        problems.extend(errors);
        for relation in found {
            let name = &relation.info().name;
            if let Some(first) = known.get(name.as_ref()).map(|index| &relations[*index]) {
                let message = format!("duplicate relation `{name}`");
                let problem = file.problem(DocumentError::new(relation.place.1, message));
                problems.push(problem.help(format!("the other one is in {}", first.place.0)));
            } else {
                known.insert(name.to_string(), relations.len());
                relations.push(relation);
            }
        }
    }
    relations
}

fn rules_of(
    folders: Vec<RuleFolder<'_>>,
    relations: &[MatchedRelation],
    problems: &mut Vec<Problem>,
) -> Vec<(CompiledRule, RuleOrigin)> {
    let (known, known_by) = (known(relations), known_by(relations));
    let mut rules = Vec::new();
    for RuleFolder { origin, dialect, utils, files, compiled } in folders {
        // ast-grep knows no roles: a rule looks at every file.
        let roles = match origin {
            RuleOrigin::AstGrep => RoleSet::ALL,
            RuleOrigin::Own | RuleOrigin::Shipped => DEFAULT_ROLES.into_iter().collect(),
        };
        for file in files {
            let file = match file {
                OwnFile::Read(file) => file,
                OwnFile::Compiled(file) => match file.rules(known_by, &dialect) {
                    Ok(found) if rules.len() + found.len() > MAX_RULES => {
                        problems.extend(found.first().map(|first| first.rule.problem(too_many_rules())));
                        return rules;
                    }
                    Ok(found) => {
                        rules.extend(found.into_iter().map(|compiled| (compiled, origin)));
                        continue;
                    }
                    Err(file) => *file,
                },
            };
            let (found, errors) = file.rules(&known, roles);
            let mut is_plain = errors.is_empty();
            problems.extend(errors);
            if rules.len() + found.len() > MAX_RULES {
                problems.push(file.problem(too_many_rules()));
                return rules;
            }
            let mut of_file = Vec::with_capacity(found.len());
            for rule in found {
                match CompiledRule::of_dialect(rule, &utils, file.dialect()) {
                    Ok(compiled) => {
                        let doubts = compiled.doubts();
                        is_plain &= doubts.is_empty();
                        problems.extend(doubts);
                        of_file.push(compiled);
                    }
                    Err(errors) => {
                        is_plain = false;
                        problems.extend(errors);
                    }
                }
            }
            if is_plain {
                compiled.keep(&file, known_by, &of_file);
            }
            rules.extend(of_file.into_iter().map(|compiled| (compiled, origin)));
        }
    }
    rules
}

fn too_many_rules() -> DocumentError {
    let message = format!("there are more than {MAX_RULES} rules: those of this file and of later ones are left out");
    DocumentError::new(Span::default(), message)
}

fn known(relations: &[MatchedRelation]) -> KnownRelations {
    let mut known = known_relations();
    relations.iter().for_each(|relation| known.add(relation.info().clone()));
    known
}

fn yaml_files(folder: &FilePath, files: &dyn Files, problems: &mut Vec<Problem>) -> Vec<(FilePath, String)> {
    let mut found: Vec<(FilePath, String)> = Vec::new();
    let mut bytes = 0;
    let mut folders = vec![folder.clone()];
    while let Some(folder) = folders.pop() {
        let entries = match files.list(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                let problem = Problem::error(ProblemKind::Rule, format!("the folder cannot be read: {error}"));
                problems.push(problem.in_file(&folder));
                continue;
            }
        };
        for entry in entries {
            let path = folder.child(&entry.name);
            match entry.kind {
                EntryKind::Folder => folders.push(path),
                EntryKind::File | EntryKind::Link if matches!(path.extension(), Some("yml" | "yaml")) => {
                    match files.read(&path, RULE_FILE).map(String::from_utf8) {
                        Ok(Ok(text)) if found.len() == MAX_RULE_FILES || bytes + text.len() > MAX_RULE_BYTES => {
                            let message = format!(
                                "a folder may hold at most {MAX_RULE_FILES} rule files and {} MiB of them: this file and later ones are not read",
                                MAX_RULE_BYTES >> 20
                            );
                            problems.push(Problem::error(ProblemKind::Rule, message).in_file(&path));
                            found.sort();
                            return found;
                        }
                        Ok(Ok(text)) => {
                            bytes += text.len();
                            found.push((path, text));
                        }
                        Ok(Err(_)) => {
                            let problem = Problem::error(ProblemKind::Rule, "the rule file is not UTF-8");
                            problems.push(problem.in_file(&path));
                        }
                        Err(error) => {
                            let problem =
                                Problem::error(ProblemKind::Rule, format!("the rule file cannot be read: {error}"));
                            problems.push(problem.in_file(&path));
                        }
                    }
                }
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// Reads `sgconfig.yml` where there is one.
fn read_sgconfig<'k>(
    files: &dyn Files,
    kept: Option<&'k Kept>,
    skipped: &mut SkippedDocuments,
    problems: &mut Vec<Problem>,
) -> Vec<RuleFolder<'k>> {
    let path = FilePath::new(SGCONFIG_NAME);
    let bytes = match files.read(&path, RULE_FILE) {
        Ok(bytes) => bytes,
        Err(ReadError::NotFound) => return Vec::new(),
        Err(error) => {
            let problem = Problem::error(ProblemKind::Config, format!("the file cannot be read: {error}"));
            problems.push(problem.in_file(&path));
            return Vec::new();
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    let (config, errors) = SgConfig::read(&path, &text);
    problems.extend(errors);
    let dialect = RuleDialect::AstGrep { custom_languages: config.custom_languages.into() };
    let (mut utils, mut util_texts) = (SharedUtils::default(), String::new());
    let dirs = [&config.util_dirs, &config.rule_dirs].into_iter().filter_map(|dirs| dirs.get(MAX_RULE_DIRS));
    problems.extend(dirs.map(|(span, _)| too_many_dirs().in_file(&path).at(*span, text.as_bytes())));
    for (span, dir) in config.util_dirs.iter().take(MAX_RULE_DIRS) {
        if !folder_exists(files, &path, &text, *span, dir, problems) {
            continue;
        }
        for (path, text) in yaml_files(dir, files, problems) {
            // What a rule means hangs on the utils that it names, and on where they stand.
            util_texts.extend([path.as_str(), "\0", &text, "\0"]);
            let (found, foreign, errors) = read_utils_as(&path, &text, dialect.clone());
            problems.extend(errors);
            skipped.add(foreign);
            for util in found {
                let (id, (path, span)) = (util.id, util.place);
                if !utils.insert(id.clone(), util.document) {
                    let problem = Problem::error(ProblemKind::Rule, format!("duplicate util `{id}`"));
                    problems.push(problem.in_file(&path).at(span, text.as_bytes()));
                }
            }
        }
    }
    let mut folders = Vec::new();
    for (span, dir) in config.rule_dirs.iter().take(MAX_RULE_DIRS) {
        if folder_exists(files, &path, &text, *span, dir, problems) {
            let compiled = CompiledRules::of(kept, &dialect, &util_texts);
            folders.push(read_folder(dir, files, &dialect, utils.clone(), compiled, problems));
        }
    }
    folders
}

/// What is wrong with a folder of rules that cannot be read.
fn no_folder(files: &dyn Files, dir: &FilePath, what: &str, relative: &str) -> Problem {
    match files.kind(dir) {
        Some(EntryKind::Link) => Problem::error(ProblemKind::Config, format!("`{dir}` leads outside the repository"))
            .help("keep the rules in the repository; nothing outside it is read"),
        _ => Problem::error(ProblemKind::Config, format!("there is no folder `{dir}`{what}")).help(relative),
    }
}

fn folder_exists(
    files: &dyn Files,
    path: &FilePath,
    text: &str,
    span: Span,
    dir: &FilePath,
    problems: &mut Vec<Problem>,
) -> bool {
    let exists = files.kind(dir) == Some(EntryKind::Folder);
    if !exists {
        let problem = no_folder(files, dir, "", "folders are relative to that of sgconfig.yml");
        problems.push(problem.in_file(path).at(span, text.as_bytes()));
    }
    exists
}

/// A rule of the repository may not take the id of a shipped one: whoever reads a finding must know which rule it is.
/// (Two rules of the repository with one id are found when the set is made.)
fn report_duplicates(rules: &mut Vec<(CompiledRule, RuleOrigin)>, problems: &mut Vec<Problem>) {
    let own: HashSet<RuleId> = rules
        .iter()
        .filter(|(_, origin)| *origin != RuleOrigin::Shipped)
        .map(|(rule, _)| rule.rule.id.clone())
        .collect();
    let shipped: HashSet<RuleId> = rules
        .iter()
        .filter(|(_, origin)| *origin == RuleOrigin::Shipped)
        .map(|(rule, _)| rule.rule.id.clone())
        .collect();
    for (compiled, _) in
        rules.iter().filter(|(rule, origin)| *origin != RuleOrigin::Shipped && shipped.contains(&rule.rule.id))
    {
        let rule = &compiled.rule;
        let error = DocumentError::new(
            rule.place.1,
            format!("rule `{}` has the id of a rule that ships with auditlint", rule.id),
        );
        problems.push(
            rule.problem(error.help("give it a different id; the shipped rule can be turned off in auditlint.toml")),
        );
    }
    rules.retain(|(rule, origin)| *origin != RuleOrigin::Shipped || !own.contains(&rule.rule.id));
}

/// A rule of the repository may not take the id of a finding about suppressions, which nobody can silence or configure.
fn report_reserved(
    rules: &mut Vec<(CompiledRule, RuleOrigin)>,
    known: &mut BTreeMap<RuleId, bool>,
    problems: &mut Vec<Problem>,
) {
    rules.retain(|(compiled, _)| {
        let rule = &compiled.rule;
        let is_free = !Builtin::is_builtin(rule.id.as_str());
        if !is_free {
            let message = format!("rule `{}` has the id of a finding about suppressions", rule.id);
            problems.push(rule.problem(DocumentError::new(rule.place.1, message).help("give it a different id")));
            known.remove(&rule.id);
        }
        is_free
    });
}

/// Says which rules the configuration or the command line names that do not exist.
fn check_names(config: &Config, known: &BTreeMap<RuleId, bool>, only: &[String], problems: &mut Vec<Problem>) {
    let missing = |kind: ProblemKind, id: &str| {
        let names = known.keys().map(RuleId::as_str);
        Problem::error(kind, format!("there is no rule `{id}`")).help(did_you_mean(id, names))
    };
    let configured = config.rules.iter().map(|rule| (rule.span, &rule.name));
    let overridden = config.overrides.iter().flat_map(|change| change.rules.iter().map(|rule| (rule.span, &rule.name)));
    let ignored = config.ignores.iter().map(|ignore| (ignore.rule.0, &ignore.rule.1));
    let mut unknown = configured.chain(overridden).chain(ignored).filter(|(_, id)| !known.contains_key(*id));
    // To find the nearest of all names takes long enough to be told of the first ones only.
    for (span, id) in unknown.by_ref().take(MAX_MISTAKES) {
        problems.push(config_problem(config, span, missing(ProblemKind::Config, id.as_str())));
    }
    if let Some((span, _)) = unknown.next() {
        let message = format!("{} more rules that do not exist, starting here", unknown.count() + 1);
        problems.push(config_problem(config, span, Problem::error(ProblemKind::Config, message)));
    }
    for id in only.iter().filter(|id| !known.contains_key(id.as_str())) {
        problems.push(missing(ProblemKind::Usage, id));
    }
}
