//! Variables of the environment: which the code reads, which an example file documents, which compose files and workflows set.

mod code;
mod data;

use std::collections::BTreeSet;

use auditlint_facts::folder::{above, folder_of};
use auditlint_facts::{ProjectScope, Provider, Raw, RawFact, Relation, RelationInfo, Row, Source, column, relation};
use auditlint_source::FilePath;
use auditlint_syntax::Language;

/// The raw relations, which are those that are derived but for the last column of reads.
mod raw {
    /// variable, platform
    pub(super) const READ: u8 = 0;
    /// variable
    pub(super) const DOCUMENTED: u8 = 1;
    /// variable, by
    pub(super) const SET: u8 = 2;
}

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
    type Fact = RawFact;

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
        Language::of_path(path).is_some() || data::is_example(path) || data::sets(path).is_some()
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        Language::of_path(path).is_none() || memchr::memmem::find(text, b"env").is_some()
    }

    fn extract(&self, source: &Source<'_, '_>) -> Raw {
        let mut out = Raw::default();
        if Language::of_path(source.path).is_some() {
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

    fn derive(&self, raw: &[(FilePath, &Raw)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        let mut tables: [Vec<Row>; RELATIONS.len()] = Default::default();
        let mut gaps: [Vec<_>; RELATIONS.len()] = Default::default();
        let by_code = raw.iter().flat_map(|(_, source)| &source.facts);
        let by_code = by_code.filter(|row| row.relation == raw::SET && row.values[1].text() == "code");
        let set_by_code: BTreeSet<&str> = by_code.map(|row| row.values[0].text()).collect();
        let with_example: BTreeSet<FilePath> =
            raw.iter().filter(|(path, _)| data::is_example(path)).map(|(path, _)| folder_of(path)).collect();
        for (path, source) in raw {
            for row in &source.facts {
                let mut values = row.values.clone();
                if row.relation == raw::READ {
                    if set_by_code.contains(values[0].text()) {
                        values[1] = true.into();
                    }
                    values.push(above(folder_of(path)).any(|folder| with_example.contains(&folder)).into());
                }
                tables[usize::from(row.relation)].push(Row { path: path.clone(), span: row.span, values });
            }
            let table = if data::is_example(path) { raw::DOCUMENTED } else { raw::SET };
            gaps[usize::from(table)].extend(source.gaps.iter().map(|gap| (path.clone(), gap.clone())));
        }
        let parts = RELATIONS.iter().zip(tables).zip(gaps);
        parts.map(|((info, rows), gaps)| Relation { info: info.clone(), rows, gaps }).collect()
    }
}

#[cfg(test)]
mod tests;
