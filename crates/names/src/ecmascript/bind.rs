//! One walk over the tree: scopes, declarations, uses.

use auditlint_syntax::{FieldId, NodeId, Tree};
use rustc_hash::FxHashSet;

use super::kinds::{EcmascriptKinds, EcmascriptMeaning};
use super::purpose::Purpose;
use crate::binding::{
    Access, AccessStep, BindingId, BindingKind, BindingSlot, BindingValue, ClassField, Referent, Spaces,
};
use crate::builder::{Builder, Declaration, ScopeLeak};
use crate::symbols::Symbol;
use crate::table::Names;

/// At most this many statements at the start of a block are read as directives.
const DIRECTIVES: usize = 4;

/// Binds the names of a tree.
pub(crate) fn bind(tree: &Tree, text: &[u8]) -> Names {
    let kinds = EcmascriptKinds::of(tree.language());
    let is_module = tree
        .children(tree.root())
        .any(|child| matches!(kinds.meaning(tree.kind(child)), EcmascriptMeaning::Import | EcmascriptMeaning::Export));
    let mut builder = Builder::new(tree, text);
    let this = builder.symbols.symbol(b"this");
    let mut binder = EcmascriptBinder {
        builder,
        kinds,
        is_module,
        this,
        ambient_end: 0,
        strict_end: 0,
        type_query_end: 0,
        classes: 0,
        fields: Vec::new(),
        namespaces: FxHashSet::default(),
        conditionals: Vec::new(),
        exports: Vec::new(),
    };
    if binder.says_strict(tree.root()) {
        binder.begin_strict(tree.root());
    }
    for id in 0..tree.main_end() {
        let node = NodeId(id);
        binder.builder.arrive(node);
        binder.builder.step();
        let class = kinds.meaning(tree.kind(node));
        if class != EcmascriptMeaning::Plain {
            binder.visit(node, class);
        }
    }
    binder.finish()
}

/// A field that is declared or written.
pub(crate) struct FieldNote {
    pub(crate) of: FieldOf,
    pub(crate) name: NodeId,
    pub(crate) value: Option<NodeId>,
}

pub(crate) enum FieldOf {
    Class {
        class: u32,
        is_static: bool,
    },
    /// The reference of the `this` whose member is written.
    This(NodeId),
}

/// The walk.
pub(crate) struct EcmascriptBinder<'t> {
    pub(crate) builder: Builder<'t>,
    pub(crate) kinds: &'static EcmascriptKinds,
    pub(crate) is_module: bool,
    pub(crate) this: Symbol,
    pub(crate) ambient_end: u32,
    /// Where the strict code ends that the walk is in.
    strict_end: u32,
    pub(crate) type_query_end: u32,
    pub(crate) classes: u32,
    pub(crate) fields: Vec<FieldNote>,
    /// Namespaces that have a part already.
    pub(crate) namespaces: FxHashSet<(u32, Symbol)>,
    /// Scopes of the conditional types around, and where they end.
    conditionals: Vec<(u32, u32)>,
    /// Uses that export what they name.
    pub(crate) exports: Vec<NodeId>,
}

impl<'t> EcmascriptBinder<'t> {
    pub(crate) fn child(&self, node: NodeId, field: Option<FieldId>) -> Option<NodeId> {
        self.builder.tree.child_by_field(node, field?)
    }

    pub(crate) fn meaning(&self, node: NodeId) -> EcmascriptMeaning {
        self.kinds.meaning(self.builder.tree.kind(node))
    }

    pub(crate) fn end(&self, node: NodeId) -> u32 {
        self.builder.tree.subtree_end(node)
    }

    /// Whether a token of that text stands among the children.
    pub(crate) fn has_word(&self, node: NodeId, word: &str) -> bool {
        let tree = self.builder.tree;
        tree.children(node).any(|child| !tree.node(child).is_named() && tree.kind_name(child) == word)
    }

    pub(crate) fn is_exported(&self, node: NodeId) -> bool {
        let tree = self.builder.tree;
        let parent = tree.parent(node);
        // `declare` stands between, and a namespace is an expression to the grammar.
        let is_between = |node: NodeId| {
            self.meaning(node) == EcmascriptMeaning::Ambient || tree.kind_name(node) == "expression_statement"
        };
        let outer = parent.filter(|parent| is_between(*parent)).map_or(parent, |parent| tree.parent(parent));
        outer.is_some_and(|outer| self.meaning(outer) == EcmascriptMeaning::Export)
    }

