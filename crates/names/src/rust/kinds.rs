//! The kinds of nodes that matter for names.

use std::sync::OnceLock;

use auditlint_syntax::{FieldId, KindId, Language};

/// What a kind means for names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RustMeaning {
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
    /// Holds identifiers that are not names: labels, lifetimes.
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

const MEANINGS: &[(RustMeaning, &[&str])] = &[
    (RustMeaning::Identifier, &["identifier"]),
    (RustMeaning::TypeIdentifier, &["type_identifier"]),
    (RustMeaning::Path, &["scoped_identifier", "scoped_type_identifier"]),
    (RustMeaning::GenericType, &["generic_type", "generic_type_with_turbofish"]),
    (RustMeaning::TypeBinding, &["type_binding"]),
    (RustMeaning::Wrapper, &["parenthesized_expression", "reference_expression", "generic_function"]),
    (RustMeaning::Use, &["use_declaration"]),
    (RustMeaning::UseAs, &["use_as_clause"]),
    (RustMeaning::UseList, &["use_list"]),
    (RustMeaning::ScopedUseList, &["scoped_use_list"]),
    (RustMeaning::UseWildcard, &["use_wildcard"]),
    (RustMeaning::ExternCrate, &["extern_crate_declaration"]),
    (RustMeaning::SelfWord, &["self"]),
    (RustMeaning::SuperWord, &["super"]),
    (RustMeaning::CrateWord, &["crate"]),
    (RustMeaning::Function, &["function_item", "function_signature_item"]),
    (RustMeaning::Const, &["const_item"]),
    (RustMeaning::Static, &["static_item"]),
    (RustMeaning::Module, &["mod_item"]),
    (RustMeaning::TypeItem, &["type_item", "associated_type"]),
    (RustMeaning::Struct, &["struct_item", "enum_item", "union_item"]),
    (RustMeaning::Trait, &["trait_item"]),
    (RustMeaning::Impl, &["impl_item"]),
    (RustMeaning::MacroDefinition, &["macro_definition"]),
    (RustMeaning::MacroInvocation, &["macro_invocation"]),
    (RustMeaning::TokenTree, &["token_tree"]),
    (RustMeaning::TypeParameter, &["type_parameter"]),
    (RustMeaning::ConstParameter, &["const_parameter"]),
    (RustMeaning::Parameter, &["parameter"]),
    (RustMeaning::FunctionType, &["function_type"]),
    (RustMeaning::Closure, &["closure_expression"]),
    (RustMeaning::ClosureParameters, &["closure_parameters"]),
    (RustMeaning::Block, &["block"]),
    (RustMeaning::MatchArm, &["match_arm"]),
    (RustMeaning::MatchPattern, &["match_pattern"]),
    (RustMeaning::For, &["for_expression"]),
    (RustMeaning::Conditional, &["if_expression", "while_expression"]),
    (RustMeaning::LetCondition, &["let_condition"]),
    (RustMeaning::Let, &["let_declaration"]),
    (RustMeaning::Assignment, &["assignment_expression"]),
    (RustMeaning::CompoundAssignment, &["compound_assignment_expr"]),
    (RustMeaning::EnumVariant, &["enum_variant"]),
    (RustMeaning::NoNames, &["label", "lifetime", "token_tree_pattern", "visibility_modifier"]),
    (RustMeaning::Attribute, &["attribute_item", "inner_attribute_item"]),
    (RustMeaning::Text, &["string_literal", "raw_string_literal"]),
    (RustMeaning::ShorthandField, &["shorthand_field_identifier"]),
    (RustMeaning::FieldPattern, &["field_pattern"]),
    (RustMeaning::TypedPattern, &["tuple_struct_pattern", "struct_pattern"]),
    (RustMeaning::MutPattern, &["mut_pattern", "ref_pattern"]),
    (RustMeaning::Constant, &["range_pattern", "const_block", "negative_literal"]),
    (
        RustMeaning::Made,
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
pub(crate) struct RustKinds {
    meanings: Vec<RustMeaning>,
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

impl RustKinds {
    /// The numbers, looked up once per run.
    pub(crate) fn get() -> &'static Self {
        static KINDS: OnceLock<RustKinds> = OnceLock::new();
        KINDS.get_or_init(|| {
            let language = Language::Rust;
            let field = |name: &str| language.field(name);
            let of = |id: usize| {
                let kind = KindId(id as u16);
                let name = language.kind_name(kind).filter(|_| language.is_named_kind(kind))?;
                MEANINGS.iter().find(|(_, names)| names.contains(&name)).map(|(meaning, _)| *meaning)
            };
            Self {
                meanings: (0..language.kind_count()).map(|id| of(id).unwrap_or(RustMeaning::Plain)).collect(),
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
    pub(crate) fn meaning(&self, kind: KindId) -> RustMeaning {
        self.meanings.get(usize::from(kind.0)).copied().unwrap_or(RustMeaning::Plain)
    }
}
