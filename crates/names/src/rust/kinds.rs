//! The kinds of nodes that matter for names.

use std::sync::OnceLock;

use auditlint_syntax::{FieldId, KindId, Language};

/// What a kind means for names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Plain,
    Identifier,
    TypeIdentifier,
    /// `a::b`, as a value or a type.
    Path,
    GenericType,
    /// `Item = u8`, in the arguments of a type.
    TypeBinding,
    /// Only the inner expression counts: parentheses, `&x`, `f::<T>`.
    Wrapper,
    Use,
    UseAs,
    UseList,
    ScopedUseList,
    UseWildcard,
    ExternCrate,
    SelfWord,
    SuperWord,
    CrateWord,
    Function,
    Const,
    Static,
    Module,
    TypeItem,
    Struct,
    Trait,
    Impl,
    MacroDefinition,
    MacroInvocation,
    TokenTree,
    TypeParameter,
    ConstParameter,
    Parameter,
    FunctionType,
    Closure,
    ClosureParameters,
    Block,
    MatchArm,
    MatchPattern,
    For,
    /// `if` and `while`, whose conditions bind.
    Conditional,
    LetCondition,
    Let,
    Assignment,
    CompoundAssignment,
    EnumVariant,
    /// Holds identifiers that are no names: labels, lifetimes.
    NoNames,
    Attribute,
    /// A string, which a macro may take as a format.
    Text,
    ShorthandField,
    FieldPattern,
    TypedPattern,
    MutPattern,
    /// A part of a pattern that binds nothing: ranges, literals, macros.
    Constant,
    /// A value that is made here.
    Made,
}

const MEANINGS: &[(Meaning, &[&str])] = &[
    (Meaning::Identifier, &["identifier"]),
    (Meaning::TypeIdentifier, &["type_identifier"]),
    (Meaning::Path, &["scoped_identifier", "scoped_type_identifier"]),
    (Meaning::GenericType, &["generic_type", "generic_type_with_turbofish"]),
    (Meaning::TypeBinding, &["type_binding"]),
    (Meaning::Wrapper, &["parenthesized_expression", "reference_expression", "generic_function"]),
    (Meaning::Use, &["use_declaration"]),
    (Meaning::UseAs, &["use_as_clause"]),
    (Meaning::UseList, &["use_list"]),
    (Meaning::ScopedUseList, &["scoped_use_list"]),
    (Meaning::UseWildcard, &["use_wildcard"]),
    (Meaning::ExternCrate, &["extern_crate_declaration"]),
    (Meaning::SelfWord, &["self"]),
    (Meaning::SuperWord, &["super"]),
    (Meaning::CrateWord, &["crate"]),
    (Meaning::Function, &["function_item", "function_signature_item"]),
    (Meaning::Const, &["const_item"]),
    (Meaning::Static, &["static_item"]),
    (Meaning::Module, &["mod_item"]),
    (Meaning::TypeItem, &["type_item", "associated_type"]),
    (Meaning::Struct, &["struct_item", "enum_item", "union_item"]),
    (Meaning::Trait, &["trait_item"]),
    (Meaning::Impl, &["impl_item"]),
    (Meaning::MacroDefinition, &["macro_definition"]),
    (Meaning::MacroInvocation, &["macro_invocation"]),
    (Meaning::TokenTree, &["token_tree"]),
    (Meaning::TypeParameter, &["type_parameter"]),
    (Meaning::ConstParameter, &["const_parameter"]),
    (Meaning::Parameter, &["parameter"]),
    (Meaning::FunctionType, &["function_type"]),
    (Meaning::Closure, &["closure_expression"]),
    (Meaning::ClosureParameters, &["closure_parameters"]),
    (Meaning::Block, &["block"]),
    (Meaning::MatchArm, &["match_arm"]),
    (Meaning::MatchPattern, &["match_pattern"]),
    (Meaning::For, &["for_expression"]),
    (Meaning::Conditional, &["if_expression", "while_expression"]),
    (Meaning::LetCondition, &["let_condition"]),
    (Meaning::Let, &["let_declaration"]),
    (Meaning::Assignment, &["assignment_expression"]),
    (Meaning::CompoundAssignment, &["compound_assignment_expr"]),
    (Meaning::EnumVariant, &["enum_variant"]),
    (Meaning::NoNames, &["label", "lifetime", "token_tree_pattern", "visibility_modifier"]),
    (Meaning::Attribute, &["attribute_item", "inner_attribute_item"]),
    (Meaning::Text, &["string_literal", "raw_string_literal"]),
    (Meaning::ShorthandField, &["shorthand_field_identifier"]),
    (Meaning::FieldPattern, &["field_pattern"]),
    (Meaning::TypedPattern, &["tuple_struct_pattern", "struct_pattern"]),
    (Meaning::MutPattern, &["mut_pattern", "ref_pattern"]),
    (Meaning::Constant, &["range_pattern", "const_block", "negative_literal"]),
    (
        Meaning::Made,
        &[
            "integer_literal",
            "float_literal",
            "char_literal",
            "boolean_literal",
            "array_expression",
            "tuple_expression",
            "struct_expression",
            "unit_expression",
        ],
    ),
];

/// Numbers of the grammar.
pub(crate) struct Kinds {
    meanings: Vec<Meaning>,
    pub(crate) name: Option<FieldId>,
    pub(crate) path: Option<FieldId>,
    pub(crate) alias: Option<FieldId>,
    pub(crate) argument: Option<FieldId>,
    pub(crate) pattern: Option<FieldId>,
    pub(crate) value: Option<FieldId>,
    pub(crate) body: Option<FieldId>,
    pub(crate) left: Option<FieldId>,
    pub(crate) macro_name: Option<FieldId>,
    pub(crate) type_field: Option<FieldId>,
    pub(crate) condition: Option<FieldId>,
    pub(crate) function: Option<FieldId>,
}

impl Kinds {
    /// The numbers, looked up once per run.
    pub(crate) fn get() -> &'static Self {
        static KINDS: OnceLock<Kinds> = OnceLock::new();
        KINDS.get_or_init(|| {
            let language = Language::Rust;
            let field = |name: &str| language.field(name);
            let of = |id: usize| {
                let kind = KindId(id as u16);
                let name = language.kind_name(kind).filter(|_| language.is_named_kind(kind))?;
                MEANINGS.iter().find(|(_, names)| names.contains(&name)).map(|(meaning, _)| *meaning)
            };
            Self {
                meanings: (0..language.kind_count()).map(|id| of(id).unwrap_or(Meaning::Plain)).collect(),
                name: field("name"),
                path: field("path"),
                alias: field("alias"),
                argument: field("argument"),
                pattern: field("pattern"),
                value: field("value"),
                body: field("body"),
                left: field("left"),
                macro_name: field("macro"),
                type_field: field("type"),
                condition: field("condition"),
                function: field("function"),
            }
        })
    }

    /// What a kind means for names.
    pub(crate) fn meaning(&self, kind: KindId) -> Meaning {
        self.meanings.get(usize::from(kind.0)).copied().unwrap_or(Meaning::Plain)
    }
}