    /// Declares a name, unless it only describes a global (`declare`).
    pub(crate) fn declare(
        &mut self,
        scope: u32,
        node: NodeId,
        steps: &[AccessStep],
        declaration: Declaration,
    ) -> Option<BindingId> {
        let mut declaration = declaration;
        if node.0 < self.ambient_end {
            declaration.spaces =
                declaration.spaces.filter(|space| Spaces::TYPE.indices().any(|of_type| of_type == space));
            if declaration.spaces.is_empty() {
                self.builder.skip(node);
                return None;
            }
            // What is described is there for others.
            declaration.exported |= declaration.kind != BindingKind::TypeParameter;
        }
        Some(self.builder.declare(scope, node, steps, declaration))
    }

    pub(crate) fn own(&mut self, scope: u32, node: NodeId, kind: BindingKind, spaces: Spaces, exported: bool) {
        self.declare(scope, node, &[], Declaration { kind, spaces, value: BindingValue::Own, default: None, exported });
    }

    pub(crate) fn enter(&mut self, node: NodeId, takes_var: bool) -> u32 {
        let end = self.end(node);
        self.builder.enter(end, takes_var)
    }

    fn visit(&mut self, node: NodeId, class: EcmascriptMeaning) {
        let kinds = self.kinds;
        match class {
            EcmascriptMeaning::Identifier => self.identifier(node),
            EcmascriptMeaning::ShorthandProperty => self.read(node),
            EcmascriptMeaning::TypeIdentifier if self.builder.is_new(node) => {
                self.builder.refer(node, Access::Type, Spaces::TYPE);
            }
            EcmascriptMeaning::This if !self.is_parameter_name(node) => {
                self.builder.refer_symbol(node, self.this, Access::Read, Spaces::VALUE);
            }
            EcmascriptMeaning::FunctionDeclaration => self.function_declaration(node),
            EcmascriptMeaning::FunctionExpression => {
                if let Some(name) = self.child(node, kinds.name) {
                    let scope = self.enter(node, false);
                    self.own(scope, name, BindingKind::Function, Spaces::VALUE, false);
                }
                self.function(node);
            }
            EcmascriptMeaning::Arrow => {
                let end = self.end_of_arrow(node);
                let scope = self.builder.enter(end, true);
                if let Some(parameter) = self.child(node, kinds.parameter) {
                    self.pattern(
                        parameter,
                        Purpose::Declare { scope, declaration: parameter_of(BindingValue::Unknown, None) },
                    );
                }
            }
            EcmascriptMeaning::Method => self.method(node),
            EcmascriptMeaning::Signature => {
                self.enter(node, true);
            }
            EcmascriptMeaning::FunctionSignature => {
                self.function_name(node);
                self.enter(node, true);
            }
            EcmascriptMeaning::Parameters => self.parameters(node),
            EcmascriptMeaning::Block => {
                if self.says_strict(node) {
                    self.begin_strict(node);
                }
                self.block(node);
            }
            EcmascriptMeaning::StaticBlock => {
                self.enter(node, true);
            }
            EcmascriptMeaning::SwitchBody => {
                self.enter(node, false);
            }
            EcmascriptMeaning::Catch => {
                let scope = self.enter(node, false);
                if let Some(parameter) = self.child(node, kinds.parameter) {
                    let declaration =
                        Declaration { kind: BindingKind::Catch, ..parameter_of(BindingValue::Unknown, None) };
                    self.pattern(parameter, Purpose::Declare { scope, declaration });
                }
            }
            EcmascriptMeaning::For => {
                self.enter(node, false);
            }
            EcmascriptMeaning::ForIn => self.for_in(node),
            EcmascriptMeaning::With => {
                let scope = self.enter(node, false);
                self.builder.scopes[scope as usize].hides = ScopeLeak::All;
            }
            EcmascriptMeaning::ClassDeclaration | EcmascriptMeaning::ClassExpression => {
                self.begin_strict(node);
                self.class(node, class);
            }
            EcmascriptMeaning::FieldDefinition => self.field_definition(node),
            EcmascriptMeaning::Enum => self.enumeration(node),
            EcmascriptMeaning::Namespace => self.namespace(node),
            EcmascriptMeaning::Interface | EcmascriptMeaning::TypeAlias => {
                if let Some(name) = self.child(node, kinds.name) {
                    let (scope, exported) = (self.builder.scope(), self.is_exported(node));
                    self.own(scope, name, BindingKind::Type, Spaces::TYPE, exported);
                }
                self.enter(node, false);
            }
            EcmascriptMeaning::Conditional => {
                while self.conditionals.last().is_some_and(|(_, end)| *end <= node.0) {
                    self.conditionals.pop();
                }
                let scope = self.enter(node, false);
                self.conditionals.push((scope, self.end(node)));
            }
            EcmascriptMeaning::Tuple => self.tuple(node),
            EcmascriptMeaning::IndexSignature => {
                let scope = self.enter(node, false);
                if let Some(name) = self.child(node, kinds.name) {
                    self.pattern(
                        name,
                        Purpose::Declare { scope, declaration: parameter_of(BindingValue::Unknown, None) },
                    );
                }
            }
            EcmascriptMeaning::TypeParameter | EcmascriptMeaning::MappedType => {
                if let Some(name) = self.child(node, kinds.name) {
                    let scope = self.builder.scope();
                    self.own(scope, name, BindingKind::TypeParameter, Spaces::TYPE, false);
                }
            }
            EcmascriptMeaning::Infer => {
                if let Some(name) = self.builder.tree.named_children(node).next() {
                    while self.conditionals.last().is_some_and(|(_, end)| *end <= node.0) {
                        self.conditionals.pop();
                    }
                    // It holds in the whole condition, also outside of a function type around it.
                    let scope = self.conditionals.last().map_or(self.builder.scope(), |(scope, _)| *scope);
                    self.own(scope, name, BindingKind::TypeParameter, Spaces::TYPE, false);
                }
            }
            EcmascriptMeaning::NestedTypeIdentifier => {
                // Only the first name is looked up; the last is one of what it is.
                if let Some(name) = self.child(node, kinds.name) {
                    self.builder.skip(name);
                }
            }
            EcmascriptMeaning::TypeQuery | EcmascriptMeaning::TypePredicate => {
                self.type_query_end = self.type_query_end.max(self.end(node));
            }
            EcmascriptMeaning::Declarator => self.declarator(node),
            EcmascriptMeaning::Ambient => self.ambient_end = self.ambient_end.max(self.end(node)),
            EcmascriptMeaning::Import => self.import(node),
            EcmascriptMeaning::ImportAlias => self.import_alias(node),
            EcmascriptMeaning::Export => self.export(node),
            EcmascriptMeaning::Assignment => self.assignment(node),
            EcmascriptMeaning::AugmentedAssignment => self.write_to(node, kinds.left, Access::ReadWrite),
            EcmascriptMeaning::Update => self.write_to(node, kinds.argument, Access::ReadWrite),
            EcmascriptMeaning::Call => self.call(node),
            EcmascriptMeaning::JsxClosing => {
                for name in self.builder.tree.subtree(node) {
                    self.builder.skip(name);
                }
            }
            _ => {}
        }
    }

