//! The rules that ship with auditlint.
//!
//! Rules in YAML stand under `rules/` of the workspace, one file per rule, one folder per pack; the build script reads and
//! compiles them, and [`rules`] only decodes what is asked for. Rules that the matcher language cannot say are written in
//! Rust in [`native`].
#![forbid(unsafe_code)]

mod native;

use auditlint_matcher::SharedUtils;
use auditlint_rules::{CompiledRule, Rule};

/// A set of rules that is switched on by one name.
#[derive(Clone, Copy, Debug)]
pub struct Pack {
    /// The name, as the configuration writes it.
    pub name: &'static str,
    /// Whether it runs where nothing is configured.
    pub default: bool,
    /// What it is for, one line.
    pub summary: &'static str,
    /// What it sets of rules, its own or another pack's: rule, option and value.
    pub options: &'static [(&'static str, &'static str, &'static str)],
    /// Rules of other packs that it turns on as well.
    pub also: &'static [&'static str],
    /// Its rules as the build script wrote them.
    compact: &'static [u8],
}

/// The name of the pack whose findings are about the task files themselves.
pub const PLAN_PACK: &str = "plan";

static PACKS: [Pack; 11] = [
    Pack {
        name: "audit",
        default: false,
        summary: "what is likely to be wrong and needs a person to read it: rules of medium confidence",
        options: &[],
        also: &[],
        compact: include_bytes!(concat!(env!("OUT_DIR"), "/audit.pack")),
    },
    Pack {
        name: "consistency",
        default: false,
        summary: "problems that no single file shows: code, schemas and configuration that contradict each other",
        options: &[],
        also: &[],
        compact: include_bytes!(concat!(env!("OUT_DIR"), "/consistency.pack")),
    },
    Pack {
        name: "node-service",
        default: false,
        summary: "what goes wrong in services that run on Node.js: open origins, cookies and tokens without limits, secrets in the repository, routes that nobody guards",
        options: &[],
        also: &[
            "console-log",
            "coverage-threshold",
            "env-var-undocumented",
            "missing-file-ref",
            "missing-script-ref",
            "ts-nocheck",
            "unresolved-import",
        ],
        compact: include_bytes!(concat!(env!("OUT_DIR"), "/node-service.pack")),
    },
    Pack {
        name: PLAN_PACK,
        default: false,
        summary: "plans that contradict themselves: cycles, unknown ids, statuses that disagree, done tasks whose files or prerequisites are not there",
        options: &[],
        also: &[],
        compact: include_bytes!(concat!(env!("OUT_DIR"), "/plan.pack")),
    },
    Pack {
        name: "production-readiness",
        default: false,
        summary: "what keeps a service from production: state in one process, retries without a circuit breaker, tokens in plain text, checks that check nothing",
        options: &[],
        also: &[
            "in-memory-store",
            "plaintext-token-column",
            "prisma-unknown-field",
            "prisma-unknown-model",
            "script-never-run-by-ci",
            "undeclared-import",
        ],
        compact: include_bytes!(concat!(env!("OUT_DIR"), "/production-readiness.pack")),
    },
    Pack {
        name: "python-service",
        default: false,
        summary: "what goes wrong in services written in Python: requests without a timeout, defaults that are shared, swallowed errors, state and environment that leak",
        options: &[],
        also: &[
            "ci-lacks-command",
            "env-var-read",
            "env-var-undocumented",
            "in-memory-store",
            "missing-file-ref",
            "missing-named-export",
            "plaintext-token-column",
            "raw-http-client",
            "undeclared-import",
            "unresolved-import",
        ],
        compact: include_bytes!(concat!(env!("OUT_DIR"), "/python-service.pack")),
    },
    Pack {
        name: "recommended",
        default: true,
        summary: "what audits of services find first: plain-text secrets, state in a single process, undocumented configuration, raw requests",
        options: &[],
        also: &[],
        compact: include_bytes!(concat!(env!("OUT_DIR"), "/recommended.pack")),
    },
    Pack {
        name: "rust-service",
        default: false,
        summary: "what goes wrong in services written in Rust: blocking calls in async code, secrets in logs, SQL from strings, clients without a timeout",
        options: &[],
        also: &["env-var-read", "in-memory-store", "plaintext-token-column", "raw-http-client", "undeclared-crate"],
        compact: include_bytes!(concat!(env!("OUT_DIR"), "/rust-service.pack")),
    },
    Pack {
        name: "strict-effect",
        default: false,
        summary: "TypeScript with Effect: typed errors, derived types, services and their layers, one order in every file",
        options: &[("process-env", "configuration-modules", "report")],
        also: &[
            "barrel-file",
            "boolean-match",
            "console-log",
            "default-export",
            "explicit-any",
            "if-statement",
            "import-alias",
            "inline-export",
            "json-parse",
            "json-stringify",
            "let-declaration",
            "loop-statement",
            "manual-tag-check",
            "manual-tag-in",
            "manual-tag-switch",
            "model-string-where-check-enumerates",
            "object-freeze",
            "process-env",
            "raw-fetch",
            "single-use-const",
            "single-use-function",
            "sql-check-vs-written-literal",
            "sql-nullability-vs-model",
            "try-catch",
            "ts-nocheck",
            "var-declaration",
        ],
        compact: include_bytes!(concat!(env!("OUT_DIR"), "/strict-effect.pack")),
    },
    Pack {
        name: "strict-rust",
        default: false,
        summary: "Rust that does not panic, print or share state behind the caller's back",
        options: &[("env-var-read", "configuration-modules", "report")],
        also: &[],
        compact: include_bytes!(concat!(env!("OUT_DIR"), "/strict-rust.pack")),
    },
    Pack {
        name: "strict-typescript",
        default: false,
        summary: "TypeScript with expressions, checked values and named exports",
        options: &[("process-env", "configuration-modules", "report")],
        also: &[],
        compact: include_bytes!(concat!(env!("OUT_DIR"), "/strict-typescript.pack")),
    },
];

