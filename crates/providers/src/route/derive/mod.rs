//! Endpoints with their chains, from what all files say.

mod api;
mod autoload;
mod declared;
mod link;
mod machine;
mod program;
mod rows;
mod steps;
mod table;
mod thing;
mod trpc;
mod walk;

use std::rc::Rc;

use auditlint_facts::{Gap, ProjectScope, Relation, RelationInfo, Row};
use auditlint_source::{FilePath, Role, Span};

use self::machine::Machine;
use self::program::Programs;
use self::rows::Rows;
use self::thing::Link;
use self::walk::{Endpoint, Walk, is_application};
use super::fact::{Facts, Framework};
use super::relations::RELATIONS;
use crate::imports::decides;
use crate::read::cargo_toml::CARGO_TOML;

/// The relations of the provider.
pub(super) fn derive(sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
    let programs = Programs::of(sources, scope);
    let mut machine = Machine::run(&programs);
    let mut declared = declared::endpoints(&mut machine);
    let (mut found, is_cut) = {
        let walk = Walk::of(&machine);
        (walk.found, walk.is_cut)
    };
    declared::behind_settings(&mut machine, &mut found);
    found.append(&mut declared);
    let plain: Vec<(&FilePath, &Facts)> = programs.all.iter().map(|program| (program.path, program.facts)).collect();
    for (file, span, method, path) in api::endpoints(&plain) {
        found.push(Endpoint {
            framework: Framework::Effect,
            method: Rc::from(method),
            path,
            handler: Link::default(),
            chain: Vec::new(),
            is_complete: false,
            file,
            span,
        });
    }
    found.sort_by(|one, other| {
        let key = |endpoint: &Endpoint| (endpoint.file, endpoint.span.start);
        key(one).cmp(&key(other))
    });
    let mut rows = Rows::default();
    let path_of = |file: usize| programs.all[file].path.clone();
    for endpoint in &found {
        rows.add(programs.all[endpoint.file].path, endpoint, &path_of);
    }
    rows.registrations(&machine);
    let cut = cut(&machine, is_cut);
    let gaps = sorted([gaps(sources, &machine), cut.clone()].concat());
    // Each endpoint that is there has its row and all its endings, and says itself whether its chain is whole.
    let beside = |column: &str| gaps.iter().map(|(path, gap)| (path.clone(), gap.beside(column))).collect();
    let tables = [
        (rows.endpoints, beside("route")),
        (rows.endings, beside("path")),
        (rows.middleware, cut),
        (rows.registrations, gaps),
    ];
    let relation = |((mut rows, gaps), info): ((Vec<Row>, RouteGaps), &RelationInfo)| {
        rows.sort_by(|one, other| (&one.path, one.span.start).cmp(&(&other.path, other.span.start)));
        Relation { info: info.clone(), rows, gaps }
    };
    tables.into_iter().zip(&RELATIONS).map(relation).collect()
}

type RouteGaps = Vec<(FilePath, Gap)>;

/// What was not understood: in a file, or of how files fit together.
fn gaps(sources: &[(FilePath, &Facts)], machine: &Machine<'_>) -> RouteGaps {
    let is_asked =
        |path: &FilePath| Role::by_default(path) != Role::Test && !decides(path) && path.name() != CARGO_TOML;
    let said = sources.iter().filter(|(path, _)| is_asked(path));
    let mut gaps: RouteGaps =
        said.flat_map(|(path, facts)| facts.gaps.iter().map(|gap| (path.clone(), gap.clone()))).collect();
    gaps.extend(machine.gaps.iter().cloned());
    for (number, router) in machine.routers.iter().enumerate() {
        let is_lost = !router.is_mounted
            && !router.is_handed
            && !is_application(machine, number)
            && !router.ops.is_empty()
            && !machine.is_extra(router);
        if is_lost {
            let message = "nobody sees where this router is mounted, so the beginning of its paths is not known";
            gaps.push((machine.programs.all[router.file].path.clone(), Gap::new(router.span, message)));
        }
    }
    gaps
}

/// What was not followed to its end.
fn cut(machine: &Machine<'_>, is_cut: bool) -> RouteGaps {
    let lines = [
        (machine.is_spent(), "the routers of the project take more steps to follow than allowed"),
        (is_cut, "the routers of the project lie in more ways inside of each other than are followed"),
    ];
    let Some(program) = machine.programs.all.first() else { return Vec::new() };
    let said = lines.into_iter().filter(|(is_said, _)| *is_said);
    said.map(|(_, message)| (program.path.clone(), Gap::new(Span::default(), message))).collect()
}

fn sorted(mut gaps: RouteGaps) -> RouteGaps {
    gaps.sort_by(|one, other| (&one.0, one.1.span.start).cmp(&(&other.0, other.1.span.start)));
    gaps.dedup();
    gaps
}