    fn identifier(&mut self, node: NodeId) {
        if !self.builder.is_new(node) {
            return;
        }
        let tree = self.builder.tree;
        if let Some(parent) = tree.parent(node) {
            let in_tag = tree.kind_name(parent).starts_with("jsx_") && tree.node(node).field() == self.kinds.name;
            if in_tag && tree.text(node, self.builder.text).first().is_some_and(u8::is_ascii_lowercase) {
                return self.builder.skip(node);
            }
            if self.meaning(parent) == EcmascriptMeaning::NestedTypeIdentifier {
                self.builder.refer(node, Access::Type, Spaces::BOTH);
                return;
            }
        }
        self.read(node);
    }

    fn read(&mut self, node: NodeId) {
        if self.builder.is_new(node) {
            let access = if node.0 < self.type_query_end { Access::Type } else { Access::Read };
            self.builder.refer(node, access, Spaces::VALUE);
        }
    }

    /// The names in `[a: A, ...b: B[]]` are labels.
    fn tuple(&mut self, node: NodeId) {
        let tree = self.builder.tree;
        let is_labelled = |part: &NodeId| {
            [self.kinds.required_parameter, self.kinds.optional_parameter].contains(&Some(tree.kind(*part)))
        };
        for part in tree.named_children(node).filter(is_labelled) {
            if let Some(name) = self.child(part, self.kinds.name) {
                for label in tree.subtree(name) {
                    self.builder.skip(label);
                }
            }
        }
    }

