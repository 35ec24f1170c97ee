//! Which nodes of TypeScript are operators, where their operands stand, and how tightly they bind.
//!
//! The grammar is right about the operators of JavaScript among each other. It is not about what TypeScript adds:
//! `!` behind an expression, type arguments, `as` and `satisfies`, and `readonly` before a type.

use std::sync::OnceLock;

use crate::tree::NO_NODE;
use crate::{KindId, Language, NodeId, Tree};

/// How tightly the operators bind, from loose to tight. Two of one strength group from the left.
mod strength {
    /// `yield a`, `() => a`, and the right of an assignment and of `?:`.
    pub(super) const LOOSEST: u8 = 1;
    pub(super) const TERNARY: u8 = 2;
    /// `as` and `satisfies` are as strong as `<`.
    pub(super) const RELATION: u8 = 9;
    pub(super) const POWER: u8 = 14;
    pub(super) const PREFIX: u8 = 15;
    pub(super) const POSTFIX_UPDATE: u8 = 16;
    /// The left of an assignment is never an operator with an open end.
    pub(super) const TIGHTEST: u8 = 20;
    pub(super) const UNION: u8 = 3;
    pub(super) const INTERSECTION: u8 = 4;
}

/// The operators between two expressions that group from the left, with their strength.
const BINARY: [(&str, u8); 24] = [
    ("??", 3),
    ("||", 3),
    ("&&", 4),
    ("|", 5),
    ("^", 6),
    ("&", 7),
    ("==", 8),
    ("!=", 8),
    ("===", 8),
    ("!==", 8),
    ("<", strength::RELATION),
    (">", strength::RELATION),
    ("<=", strength::RELATION),
    (">=", strength::RELATION),
    ("instanceof", strength::RELATION),
    ("in", strength::RELATION),
    ("<<", 10),
    (">>", 10),
    (">>>", 10),
    ("+", 11),
    ("-", 11),
    ("*", 12),
    ("/", 12),
    ("%", 12),
];

/// What a kind is among the operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OperatorRole {
    /// No operator: names, literals, and all that stands in brackets.
    Operand,
    /// Behind its operand: a call, a member, `!`, `as T`.
    Postfix(u8),
    /// Before its operand.
    Prefix(u8),
    /// `++a` or `a++`.
    Update,
    /// Between two, its strength by the sign.
    Binary,
    /// Between two, with one strength towards the left and one towards the right.
    Infix(u8, u8),
    /// `A | B`, which may also begin with the sign.
    Types(u8),
}

const ROLES: [(&str, OperatorRole); 22] = [
    ("call_expression", OperatorRole::Postfix(strength::TIGHTEST)),
    ("member_expression", OperatorRole::Postfix(strength::TIGHTEST)),
    ("subscript_expression", OperatorRole::Postfix(strength::TIGHTEST)),
    ("non_null_expression", OperatorRole::Postfix(strength::TIGHTEST)),
    ("instantiation_expression", OperatorRole::Postfix(strength::TIGHTEST)),
    ("as_expression", OperatorRole::Postfix(strength::RELATION)),
    ("satisfies_expression", OperatorRole::Postfix(strength::RELATION)),
    ("await_expression", OperatorRole::Prefix(strength::PREFIX)),
    ("unary_expression", OperatorRole::Prefix(strength::PREFIX)),
    ("type_assertion", OperatorRole::Prefix(strength::PREFIX)),
    ("yield_expression", OperatorRole::Prefix(strength::LOOSEST)),
    ("arrow_function", OperatorRole::Prefix(strength::LOOSEST)),
    ("update_expression", OperatorRole::Update),
    ("binary_expression", OperatorRole::Binary),
    ("assignment_expression", OperatorRole::Infix(strength::TIGHTEST, strength::LOOSEST)),
    ("augmented_assignment_expression", OperatorRole::Infix(strength::TIGHTEST, strength::LOOSEST)),
    ("ternary_expression", OperatorRole::Infix(strength::TERNARY, strength::LOOSEST)),
    ("readonly_type", OperatorRole::Prefix(strength::PREFIX)),
    ("index_type_query", OperatorRole::Prefix(strength::PREFIX)),
    ("conditional_type", OperatorRole::Infix(strength::TERNARY, strength::LOOSEST)),
    ("union_type", OperatorRole::Types(strength::UNION)),
    ("intersection_type", OperatorRole::Types(strength::INTERSECTION)),
];

