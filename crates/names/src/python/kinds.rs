//! The kinds of nodes that matter for names.

use std::sync::OnceLock;

use auditlint_syntax::{FieldId, KindId, Language};

/// What a kind means for names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PythonMeaning {
    Plain,
    Identifier,
    /// `a.b` as an expression.
    Attribute,
    /// `a.b` in an import, a pattern or a decorator.
    DottedName,
    AliasedImport,
    Import,
    ImportFrom,
    ImportFuture,
    RelativeImport,
    Wildcard,
    Function,
    Class,
    Lambda,
    Comprehension,
    ForInClause,
    For,
    Assignment,
    AugmentedAssignment,
    NamedExpression,
    Delete,
    Global,
    Nonlocal,
    AsPattern,
    AsPatternTarget,
    Except,
    CasePattern,
    ClassPattern,
    KeywordPattern,
    DictPattern,
    SplatPattern,
    KeywordArgument,
    Call,
    /// An annotation.
    Type,
    GenericType,
    MemberType,
    ConstrainedType,
    SplatType,
    TypeAlias,
    Parenthesized,
    String,
    /// Holds targets of an assignment: `a, b`, `(a, b)`, `[a, b]`, `*a`.
    Targets,
    /// A list of expressions: what is taken apart by targets.
    Sequence,
    Conditional,
    Boolean,
    Subscript,
    /// A value that is made here.
    Made,
}

const MEANINGS: &[(PythonMeaning, &[&str])] = &[
    (PythonMeaning::Identifier, &["identifier"]),
    (PythonMeaning::Attribute, &["attribute"]),
    (PythonMeaning::DottedName, &["dotted_name"]),
    (PythonMeaning::AliasedImport, &["aliased_import"]),
    (PythonMeaning::Import, &["import_statement"]),
    (PythonMeaning::ImportFrom, &["import_from_statement"]),
    (PythonMeaning::ImportFuture, &["future_import_statement"]),
    (PythonMeaning::RelativeImport, &["relative_import"]),
    (PythonMeaning::Wildcard, &["wildcard_import"]),
    (PythonMeaning::Function, &["function_definition"]),
    (PythonMeaning::Class, &["class_definition"]),
    (PythonMeaning::Lambda, &["lambda"]),
    (
        PythonMeaning::Comprehension,
        &["list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"],
    ),
    (PythonMeaning::ForInClause, &["for_in_clause"]),
    (PythonMeaning::For, &["for_statement"]),
    (PythonMeaning::Assignment, &["assignment"]),
    (PythonMeaning::AugmentedAssignment, &["augmented_assignment"]),
    (PythonMeaning::NamedExpression, &["named_expression"]),
    (PythonMeaning::Delete, &["delete_statement"]),
    (PythonMeaning::Global, &["global_statement"]),
    (PythonMeaning::Nonlocal, &["nonlocal_statement"]),
    (PythonMeaning::AsPattern, &["as_pattern"]),
    (PythonMeaning::AsPatternTarget, &["as_pattern_target"]),
    (PythonMeaning::Except, &["except_clause", "except_group_clause"]),
    (PythonMeaning::CasePattern, &["case_pattern"]),
    (PythonMeaning::ClassPattern, &["class_pattern"]),
    (PythonMeaning::KeywordPattern, &["keyword_pattern"]),
    (PythonMeaning::DictPattern, &["dict_pattern"]),
    (PythonMeaning::SplatPattern, &["splat_pattern"]),
    (PythonMeaning::KeywordArgument, &["keyword_argument"]),
    (PythonMeaning::Call, &["call"]),
    (PythonMeaning::Type, &["type"]),
    (PythonMeaning::GenericType, &["generic_type"]),
    (PythonMeaning::MemberType, &["member_type"]),
    (PythonMeaning::ConstrainedType, &["constrained_type"]),
    (PythonMeaning::SplatType, &["splat_type"]),
    (PythonMeaning::TypeAlias, &["type_alias_statement"]),
    (PythonMeaning::Parenthesized, &["parenthesized_expression"]),
    (PythonMeaning::String, &["string"]),
    (
        PythonMeaning::Targets,
        &[
            "pattern_list",
            "tuple_pattern",
            "list_pattern",
            "list_splat_pattern",
            "dictionary_splat_pattern",
            "list_splat",
        ],
    ),
    (PythonMeaning::Sequence, &["expression_list", "tuple", "list"]),
    (PythonMeaning::Conditional, &["conditional_expression"]),
    (PythonMeaning::Boolean, &["boolean_operator"]),
    (PythonMeaning::Subscript, &["subscript"]),
    (
        PythonMeaning::Made,
        &["dictionary", "set", "integer", "float", "true", "false", "none", "ellipsis", "concatenated_string"],
    ),
];

/// Numbers of the grammar.
pub(crate) struct PythonKinds {
    meanings: Vec<PythonMeaning>,
    pub(crate) name: Option<FieldId>,
    pub(crate) alias: Option<FieldId>,
    pub(crate) module_name: Option<FieldId>,
    pub(crate) parameters: Option<FieldId>,
    pub(crate) type_parameters: Option<FieldId>,
    pub(crate) body: Option<FieldId>,
    pub(crate) left: Option<FieldId>,
    pub(crate) right: Option<FieldId>,
    pub(crate) value: Option<FieldId>,
    pub(crate) object: Option<FieldId>,
    pub(crate) attribute: Option<FieldId>,
    pub(crate) function: Option<FieldId>,
    pub(crate) arguments: Option<FieldId>,
    pub(crate) string_content: Option<KindId>,
}

impl PythonKinds {
    /// The numbers, looked up once per run.
    pub(crate) fn get() -> &'static Self {
        static KINDS: OnceLock<PythonKinds> = OnceLock::new();
        KINDS.get_or_init(|| {
            let language = Language::Python;
            let field = |name: &str| language.field(name);
            let of = |id: usize| {
                let kind = KindId(id as u16);
                let name = language.kind_name(kind).filter(|_| language.is_named_kind(kind))?;
                MEANINGS.iter().find(|(_, names)| names.contains(&name)).map(|(meaning, _)| *meaning)
            };
            Self {
                meanings: (0..language.kind_count()).map(|id| of(id).unwrap_or(PythonMeaning::Plain)).collect(),
                name: field("name"),
                alias: field("alias"),
                module_name: field("module_name"),
                parameters: field("parameters"),
                type_parameters: field("type_parameters"),
                body: field("body"),
                left: field("left"),
                right: field("right"),
                value: field("value"),
                object: field("object"),
                attribute: field("attribute"),
                function: field("function"),
                arguments: field("arguments"),
                string_content: language.kind("string_content"),
            }
        })
    }

    /// What a kind means for names.
    pub(crate) fn meaning(&self, kind: KindId) -> PythonMeaning {
        self.meanings.get(usize::from(kind.0)).copied().unwrap_or(PythonMeaning::Plain)
    }
}
