//! The parts of a file of Python that talk to whoever started the program.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// What is defined at the outermost level of a file.
const UNITS: &[&str] = &["function_definition", "class_definition"];

/// Where some code stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UsePlace {
    /// In what runs when the file is started, and in a command.
    Started,
    /// In a function or class.
    Unit(NodeId),
    /// Elsewhere in the module, which runs when it is imported.
    Module,
}

/// What of a file runs when somebody starts it.
pub(super) struct PythonProgram<'a> {
    view: RuleView<'a>,
    /// For each node the outermost function or class around it.
    outermost: Vec<Option<NodeId>>,
    /// Whether nobody can import the file, because it ends the program once it has given all its names.
    is_script: bool,
    /// Functions and classes that only what is started uses.
    of_program: BTreeSet<NodeId>,
}

impl<'a> PythonProgram<'a> {
    pub(super) fn of(view: RuleView<'a>) -> Self {
        let statements: Vec<NodeId> = view.named(view.root()).collect();
        let behind = statements.iter().rev().take_while(|statement| !gives_names(view, **statement));
        let is_script = behind.into_iter().any(|statement| ends_the_program(view, *statement));
        let outermost = view.outermost(UNITS);
        let mut program = Self { view, outermost, is_script, of_program: BTreeSet::new() };
        program.of_program = program.units_of_program();
        program
    }

    /// Whether code at a place talks to whoever started the program.
    pub(super) fn talks_at(&self, node: NodeId) -> bool {
        match self.place(node) {
            UsePlace::Started => true,
            UsePlace::Unit(unit) => self.of_program.contains(&unit),
            UsePlace::Module => false,
        }
    }

    fn place(&self, node: NodeId) -> UsePlace {
        let view = self.view;
        let above = std::iter::successors(Some(node), |at| view.parent(*at));
        let unit = self.outermost[node.0 as usize];
        if above.into_iter().any(|at| is_guard(view, at)) || unit.is_some_and(|_| is_in_command(view, node)) {
            return UsePlace::Started;
        }
        match unit {
            Some(unit) => UsePlace::Unit(unit),
            None if self.is_script => UsePlace::Started,
            None => UsePlace::Module,
        }
    }

    /// Those that are used, by what is started or by each other, and by nothing else.
    fn units_of_program(&self) -> BTreeSet<NodeId> {
        let view = self.view;
        let units = view.nodes(UNITS).filter(|unit| self.outermost[unit.0 as usize] == Some(*unit));
        let mut uses: BTreeMap<NodeId, Vec<UsePlace>> = BTreeMap::new();
        for unit in units.filter(|unit| !is_offered(view, *unit)) {
            let used = view.field(unit, "name").and_then(|name| view.bound_uses(name)).unwrap_or_default();
            let places: Vec<UsePlace> = used.into_iter().map(|used| self.place(used)).collect();
            uses.insert(unit, places.into_iter().filter(|place| *place != UsePlace::Unit(unit)).collect());
        }
        // What nothing uses, something else calls: by a decorator, or from another file.
        let is_used_elsewhere = |uses: &BTreeMap<NodeId, Vec<UsePlace>>, places: &[UsePlace]| {
            places.is_empty()
                || places.iter().any(|place| match place {
                    UsePlace::Started => false,
                    UsePlace::Unit(unit) => !uses.contains_key(unit),
                    UsePlace::Module => true,
                })
        };
        loop {
            let others: Vec<NodeId> =
                uses.iter().filter(|(_, places)| is_used_elsewhere(&uses, places)).map(|(unit, _)| *unit).collect();
            if others.is_empty() {
                break;
            }
            uses.retain(|unit, _| !others.contains(unit));
        }
        let mut found: BTreeSet<NodeId> = BTreeSet::new();
        loop {
            let is_reached = |places: &[UsePlace]| {
                places.iter().any(|place| match place {
                    UsePlace::Started => true,
                    UsePlace::Unit(unit) => found.contains(unit),
                    UsePlace::Module => false,
                })
            };
            let more: Vec<NodeId> = uses
                .iter()
                .filter(|(unit, places)| !found.contains(unit) && is_reached(places))
                .map(|(unit, _)| *unit)
                .collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }
}

/// Whether a node is `if __name__ == "__main__":`.
fn is_guard(view: RuleView<'_>, node: NodeId) -> bool {
    if view.kind(node) != "if_statement" {
        return false;
    }
    let condition = view.field(node, "condition").map(|condition| view.text(condition)).unwrap_or_default();
    let condition: String =
        condition.chars().filter(|c| !c.is_whitespace()).map(|c| if c == '\'' { '"' } else { c }).collect();
    condition == "__name__==\"__main__\"" || condition == "\"__main__\"==__name__"
}

/// Whether a node stands in a command of click, typer or Django.
fn is_in_command(view: RuleView<'_>, node: NodeId) -> bool {
    let is_command = |at: NodeId| match view.kind(at) {
        "decorated_definition" => view.children(at).filter(|part| view.kind(*part) == "decorator").any(|decorator| {
            let path = view.text(decorator).trim_start_matches('@').split('(').next().unwrap_or_default();
            matches!(path.trim().rsplit('.').next(), Some("command" | "group" | "callback"))
        }),
        "class_definition" => view.field(at, "superclasses").is_some_and(|bases| {
            view.text(bases).split(|c: char| !c.is_alphanumeric() && c != '_').any(|base| base == "BaseCommand")
        }),
        _ => false,
    };
    std::iter::successors(Some(node), |at| view.parent(*at)).any(is_command)
}

/// Whether a module says in `__all__` that a function or class is there for others.
fn is_offered(view: RuleView<'_>, unit: NodeId) -> bool {
    let name = view.field(unit, "name").map(|name| view.text(name)).unwrap_or_default();
    let lists = view
        .nodes(&["assignment", "augmented_assignment"])
        .filter(|assigned| view.field(*assigned, "left").is_some_and(|left| view.text(left) == "__all__"));
    lists.flat_map(|list| view.nodes_in(list, &["string"])).any(|text| view.key_text(text) == name)
}

/// Whether a statement of a module gives names to what imports it. One that ends the program before that only asks what it needs.
fn gives_names(view: RuleView<'_>, statement: NodeId) -> bool {
    const GIVING: &[&str] = &[
        "function_definition",
        "class_definition",
        "decorated_definition",
        "import_statement",
        "import_from_statement",
        "future_import_statement",
    ];
    let is_assigned = || {
        let inner = view.named(statement).next().filter(|_| view.kind(statement) == "expression_statement");
        inner.is_some_and(|inner| view.kind(inner) == "assignment")
    };
    view.is(statement, GIVING) || is_assigned()
}

/// Whether a statement of a module ends the program, on one way at least.
fn ends_the_program(view: RuleView<'_>, statement: NodeId) -> bool {
    if view.is(statement, UNITS) || view.kind(statement) == "decorated_definition" || is_guard(view, statement) {
        return false;
    }
    view.nodes_in(statement, &["call", "raise_statement"]).any(|node| match view.kind(node) {
        "call" => view
            .field(node, "function")
            .and_then(|function| view.global(function))
            .is_some_and(|path| matches!(path.as_str(), "sys.exit" | "exit" | "quit" | "os._exit")),
        _ => view.text(node).starts_with("raise SystemExit"),
    })
}