/// Whether the grammar may have put a node of this kind in the wrong place.
pub(crate) fn is_doubtful(name: &str, is_named: bool) -> bool {
    let kinds = [
        "non_null_expression",
        "instantiation_expression",
        "as_expression",
        "satisfies_expression",
        "type_arguments",
        "readonly_type",
    ];
    if is_named { kinds.contains(&name) } else { name == ">" }
}

/// An operator and its operands, as the tree has them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operator {
    pub(super) node: u32,
    /// What stands before it; `NO_NODE` if nothing does.
    pub(super) left: u32,
    /// What stands behind it; `NO_NODE` if nothing does.
    pub(super) right: u32,
    /// How tightly it binds what stands before it.
    pub(super) before: u8,
    /// How tightly it binds what stands behind it.
    pub(super) after: u8,
    /// The fields of its operands.
    pub(super) left_field: u8,
    pub(super) right_field: u8,
}

impl Operator {
    pub(super) fn has_left(&self) -> bool {
        self.left != NO_NODE
    }

    pub(super) fn has_right(&self) -> bool {
        self.right != NO_NODE
    }
}

/// The operators of one grammar, by the numbers of its kinds.
pub(super) struct Operators {
    roles: Box<[OperatorRole]>,
    /// The strength of the signs between two expressions; 0 for all else.
    signs: Box<[u8]>,
    power: Option<KindId>,
    block: Option<KindId>,
    pub(super) kinds: OperatorKinds,
}

/// The kinds that make up a template behind type arguments, and a name with dots behind `as`.
pub(super) struct OperatorKinds {
    pub(super) call: Option<KindId>,
    pub(super) instantiation: Option<KindId>,
    pub(super) non_null: Option<KindId>,
    pub(super) template: Option<KindId>,
    pub(super) binary: Option<KindId>,
    pub(super) identifier: Option<KindId>,
    pub(super) less: Option<KindId>,
    pub(super) greater: Option<KindId>,
    pub(super) type_arguments: Option<KindId>,
    pub(super) type_identifier: Option<KindId>,
    pub(super) casts: [Option<KindId>; 2],
    pub(super) member: Option<KindId>,
    pub(super) dot: Option<KindId>,
    pub(super) qualified_type: Option<KindId>,
    pub(super) qualified: Option<KindId>,
    pub(super) property: Option<KindId>,
    pub(super) generic_type: Option<KindId>,
}

