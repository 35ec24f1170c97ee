//! What rules are known by: whatever was found out with one set of rules holds for another where the same rules say the same.

use auditlint_matcher::Program;
use auditlint_source::FilePath;
use auditlint_syntax::Language;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::{RuleSet, Selection};
use crate::{CompiledRule, Count, FileGlob, Role, RuleBody, RuleId, RuleOptions};

/// A hash of everything that decides what a rule finds in a source that it looks at, and of the program's own version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleIdentity(u128);

/// What a rule says about the sources that it looks at. What the configuration may change is joined later and takes no part.
#[derive(Serialize)]
struct RuleContent<'r> {
    version: &'r str,
    id: &'r RuleId,
    message: &'r str,
    languages: Vec<Language>,
    programs: &'r [Program],
    count: Option<Count>,
    is_native: bool,
    options: &'r RuleOptions,
}

/// Which sources a rule looks at.
#[derive(Serialize)]
struct LooksAt<'r> {
    files: &'r [FileGlob],
    ignores: &'r [FileGlob],
    roles: Vec<Role>,
    /// The folders of the projects in which it holds; nothing for all.
    projects: Option<Vec<FilePath>>,
}

impl CompiledRule {
    /// What the rule is known by. A rule written in Rust changes with the program.
    #[must_use]
    pub fn identity(&self) -> RuleIdentity {
        let count = match &self.rule.body {
            RuleBody::Require { count, .. } => Some(*count),
            RuleBody::Match(_) | RuleBody::Check(_) | RuleBody::Native(_) => None,
        };
        let said = RuleContent {
            version: env!("CARGO_PKG_VERSION"),
            id: &self.rule.id,
            message: &self.rule.message,
            languages: Language::ALL.into_iter().filter(|language| self.looks_at(*language)).collect(),
            programs: self.programs(),
            count,
            is_native: matches!(self.rule.body, RuleBody::Native(_)),
            options: &self.rule.options,
        };
        let mut hash = Xxh3::new();
        update(&mut hash, &said);
        RuleIdentity(hash.digest128())
    }
}

impl RuleSet {
    /// The identities of the rules, by index.
    pub fn identities(&self) -> &[RuleIdentity] {
        self.identities.get_or_init(|| self.rules.iter().map(CompiledRule::identity).collect())
    }

    /// A hash of the whole set and of the rules that look at a path: where it is the same, the same rules are selected for the
    /// same text, language and role.
    pub fn scope_of(&self, path: &FilePath, selection: &mut Selection) -> u128 {
        let mut hash = Xxh3::new();
        hash.update(&self.identity().to_le_bytes());
        hash.update(&self.folders.of(path).to_le_bytes());
        for globs in [&self.files.set, &self.ignores.set] {
            globs.matches_into(path, &mut selection.globs);
            hash.update(&(selection.globs.len() as u64).to_le_bytes());
            selection.globs.iter().for_each(|glob| hash.update(&(*glob as u64).to_le_bytes()));
        }
        hash.digest128()
    }

    /// A hash of the rules that were selected: where it is the same, they find the same in the same text. What a source exports is
    /// told to every rule of the set that asks, selected or not.
    #[must_use]
    pub fn selected_identity(&self, selection: &Selection) -> u128 {
        let identities = self.identities();
        let mut selected: Vec<RuleIdentity> = selection.rules().map(|rule| identities[rule as usize]).collect();
        selected.sort_unstable();
        let mut hash = Xxh3::new();
        selected.iter().for_each(|RuleIdentity(rule)| hash.update(&rule.to_le_bytes()));
        if selection.may_export() {
            hash.update(&self.identity().to_le_bytes());
        }
        hash.digest128()
    }

    /// A hash of what every rule says and looks at.
    fn identity(&self) -> u128 {
        *self.identity.get_or_init(|| {
            let mut hash = Xxh3::new();
            for (compiled, RuleIdentity(said)) in self.rules.iter().zip(self.identities()) {
                let rule = &compiled.rule;
                let looks_at = LooksAt {
                    files: &rule.files,
                    ignores: &rule.ignores,
                    roles: rule.roles.iter().collect(),
                    projects: rule.territory.folders(),
                };
                hash.update(&said.to_le_bytes());
                update(&mut hash, &looks_at);
            }
            hash.digest128()
        })
    }
}

fn update(hash: &mut Xxh3, value: &impl Serialize) {
    let bytes = postcard::to_stdvec(value).expect("rules are written into packs in the same way");
    hash.update(&(bytes.len() as u64).to_le_bytes());
    hash.update(&bytes);
}

#[cfg(test)]
mod tests {
    use auditlint_facts::KnownRelations;
    use auditlint_matcher::SharedUtils;

    use super::*;
    use crate::read_rules;

    const RULE: &str = "id: a\nlanguage: TypeScript\nmessage: m\nseverity: error\nrule: {pattern: f($A)}\n";

    fn set(text: &str) -> RuleSet {
        let (rules, problems) = read_rules(&FilePath::new("r.yml"), text, &KnownRelations::default());
        assert_eq!(problems, [], "{text}");
        let (set, problems) = RuleSet::compile(rules, &SharedUtils::default());
        assert_eq!(problems, [], "{text}");
        set
    }

    /// Whether a change to the rule is one to what it finds, and to where it looks.
    #[track_caller]
    fn check(from: &str, to: &str, finds: bool, looks: bool) {
        let changed = RULE.replace(from, to);
        assert_ne!(changed, RULE);
        let (old, new) = (set(RULE), set(&changed));
        let path = FilePath::new("src/a.ts");
        let scope = |set: &RuleSet| set.scope_of(&path, &mut Selection::default());
        let differs = (old.identities() != new.identities(), scope(&old) != scope(&new));
        assert_eq!(differs, (finds, looks), "{changed}");
    }

    #[test]
    fn what_a_rule_says_is_its_identity() {
        check("f($A)", "g($A)", true, true);
        check("message: m", "message: n", true, true);
        check("id: a", "id: b", true, true);
        check("language: TypeScript", "language: [TypeScript, JavaScript]", true, true);
        check("rule:", "require:", true, true);
        check("}\n", "}\nfix: g($A)\n", true, true);
        check("}\n", "}\nfiles: ['src/**']\n", false, true);
        check("}\n", "}\nin: [test]\n", false, true);
        check("error", "warning", false, false);
        check("}\n", "}\nwhy: because\ntasks: [T-1]\n", false, false);
    }

    #[test]
    fn globs_tell_paths_apart() {
        let set = set(&format!("{RULE}files: ['src/**']\n"));
        let scope = |path: &str| set.scope_of(&FilePath::new(path), &mut Selection::default());
        assert_eq!(scope("src/a.ts"), scope("src/b.ts"));
        assert_ne!(scope("src/a.ts"), scope("lib/a.ts"));
    }
}
