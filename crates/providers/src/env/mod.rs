//! Variables of the environment: which the code reads, which an example file documents, which compose files and workflows set.

mod code;
mod data;
mod fact;

use std::collections::BTreeSet;

use auditlint_facts::folder::{above, folder_of};
use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Row, Source, column, relation};
use auditlint_source::FilePath;
use auditlint_syntax::may_hold_code;

use self::fact::{EnvFact, Facts, Setter};

static RELATIONS: [RelationInfo; 3] = [
    relation(
        "env.read",
        "A variable of the environment that the code reads.",
        &[
            column("variable", "its name"),
            column(
                "platform",
                "whether a system, a runtime or a service sets it for every program (`HOME`, `NODE_ENV`, `CI`), or the code itself",
            ),
            column("has_example", "whether an example file lies in the folder of the code or above it"),
        ],
    ),
    relation(
        "env.documented",
        "A variable that an example file has, also where its line is commented out.",
        &[column("variable", "its name")],
    ),
    relation(
        "env.set",
        "A variable that a compose file, a workflow or the code sets.",
        &[column("variable", "its name"), column("by", "`compose`, `workflow` or `code`")],
    ),
];

/// The provider.
pub(crate) struct Env;

impl Provider for Env {
    type Fact = EnvFact;

    fn name(&self) -> &str {
        "env"
    }

    fn about(&self) -> &str {
        "Reads in TypeScript and JavaScript: `process.env.NAME` however it is reached, with destructuring and aliases, and `import.meta.env.NAME`; in Rust: `std::env::var` and `var_os` with a \
         name that is spelled. What is written or deleted is no read. Example files: what begins or ends with `.env` and is not ignored, line by line. Compose \
         files and GitHub workflows: the keys of `environment` and `env`."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        may_hold_code(path) || data::is_example(path) || data::sets(path).is_some()
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        !may_hold_code(path) || memchr::memmem::find(text, b"env").is_some()
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if may_hold_code(source.path) {
            if let Some(analysis) = source.analysis() {
                code::extract(analysis, &mut out);
            }
        } else {
            match data::sets(source.path) {
                Some(by) => data::yaml(source.text(), by, &mut out),
                None => data::example(source.text(), &mut out),
            }
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        const READ: usize = 0;
        const DOCUMENTED: usize = 1;
        const SET: usize = 2;
        let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
        let mut gaps: [Vec<_>; RELATIONS.len()] = Default::default();
        let by_code = sources.iter().flat_map(|(_, source)| &source.facts).filter_map(|said| match &said.fact {
            EnvFact::Set { name, by: Setter::Code } => Some(&**name),
            _ => None,
        });
        let set_by_code: BTreeSet<&str> = by_code.collect();
        let with_example: BTreeSet<FilePath> =
            sources.iter().filter(|(path, _)| data::is_example(path)).map(|(path, _)| folder_of(path)).collect();
        for (path, source) in sources {
            let mut has_example = None;
            for said in &source.facts {
                let (table, values) = match &said.fact {
                    EnvFact::Read { name, is_given } => {
                        let is_given = *is_given || set_by_code.contains(&**name);
                        let is_near = |folder: FilePath| with_example.contains(&folder);
                        let has_example = *has_example.get_or_insert_with(|| above(folder_of(path)).any(is_near));
                        (READ, vec![name.into(), is_given.into(), has_example.into()])
                    }
                    EnvFact::Documented(name) => (DOCUMENTED, vec![name.into()]),
                    EnvFact::Set { name, by } => (SET, vec![name.into(), by.name().into()]),
                };
                tables[table].push(Row { path: path.clone(), span: said.span, values });
            }
            let table = if data::is_example(path) { DOCUMENTED } else { SET };
            gaps[table].extend(source.gaps.iter().map(|gap| (path.clone(), gap.clone())));
        }
        let parts = RELATIONS.iter().zip(tables).zip(gaps);
        parts.map(|((info, rows), gaps)| Relation { info: info.clone(), rows, gaps }).collect()
    }
}

#[cfg(test)]
mod tests;
