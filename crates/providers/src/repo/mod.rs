//! The files of a project, and what refers to them: documents, scripts, pipelines.

mod command;
mod fact;
mod markdown;
mod resolve;

use auditlint_facts::folder::{folder_of, shown};
use auditlint_facts::{
    ProjectScope, Provider, Relation, RelationInfo, Row, Source, Value, column, detail, gaps_of, relation,
};
use auditlint_source::{FilePath, Span};

use self::fact::{Facts, RepoFact};
use self::resolve::ReferenceResolver;
use crate::conventions::has_code;
use crate::limits::MAX_DOCUMENT;
use crate::read::build_config;
use crate::read::commands::{self, FileKind};
use crate::read::shell::PROJECT;
use crate::read::submodules::{GITMODULES, submodules};

static RELATIONS: [RelationInfo; 2] = [
    relation(
        "repo.file",
        "A file of the project that is not ignored.",
        &[
            column("file", "its path"),
            column("folder", "its folder, `.` for the root"),
            column("name", "its name"),
            column("extension", "what stands behind the last dot of the name"),
        ],
    ),
    relation(
        "repo.reference",
        "A place that refers to a file of the project.",
        &[
            column(
                "kind",
                "of a document `link`, `image`, `html`, `definition` or `code` (a path between backticks); of a command `script` (of a package), `workflow` or `shell`",
            ),
            column("target", "the file as it is written"),
            column("file", "the path of the file that is meant, where there is one, or where it should be"),
            detail(
                "exists",
                "whether a file or folder is there; nothing where nobody can say: it is ignored, made by a build or a command, a page of a site, seen from an unknown folder",
            ),
        ],
    ),
];

/// The provider.
pub(crate) struct Repo;

impl Provider for Repo {
    type Fact = RepoFact;

    fn name(&self) -> &str {
        "repo"
    }

    fn about(&self) -> &str {
        "All files, and references to them. Markdown is read with pulldown-cmark, the CommonMark parser of rustdoc and mdBook, which knows where every link stands: links, images, definitions, `href` and `src` of HTML, and paths between backticks. \
         Commands of package scripts, workflows, pipelines of GitLab and shell scripts: the program itself where it is a path, the file that is given to node, tsx, bash, python and the like, `psql -f`, `tsc -p`, `--config`; and \
         `uses: ./…` of workflows. What bundlers and the TypeScript compiler write counts as made, by the `outDir`, `output` and their like of their configurations. Left out: addresses, anchors, what holds a variable, a pattern or the place of a name, and commands that may fail."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        markdown::is_document(path)
            || path.name() == GITMODULES
            || build_config::may_configure(path)
            || FileKind::of(path).is_some_and(command::refers)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        !build_config::may_configure(path) || build_config::may_name(text)
    }

    fn says_what_bytes_hide(&self, path: &FilePath) -> bool {
        has_code(path)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if markdown::is_document(source.path) && source.text().len() > MAX_DOCUMENT {
            let message = format!("the document is longer than {} MiB, so its links are not read", MAX_DOCUMENT >> 20);
            out.gap(Span::default(), message);
        } else if markdown::is_document(source.path) {
            markdown::extract(source.text(), &mut out);
        } else if source.path.name() == GITMODULES {
            for path in submodules(source.text()) {
                out.say(Span::default(), RepoFact::Submodule(path.into()));
            }
        } else if build_config::may_configure(source.path) {
            let folder = folder_of(source.path);
            for (span, path) in build_config::written(source) {
                let word = format!("{PROJECT}{}", folder.join(&path)).into();
                out.say(span, RepoFact::Written { word, folder: PROJECT.to_string().into(), is_filled: true });
            }
        } else if let Some(kind) = FileKind::of(source.path).filter(|kind| command::refers(*kind))
            && let Some(runs) = commands::runs_of(source)
        {
            command::extract(&runs, kind, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let files = scope.files().iter().map(|path| Row {
            path: path.clone(),
            span: Span::default(),
            values: vec![
                path.as_str().into(),
                shown(&folder_of(path)).into(),
                path.name().into(),
                path.extension().into(),
            ],
        });
        let resolver = ReferenceResolver::of(sources, scope);
        let mut references = Vec::new();
        for (path, source) in sources {
            for said in &source.facts {
                let (kind, found) = match &said.fact {
                    RepoFact::Link { kind, target } => (kind.name(), resolver.link(path, *kind, target)),
                    RepoFact::Word { kind, word, folder } => (kind.name(), resolver.word(word, folder)),
                    RepoFact::Action { kind, target } => (kind.name(), resolver.action(target)),
                    RepoFact::Written { .. } | RepoFact::Submodule(_) => continue,
                };
                let exists = found.exists.map_or(Value::Absent, Value::from);
                let file = found.file.as_ref().map(shown);
                let values = vec![kind.into(), found.target.as_str().into(), file.into(), exists];
                references.push(Row { path: path.clone(), span: said.span, values });
            }
        }
        let gaps = gaps_of(sources);
        let tables = [(files.collect(), Vec::new()), (references, gaps)];
        RELATIONS.iter().zip(tables).map(|(info, (rows, gaps))| Relation { info: info.clone(), rows, gaps }).collect()
    }
}

#[cfg(test)]
mod tests;