/// The packs, by name.
#[must_use]
pub fn packs() -> &'static [Pack] {
    &PACKS
}

impl Pack {
    /// What it sets of a rule: options and their values.
    pub fn options_of(&self, rule: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
        let of_rule = self.options.iter().filter(move |(of, _, _)| *of == rule);
        of_rule.map(|(_, option, value)| (*option, *value))
    }

    /// Whether it turns on a rule of another pack.
    #[must_use]
    pub fn turns_on(&self, rule: &str) -> bool {
        self.also.contains(&rule)
    }

    /// The rules that the pack holds, by id; those of other packs that it turns on are theirs.
    #[must_use]
    pub fn rules(&self) -> Vec<CompiledRule> {
        let mut rules: Vec<CompiledRule> =
            postcard::from_bytes(self.compact).expect("the build script wrote it with the types of this very build");
        for compiled in &mut rules {
            compiled.rule.fix = native::fixes::of(compiled.rule.id.as_str());
        }
        for native in native::rules(self.name) {
            let rule = Rule::native(*native, Some(self.name));
            rules.push(
                CompiledRule::new(rule, &SharedUtils::default()).expect("a rule written in Rust always compiles"),
            );
        }
        rules.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
        rules
    }
}

/// The rules that the named packs hold, and those of others that they turn on; a name that is not a pack gives none. Only packs
/// of which a rule is wanted are decoded.
#[must_use]
pub fn rules(names: &[&str]) -> Vec<CompiledRule> {
    let named = || PACKS.iter().filter(|pack| names.contains(&pack.name));
    let also: Vec<&str> = named().flat_map(|pack| pack.also).copied().collect();
    let others = PACKS.iter().filter(|pack| !also.is_empty() && !names.contains(&pack.name));
    let others = others.flat_map(Pack::rules).filter(|compiled| also.contains(&compiled.rule.id.as_str()));
    named().flat_map(Pack::rules).chain(others).collect()
}
