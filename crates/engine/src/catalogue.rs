//! The rules of a run: shipped packs, the repository's own folders, `sgconfig.yml`, and what the configuration changes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use auditlint_facts::{AnyProvider, Check, KnownRelations, provider_of};
use auditlint_matcher::SharedUtils;
use auditlint_providers::{known_relations, providers};
use auditlint_rules::{
    CompiledRule, DEFAULT_ROLES, MatchedRelation, ProjectFolders, RoleSet, Rule, RuleDialect, RuleFile, RuleId,
    RuleSet, SgConfig, SkippedDocuments, Territory, read_utils_as,
};
use auditlint_source::document::DocumentError;
use auditlint_source::limits::MAX_MISTAKES;
use auditlint_source::{EntryKind, FilePath, Files, Problem, ProblemKind, ReadError, Span, nearest};

use crate::builtin::Builtin;
use crate::compiled_rules::{CompiledRules, OwnFile, known_by};
use crate::config::{Config, Override, config_problem, did_you_mean};
use crate::kept::Kept;
use crate::limits::{MAX_RULE_BYTES, MAX_RULE_DIRS, MAX_RULE_FILES, MAX_RULES, RULE_FILE};
use crate::projects::Projects;
use crate::ways::Ways;
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
    /// Gathers, configures and compiles the rules of one project. Those that the options name stay on alone.
    #[must_use]
    pub fn load(config: &Config, files: &dyn Files, options: &RunOptions, problems: &mut Vec<Problem>) -> Self {
        Self::of_projects(&Projects::of_root(config.clone()), files, options, problems)
    }

    /// The same for all projects of a run: one set, in which a rule that they configure differently stands once for each way.
    #[must_use]
    pub fn of_projects(
        projects: &Projects,
        files: &dyn Files,
        options: &RunOptions,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let only = options.rules.as_slice();
        let mut skipped = SkippedDocuments::default();
        let read = rule_folders(projects, files, options, &mut skipped, problems);
        read.iter().flat_map(RuleFolder::read_files).for_each(|file| skipped.add(file.skipped().clone()));
        problems.extend(skipped.problem());
        let relations = relations_of(&read, problems);
        let mut rules = rules_of(read, &relations, projects.folders(), problems);
        for pack in auditlint_packs::packs() {
            rules.extend(pack.rules().into_iter().map(|rule| (rule, RuleOrigin::Shipped)));
        }
        let mut known: BTreeMap<RuleId, bool> = rules.iter().map(|(rule, _)| (rule.rule.id.clone(), false)).collect();
        // The configuration may name them, as it may name a rule that is off.
        let foreign: Vec<RuleId> = skipped.ids().iter().map(|id| RuleId::new(id)).collect();
        for id in &foreign {
            known.entry(id.clone()).or_insert(false);
        }
        report_duplicates(&mut rules, problems);
        report_reserved(&mut rules, &mut known, problems);
        check_names(projects, &rules, &foreign, problems);
        check_only(&known, only, problems);

        let (mut on, mut origins, mut off) = (Vec::new(), Vec::new(), Vec::new());
        let ways = Ways::of(projects, only);
        for (compiled, origin) in rules {
            let id = compiled.rule.id.clone();
            let mut runs = false;
            for way in ways.of_rule(compiled, problems) {
                runs |= way.runs;
                if way.runs && (only.is_empty() || ways.is_asked(&id)) {
                    on.push(way.rule);
                    origins.push(origin);
                } else {
                    off.push(way.rule);
                }
            }
            known.insert(id, runs);
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

    /// A rule by id as it holds for a file, else as [`Catalogue::find`] gives it.
    #[must_use]
    pub fn find_for(&self, id: &str, path: &FilePath) -> Option<&CompiledRule> {
        let index = self.set.index_for(&RuleId::new(id), path);
        index.map(|index| &self.set.rules()[index as usize]).or_else(|| self.find(id))
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

/// The rule files of all projects, each folder once: those of `rule-dirs`, then those that an `sgconfig.yml` names.
fn rule_folders<'k>(
    projects: &Projects,
    files: &dyn Files,
    options: &'k RunOptions,
    skipped: &mut SkippedDocuments,
    problems: &mut Vec<Problem>,
) -> Vec<RuleFolder<'k>> {
    let kept = options.kept.as_deref();
    let mut folders: Vec<RuleFolder<'k>> = Vec::new();
    let mut known: BTreeMap<(FilePath, FilePath), Option<usize>> = BTreeMap::new();
    for (number, config) in (0..).zip(projects.iter()).filter(|(_, config)| projects.is_asked(config)) {
        if let Some((span, _)) = config.rule_dirs.get(MAX_RULE_DIRS) {
            problems.push(config_problem(config, *span, too_many_dirs()));
        }
        for (span, dir) in config.rule_dirs.iter().take(MAX_RULE_DIRS) {
            let base = config.globs_of(*span);
            let place = known.entry((dir.clone(), base.clone())).or_insert_with(|| {
                if files.kind(dir) == Some(EntryKind::Folder) {
                    let compiled = CompiledRules::of(kept, &RuleDialect::Own, &base, "");
                    folders.push(read_folder(dir, files, SharedUtils::default(), compiled, problems));
                    return Some(folders.len() - 1);
                }
                let help = "`rule-dirs` are relative to the folder of auditlint.toml";
                problems.push(config_problem(config, *span, no_folder(files, dir, " with rules", help)));
                None
            });
            if let Some(place) = *place
                && folders[place].projects.last() != Some(&number)
            {
                folders[place].projects.push(number);
            }
        }
    }
    if !options.isolated {
        let mut of_project: Vec<std::ops::Range<usize>> = Vec::new();
        for (number, config) in (0..).zip(projects.iter()) {
            let first = folders.len();
            if projects.is_asked(config) {
                folders.extend(read_sgconfig(&config.folder, files, kept, skipped, problems));
            }
            folders[first..].iter_mut().for_each(|folder| folder.projects.push(number));
            let mut own = first..folders.len();
            if own.is_empty() && projects.above(config).is_none() && !config.is_on_its_own {
                // Of a project that is looked at alone, those above are known by their configurations.
                let above = config.sources().filter_map(FilePath::parent).filter(|folder| *folder != config.folder);
                let above = above.filter(|folder| config.folder.is_under(folder)).max();
                folders.extend(
                    above.into_iter().flat_map(|folder| read_sgconfig(&folder, files, kept, skipped, problems)),
                );
                folders[first..].iter_mut().for_each(|folder| folder.projects.push(number));
                own = first..folders.len();
            }
            // A project without one inherits that of the project above.
            if let Some(above) = projects.above(config).filter(|_| own.is_empty() && !config.is_on_its_own) {
                own = of_project[projects.number_of(&above.folder)].clone();
                folders[own.clone()].iter_mut().for_each(|folder| folder.projects.push(number));
            }
            of_project.push(own);
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
        cwe: rule.cwe.clone(),
        unsafe_fix: rule.unsafe_fix().map(str::to_owned),
    }
}

/// The rule files of a folder.
struct RuleFolder<'k> {
    origin: RuleOrigin,
    /// The numbers of the projects in which its rules hold, ascending.
    projects: Vec<u32>,
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
    utils: SharedUtils,
    compiled: CompiledRules<'k>,
    problems: &mut Vec<Problem>,
) -> RuleFolder<'k> {
    let mut read = Vec::new();
    for (path, text) in yaml_files(folder, files, problems) {
        match compiled.file(&path, text) {
            Ok(OwnFile::Read(file)) if file.is_empty() => {
                problems.push(Problem::warning(ProblemKind::Rule, "the file contains no rules").in_file(&path));
            }
            Ok(file) => read.push(file),
            Err(problem) => problems.push(problem),
        }
    }
    let origin = match compiled.dialect {
        RuleDialect::Own => RuleOrigin::Own,
        RuleDialect::AstGrep { .. } => RuleOrigin::AstGrep,
    };
    RuleFolder { origin, projects: Vec::new(), utils, files: read, compiled }
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
    nested: &Arc<ProjectFolders>,
    problems: &mut Vec<Problem>,
) -> Vec<(CompiledRule, RuleOrigin)> {
    let (known, known_by) = (known(relations), known_by(relations));
    let mut rules = Vec::new();
    for RuleFolder { origin, projects, utils, files, compiled } in folders {
        let is_in_part = projects.len() <= nested.nested().len();
        let territory =
            || is_in_part.then(|| Territory::Projects { folders: Arc::clone(nested), numbers: projects.clone() });
        let placed = |mut compiled: CompiledRule| {
            compiled.rule.territory = territory().unwrap_or_default();
            (compiled, origin)
        };
        // ast-grep knows no roles: a rule looks at every file.
        let roles = match origin {
            RuleOrigin::AstGrep => RoleSet::ALL,
            RuleOrigin::Own | RuleOrigin::Shipped => DEFAULT_ROLES.into_iter().collect(),
        };
        for file in files {
            let file = match file {
                OwnFile::Read(file) => file,
                OwnFile::Compiled(file) => match file.rules(known_by, &compiled) {
                    Ok(found) if rules.len() + found.len() > MAX_RULES => {
                        problems.extend(found.first().map(|first| first.rule.problem(too_many_rules())));
                        return rules;
                    }
                    Ok(found) => {
                        rules.extend(found.into_iter().map(placed));
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
            rules.extend(of_file.into_iter().map(placed));
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

/// Reads the `sgconfig.yml` of a project where there is one.
fn read_sgconfig<'k>(
    project: &FilePath,
    files: &dyn Files,
    kept: Option<&'k Kept>,
    skipped: &mut SkippedDocuments,
    problems: &mut Vec<Problem>,
) -> Vec<RuleFolder<'k>> {
    let path = project.child(SGCONFIG_NAME);
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
            // What a rule means depends on the utils that it names, and on where they stand.
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
            let compiled = CompiledRules::of(kept, &dialect, project, &util_texts);
            folders.push(read_folder(dir, files, utils.clone(), compiled, problems));
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

/// Says which rules the configurations name that do not exist in their projects.
fn check_names(
    projects: &Projects,
    rules: &[(CompiledRule, RuleOrigin)],
    foreign: &[RuleId],
    problems: &mut Vec<Problem>,
) {
    for (number, config) in (0..).zip(projects.iter()).filter(|(_, config)| projects.is_asked(config)) {
        let is_known = |rule: &&CompiledRule| rule.rule.territory.holds(number);
        let here = rules.iter().map(|(rule, _)| rule).filter(is_known).map(|rule| &rule.rule.id);
        let known: BTreeSet<&RuleId> = here.chain(foreign).collect();
        let configured = config.rules.iter().map(|rule| (rule.span, &rule.name));
        let of_override =
            |change: &'_ Override| change.rules.iter().map(|rule| (rule.span, rule.name.clone())).collect::<Vec<_>>();
        let overridden: Vec<(Span, RuleId)> = config.overrides.iter().flat_map(of_override).collect();
        let ignored = config.ignores.iter().map(|ignore| (ignore.rule.0, &ignore.rule.1));
        let named = configured.chain(overridden.iter().map(|(span, rule)| (*span, rule))).chain(ignored);
        // What is inherited was looked up where it is written.
        let above = projects.above(config);
        let mut unknown = named.filter(|(_, id)| !known.contains(id)).filter(|(span, _)| config.is_own(*span, above));
        // To find the nearest of all names takes long enough to be told of the first ones only.
        for (span, id) in unknown.by_ref().take(MAX_MISTAKES) {
            let problem = no_rule(ProblemKind::Config, id.as_str(), known.iter().map(|id| id.as_str()));
            problems.push(config_problem(config, span, problem));
        }
        if let Some((span, _)) = unknown.next() {
            let message = format!("{} more rules that do not exist, starting here", unknown.count() + 1);
            problems.push(config_problem(config, span, Problem::error(ProblemKind::Config, message)));
        }
    }
}

/// Says which rules the command line names that do not exist.
fn check_only(known: &BTreeMap<RuleId, bool>, only: &[String], problems: &mut Vec<Problem>) {
    let unknown = only.iter().filter(|id| !known.contains_key(id.as_str()));
    problems.extend(unknown.map(|id| no_rule(ProblemKind::Usage, id, known.keys().map(RuleId::as_str))));
}

fn no_rule<'k>(kind: ProblemKind, id: &str, known: impl IntoIterator<Item = &'k str>) -> Problem {
    Problem::error(kind, format!("there is no rule `{id}`")).help(did_you_mean(id, known))
}