    fn is_parameter_name(&self, node: NodeId) -> bool {
        self.builder.tree.node(node).field() == self.kinds.pattern
    }

    fn block(&mut self, node: NodeId) {
        let tree = self.builder.tree;
        let parent = tree.parent(node).map(|parent| self.meaning(parent));
        let is_body = matches!(
            parent,
            Some(
                EcmascriptMeaning::FunctionDeclaration
                    | EcmascriptMeaning::FunctionExpression
                    | EcmascriptMeaning::Arrow
                    | EcmascriptMeaning::Method
                    | EcmascriptMeaning::StaticBlock
                    | EcmascriptMeaning::Namespace
                    | EcmascriptMeaning::Ambient
            )
        );
        self.enter(node, is_body);
    }

    fn for_in(&mut self, node: NodeId) {
        let scope = self.enter(node, false);
        let (Some(left), kind) = (self.child(node, self.kinds.left), self.child(node, self.kinds.kind)) else { return };
        let tree = self.builder.tree;
        match kind.map(|kind| tree.kind_name(kind)) {
            Some(word) => {
                let (kind, scope) = match word {
                    "var" => (BindingKind::Var, self.builder.var_scope()),
                    "let" => (BindingKind::Let, scope),
                    _ => (BindingKind::Const, scope),
                };
                let declaration = Declaration { kind, ..parameter_of(BindingValue::Unknown, None) };
                self.pattern(left, Purpose::Declare { scope, declaration });
            }
            None => self.pattern(left, Purpose::Write),
        }
    }

    fn declarator(&mut self, node: NodeId) {
        let tree = self.builder.tree;
        let (Some(name), Some(parent)) = (self.child(node, self.kinds.name), tree.parent(node)) else { return };
        let value = self.child(node, self.kinds.value);
        let parent_kind = Some(tree.kind(parent));
        let (kind, mut scope) = if parent_kind == self.kinds.variable {
            (BindingKind::Var, self.builder.var_scope())
        } else if parent_kind == self.kinds.lexical && self.has_word(parent, "let") {
            (BindingKind::Let, self.builder.scope())
        } else {
            (BindingKind::Const, self.builder.scope())
        };
        if kind == BindingKind::Var && self.meaning(name) == EcmascriptMeaning::Identifier {
            // `var` with the name of a parameter is that parameter.
            let symbol = self.builder.symbol_of(name);
            let around = self.builder.parent_of(scope).filter(|_| !self.builder.is_outermost(scope));
            if let Some(around) = around {
                let parameter = self.builder.bound_in(around, symbol, Spaces::VALUE);
                if parameter.is_some_and(|id| self.builder.bindings[id.0 as usize].kind == BindingKind::Parameter) {
                    scope = around;
                }
            }
        }
        let declaration = Declaration {
            kind,
            spaces: Spaces::VALUE,
            value: value.map_or(BindingValue::Unknown, BindingValue::Expression),
            default: None,
            exported: self.is_exported(parent),
        };
        self.pattern(name, Purpose::Declare { scope, declaration });
    }

    fn enumeration(&mut self, node: NodeId) {
        let tree = self.builder.tree;
        let Some(name) = self.child(node, self.kinds.name) else { return };
        let (outer, exported) = (self.builder.scope(), self.is_exported(node));
        self.own(outer, name, BindingKind::Enum, Spaces::BOTH, exported);
        let scope = self.enter(node, false);
        for member in self.child(node, self.kinds.body).into_iter().flat_map(|body| tree.named_children(body)) {
            let name = match self.meaning(member) {
                EcmascriptMeaning::EnumAssignment => self.child(member, self.kinds.name),
                _ => Some(member),
            };
            if let Some(name) = name.filter(|name| Some(tree.kind(*name)) == self.kinds.property_identifier) {
                // A member is there for whoever has the enum.
                self.own(scope, name, BindingKind::Enum, Spaces::VALUE, true);
            }
        }
    }

    fn assignment(&mut self, node: NodeId) {
        let Some(left) = self.child(node, self.kinds.left) else { return };
        if self.meaning(left) == EcmascriptMeaning::Member {
            let (object, property) = (self.child(left, self.kinds.object), self.child(left, self.kinds.property));
            if let (Some(object), Some(property)) = (object, property)
                && self.meaning(object) == EcmascriptMeaning::This
            {
                let value = self.child(node, self.kinds.right);
                self.fields.push(FieldNote { of: FieldOf::This(object), name: property, value });
            }
            return;
        }
        self.pattern(left, Purpose::Write);
    }

