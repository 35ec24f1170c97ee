//! `use` and `extern crate`: the crates that they name, and the names that they bring in.

use auditlint_syntax::NodeId;

use super::code::{Scan, is_lower};
use super::fact::{CargoFact, Facts, UseKind};
use super::glob::{Sight, reach};
use super::path::{PathHead, UsePart, child, parts};

impl Scan<'_> {
    pub(super) fn use_declaration(&mut self, node: NodeId, out: &mut Facts) {
        for part in parts(self.tree, &self.fields, node, self.analysis.text()) {
            match part {
                UsePart::Head(PathHead::Name(head), is_alone) => {
                    let is_own = is_alone && self.own.contains(self.text(head));
                    if !is_own && !self.is_bound(head, node) {
                        // A name alone may be a macro or another item of the package as well.
                        self.push_use(head, UseKind::Use, if is_alone { Sight::Own } else { Sight::Clear });
                    }
                }
                UsePart::Head(PathHead::Crate(head), _) => self.push_use(head, UseKind::Use, Sight::Crate),
                UsePart::Head(PathHead::Own, _) => {}
                UsePart::Name(name) => {
                    let name = self.text(name);
                    if is_lower(name) {
                        self.declared.insert(name);
                    }
                }
                UsePart::Glob(part, module, head) => self.glob(node, (part, module), head, out),
            }
        }
    }

    /// Whether the head of a `use` is something of the file, other than what this `use` brings in.
    fn is_bound(&self, head: NodeId, declaration: NodeId) -> bool {
        let names = self.analysis.names();
        match names.binding_of(head) {
            Some(id) => {
                let is_of_this = self.tree.is_within(names.binding(id).node, declaration);
                !is_of_this || self.own.contains(self.text(head))
            }
            None => self.is_unresolved(head),
        }
    }

    fn glob(&mut self, declaration: NodeId, (part, module): (NodeId, NodeId), head: PathHead, out: &mut Facts) {
        let last = self.text(module);
        let first = match head {
            PathHead::Name(name) | PathHead::Crate(name) => self.text(name),
            PathHead::Own => "",
        };
        // Variants of an enum; preludes that bring in traits and types only.
        let is_plain = matches!(first, "std" | "core" | "alloc" | "rayon") && matches!(last, "prelude" | "v1");
        if is_plain || last.starts_with(|first: char| first.is_uppercase()) {
            return;
        }
        let reach = reach(self.tree, part);
        let sight = match head {
            PathHead::Own => {
                let parent = self.tree.parent(declaration).and_then(|body| self.tree.parent(body));
                let is_module = parent.is_some_and(|module| self.tree.kind_name(module) == "mod_item");
                // The names of the module around this one stand in the file.
                if is_module && self.text(part) == "super::*" && self.tree.parent(part) == Some(declaration) {
                    return;
                }
                Sight::Own
            }
            PathHead::Name(head) if self.is_bound(head, declaration) && !self.imported.contains(self.text(head)) => {
                Sight::Own
            }
            PathHead::Name(_) | PathHead::Crate(_) => Sight::Foreign,
        };
        if sight == Sight::Foreign && self.tree.kind_name(reach) != "block" {
            out.say(self.tree.span(part), CargoFact::Leak);
        }
        self.globs.push((reach, sight));
    }

    pub(super) fn extern_crate(&mut self, node: NodeId) {
        let Some(name) = child(self.tree, node, self.fields.name) else { return };
        self.push_use(name, UseKind::ExternCrate, Sight::Crate);
        if let Some(alias) = child(self.tree, node, self.fields.alias) {
            let alias = self.text(alias);
            self.aliases.insert(alias);
            self.declared.insert(alias);
        }
    }
}