impl Operators {
    pub(super) fn of(language: Language) -> &'static Self {
        static TABLES: [OnceLock<Operators>; Language::GRAMMARS] = [const { OnceLock::new() }; Language::GRAMMARS];
        TABLES[language.index()].get_or_init(|| Self::new(language))
    }

    fn new(language: Language) -> Self {
        let name = |id: usize| language.kind_name(KindId(id as u16)).unwrap_or_default();
        let is_named = |id: usize| language.is_named_kind(KindId(id as u16));
        let role = |id: usize| {
            let known = ROLES.iter().find(|(kind, _)| is_named(id) && *kind == name(id));
            known.map_or(OperatorRole::Operand, |(_, role)| *role)
        };
        let sign = |id: usize| {
            let known = BINARY.iter().find(|(sign, _)| !is_named(id) && *sign == name(id));
            known.map_or(0, |(_, strength)| *strength)
        };
        let ids = 0..language.kind_count();
        Self {
            roles: ids.clone().map(role).collect(),
            signs: ids.map(sign).collect(),
            power: language.kind("**"),
            block: language.kind("statement_block"),
            kinds: OperatorKinds {
                call: language.kind("call_expression"),
                instantiation: language.kind("instantiation_expression"),
                non_null: language.kind("non_null_expression"),
                template: language.kind("template_string"),
                binary: language.kind("binary_expression"),
                identifier: language.kind("identifier"),
                less: language.kind("<"),
                greater: language.kind(">"),
                type_arguments: language.kind("type_arguments"),
                type_identifier: language.kind("type_identifier"),
                casts: [language.kind("as_expression"), language.kind("satisfies_expression")],
                member: language.kind("member_expression"),
                dot: language.kind("."),
                qualified_type: language.kind("nested_type_identifier"),
                qualified: language.kind("nested_identifier"),
                property: language.kind("property_identifier"),
                generic_type: language.kind("generic_type"),
            },
        }
    }

    /// The node as an operator; `None` where it is an operand.
    pub(super) fn at(&self, tree: &Tree, node: u32) -> Option<Operator> {
        let role =
            self.roles.get(usize::from(tree.nodes[node as usize].kind.0)).copied().unwrap_or(OperatorRole::Operand);
        if role == OperatorRole::Operand {
            return None;
        }
        let parts = OperatorParts::of(tree, node)?;
        let field = |operand: u32| tree.nodes.get(operand as usize).map_or(0, |operand| operand.field);
        let operator = |left, right, before, after| {
            let (left_field, right_field) = (field(left), field(right));
            Some(Operator { node, left, right, before, after, left_field, right_field })
        };
        match role {
            OperatorRole::Operand => None,
            OperatorRole::Postfix(strength) => operator(parts.first?, NO_NODE, strength, 0),
            OperatorRole::Prefix(strength) => {
                let is_block = Some(tree.nodes[parts.last as usize].kind) == self.block;
                if is_block { None } else { operator(NO_NODE, parts.behind_sign()?, 0, strength) }
            }
            OperatorRole::Update if parts.first.is_some() => {
                operator(parts.first?, NO_NODE, strength::POSTFIX_UPDATE, 0)
            }
            OperatorRole::Update => operator(NO_NODE, parts.behind_sign()?, 0, strength::PREFIX),
            OperatorRole::Infix(before, after) => operator(parts.first?, parts.behind_sign()?, before, after),
            OperatorRole::Types(strength) if parts.first.is_none() => {
                operator(NO_NODE, parts.behind_sign()?, 0, strength)
            }
            OperatorRole::Types(strength) => operator(parts.first?, parts.behind_sign()?, strength, strength),
            OperatorRole::Binary => {
                let sign = tree.nodes[parts.second? as usize].kind;
                let strength = self.signs.get(usize::from(sign.0)).copied().unwrap_or(0);
                match strength {
                    // Groups from the right.
                    0 if Some(sign) == self.power => {
                        operator(parts.first?, parts.behind_sign()?, strength::POWER, strength::POWER - 1)
                    }
                    0 => None,
                    _ => operator(parts.first?, parts.behind_sign()?, strength, strength),
                }
            }
        }
    }
}

/// The children of an operator that matter, comments between them left aside.
struct OperatorParts {
    /// The first, if it is not a sign.
    first: Option<u32>,
    second: Option<u32>,
    last: u32,
    /// Whether the last may be an operand: it is not a sign, and no comment stands behind it.
    ends_with_operand: bool,
}

impl OperatorParts {
    /// `None` where a comment stands first, with which nothing can be put before the operator, and where something is not
    /// understood: what belongs together there nobody knows.
    fn of(tree: &Tree, node: u32) -> Option<Self> {
        let mut children = tree.children(NodeId(node));
        let first = children.next()?;
        if tree.node(first).is_extra() || tree.kind(first) == KindId::ERROR {
            return None;
        }
        let is_operand = |child: NodeId| tree.node(child).is_named();
        let mut parts =
            Self { first: is_operand(first).then_some(first.0), second: None, last: first.0, ends_with_operand: false };
        for child in children {
            if tree.node(child).is_extra() {
                parts.ends_with_operand = false;
                continue;
            }
            if tree.kind(child) == KindId::ERROR {
                return None;
            }
            parts.second.get_or_insert(child.0);
            parts.last = child.0;
            parts.ends_with_operand = is_operand(child);
        }
        Some(parts)
    }

    fn behind_sign(&self) -> Option<u32> {
        self.ends_with_operand.then_some(self.last)
    }
}
