//! What files run: workflows, pipelines, scripts of packages, shell scripts, recipes of make. Read from one file alone; the
//! providers `ci` and `repo` bring it together.

mod actions;
mod gitlab;
mod kind;
mod loose;
mod made;
mod make;
mod package;
mod pipeline;
mod runs;
mod yaml;

pub(crate) use kind::FileKind;
pub(crate) use made::{Product, made, places};
pub(crate) use package::task_name;
pub(crate) use runs::{CommandRun, GitlabJob, Root, RootKind, RunLink, RunLinkKind, Runs, Slot};

use std::rc::Rc;

use auditlint_facts::Source;
use auditlint_source::Span;

use crate::read::shell::WordContext;

/// What a source runs; `None` for files of other kinds.
pub(crate) fn runs_of(source: &Source<'_, '_>) -> Option<Rc<Runs>> {
    let kind = FileKind::of(source.path)?;
    Some(source.shared(|source| read(source, kind)))
}

/// What a source of a kind runs.
fn read(source: &Source<'_, '_>, kind: FileKind) -> Runs {
    let mut runs = Runs::default();
    let text = source.text();
    if kind == FileKind::Package {
        package::read(source, &mut runs);
        return runs;
    }
    let parser = &mut **source.parser();
    match kind {
        FileKind::Workflow => actions::workflow(text, parser, &mut runs),
        FileKind::Action => actions::action(source.path, text, parser, &mut runs),
        FileKind::Gitlab => gitlab::read(text, parser, &mut runs),
        FileKind::Pipeline => pipeline::read(text, parser, &mut runs),
        FileKind::Package => {}
        FileKind::Make | FileKind::Just => make::read(text, kind, parser, &mut runs),
        FileKind::Shell | FileKind::Hook => {
            let setting = WordContext { file: Some(source.path.clone()), ..WordContext::default() };
            runs.shell("", text, &setting, parser);
            if kind == FileKind::Hook {
                runs.roots.push(Root { owner: String::new(), span: Span::default(), kind: RootKind::Hook });
            }
        }
        FileKind::HookList | FileKind::Jenkins => {
            runs.loose("", Span::default(), text);
            let kind = if kind == FileKind::Jenkins { RootKind::Job } else { RootKind::Hook };
            runs.roots.push(Root { owner: String::new(), span: Span::default(), kind });
        }
        FileKind::Container => runs.loose("", Span::default(), text),
        FileKind::Code => runs.mentions(text, source.path),
        FileKind::TaskRunner => package::task_runner(text, &mut runs),
        FileKind::Workspace => package::workspace(text, &mut runs),
    }
    runs
}

#[cfg(test)]
mod tests;