    fn write_to(&mut self, node: NodeId, field: Option<FieldId>, access: Access) {
        let Some(target) = self.child(node, field) else { return };
        if self.meaning(target) == EcmascriptMeaning::Identifier {
            self.builder.refer(target, access, Spaces::VALUE);
        } else if self.meaning(target) == EcmascriptMeaning::Member
            && let (Some(object), Some(name)) =
                (self.child(target, self.kinds.object), self.child(target, self.kinds.property))
            && self.meaning(object) == EcmascriptMeaning::This
        {
            self.fields.push(FieldNote { of: FieldOf::This(object), name, value: None });
        }
    }

    /// A direct `eval` can read and write what its place sees. In sloppy code it can declare whatever its text says, too.
    fn call(&mut self, node: NodeId) {
        let Some(mut callee) = self.child(node, self.kinds.function) else { return };
        let tree = self.builder.tree;
        while self.meaning(callee) == EcmascriptMeaning::Wrapper
            && let Some(inner) = tree.named_children(callee).find(|child| !tree.node(*child).is_extra())
        {
            callee = inner;
        }
        // `eval?.(…)` is a call like any other.
        if self.meaning(callee) != EcmascriptMeaning::Identifier
            || tree.text(callee, self.builder.text) != b"eval"
            || tree.children(node).any(|child| tree.text(child, self.builder.text) == b"?.")
        {
            return;
        }
        self.builder.show_to_eval();
        if !self.is_module && node.0 >= self.strict_end {
            let scope = self.builder.var_scope();
            self.builder.scopes[scope as usize].hides = ScopeLeak::All;
        }
    }

    /// Notes where strict code ends: a class is strict, a module, and what `"use strict"` stands at the start of.
    fn begin_strict(&mut self, node: NodeId) {
        self.strict_end = self.strict_end.max(self.end(node));
    }

    /// Whether a block or a program begins with `"use strict"`, behind other directives.
    fn says_strict(&self, block: NodeId) -> bool {
        let (tree, text) = (self.builder.tree, self.builder.text);
        tree.named_children(block)
            .filter(|child| !tree.node(*child).is_extra())
            .map(|statement| tree.text(statement, text))
            .take_while(|statement| matches!(statement.first(), Some(b'"' | b'\'')))
            .take(DIRECTIVES)
            .any(|statement| {
                matches!(statement.get(1..).and_then(|rest| rest.strip_prefix(b"use strict")), Some([b'"' | b'\'', ..]))
            })
    }

    fn finish(self) -> Names {
        let Self { builder, fields, exports, .. } = self;
        let (tree, text) = (builder.tree, builder.text);
        let mut names = builder.finish();
        if tree.is_part() {
            // The markup of a page mentions what its scripts declare at the top.
            let of_page = names.bindings.iter_mut().filter(|binding| binding.scope == 0);
            of_page.for_each(|binding| binding.exported = true);
        }
        for node in exports {
            if let BindingSlot::Reference(index) = names.slot(node)
                && let Referent::Binding(id) = names.references[index as usize].to
            {
                names.bindings[id.0 as usize].exported = true;
            }
        }
        for note in fields {
            let of = match note.of {
                FieldOf::Class { class, is_static } => Some((class, is_static)),
                FieldOf::This(this) => names.binding_of(this).and_then(|id| match names.binding(id).value {
                    BindingValue::Class { class, is_static } => Some((class, is_static)),
                    _ => None,
                }),
            };
            if let Some((class, is_static)) = of {
                let key = (class, is_static, tree.text(note.name, text).to_vec());
                let field = names.fields.entry(key).or_insert(ClassField { value: None, writes: 0 });
                if note.value.is_some() || field.value.is_some() {
                    field.writes += 1;
                }
                field.value = field.value.or(note.value);
            }
        }
        names
    }
}

/// A parameter, whose value nobody knows.
pub(crate) fn parameter_of(value: BindingValue, default: Option<NodeId>) -> Declaration {
    Declaration { kind: BindingKind::Parameter, spaces: Spaces::VALUE, value, default, exported: false }
}
