//! The kinds of nodes that matter for names, by the numbers of each grammar.

use std::sync::OnceLock;

use auditlint_syntax::{FieldId, KindId, Language};

/// What a kind means for names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Nothing.
    Plain,
    Identifier,
    ShorthandProperty,
    ShorthandPattern,
    TypeIdentifier,
    This,
    FunctionDeclaration,
    FunctionExpression,
    Arrow,
    Method,
    /// A signature: parameters, no body.
    Signature,
    /// `function f(): void;`, alone or before an implementation.
    FunctionSignature,
    Parameters,
    Block,
    StaticBlock,
    SwitchBody,
    Catch,
    For,
    ForIn,
    With,
    ClassDeclaration,
    ClassExpression,
    FieldDefinition,
    Enum,
    EnumAssignment,
    Namespace,
    Interface,
    TypeAlias,
    /// `A extends B ? C : D` with types.
    Conditional,
    Tuple,
    IndexSignature,
    TypeParameter,
    Infer,
    MappedType,
    TypeQuery,
    TypePredicate,
    NestedTypeIdentifier,
    NestedIdentifier,
    Declarator,
    Ambient,
    Import,
    ImportAlias,
    Export,
    Assignment,
    AugmentedAssignment,
    Update,
    Call,
    Member,
    Subscript,
    /// Only the inner expression counts: parentheses, `as`, `!`.
    Wrapper,
    Sequence,
    Await,
    String,
    Template,
    /// A value that is made here: a literal, an object, an operation on values.
    Made,
    PairPattern,
    ObjectPattern,
    ArrayPattern,
    RestPattern,
    AssignmentPattern,
    ObjectAssignmentPattern,
    ImportSpecifier,
    ExportSpecifier,
    NamespaceImport,
    ImportClause,
    JsxName,
    JsxClosing,
}

const CLASSES: &[(Meaning, &[&str])] = &[
    (Meaning::Identifier, &["identifier"]),
    (Meaning::ShorthandProperty, &["shorthand_property_identifier"]),
    (Meaning::ShorthandPattern, &["shorthand_property_identifier_pattern"]),
    (Meaning::TypeIdentifier, &["type_identifier"]),
    (Meaning::This, &["this"]),
    (Meaning::FunctionDeclaration, &["function_declaration", "generator_function_declaration"]),
    (Meaning::FunctionExpression, &["function_expression", "generator_function"]),
    (Meaning::Arrow, &["arrow_function"]),
    (Meaning::Method, &["method_definition"]),
    (
        Meaning::Signature,
        &[
            "method_signature",
            "abstract_method_signature",
            "function_type",
            "constructor_type",
            "call_signature",
            "construct_signature",
        ],
    ),
    (Meaning::FunctionSignature, &["function_signature"]),
    (Meaning::Parameters, &["formal_parameters"]),
    (Meaning::Block, &["statement_block"]),
    (Meaning::StaticBlock, &["class_static_block"]),
    (Meaning::SwitchBody, &["switch_body"]),
    (Meaning::Catch, &["catch_clause"]),
    (Meaning::For, &["for_statement"]),
    (Meaning::ForIn, &["for_in_statement"]),
    (Meaning::With, &["with_statement"]),
    (Meaning::ClassDeclaration, &["class_declaration", "abstract_class_declaration"]),
    (Meaning::FieldDefinition, &["field_definition", "public_field_definition"]),
    (Meaning::Enum, &["enum_declaration"]),
    (Meaning::EnumAssignment, &["enum_assignment"]),
    (Meaning::Namespace, &["internal_module", "module"]),
    (Meaning::Interface, &["interface_declaration"]),
    (Meaning::TypeAlias, &["type_alias_declaration"]),
    (Meaning::Conditional, &["conditional_type"]),
    (Meaning::Tuple, &["tuple_type"]),
    (Meaning::IndexSignature, &["index_signature"]),
    (Meaning::TypeParameter, &["type_parameter"]),
    (Meaning::Infer, &["infer_type"]),
    (Meaning::MappedType, &["mapped_type_clause"]),
    (Meaning::TypeQuery, &["type_query"]),
    (Meaning::TypePredicate, &["type_predicate", "asserts"]),
    (Meaning::NestedTypeIdentifier, &["nested_type_identifier"]),
    (Meaning::NestedIdentifier, &["nested_identifier"]),
    (Meaning::Declarator, &["variable_declarator"]),
    (Meaning::Ambient, &["ambient_declaration"]),
    (Meaning::Import, &["import_statement"]),
    (Meaning::ImportAlias, &["import_alias"]),
    (Meaning::Export, &["export_statement"]),
    (Meaning::Assignment, &["assignment_expression"]),
    (Meaning::AugmentedAssignment, &["augmented_assignment_expression"]),
    (Meaning::Update, &["update_expression"]),
    (Meaning::Call, &["call_expression"]),
    (Meaning::Member, &["member_expression"]),
    (Meaning::Subscript, &["subscript_expression"]),
    (
        Meaning::Wrapper,
        &[
            "parenthesized_expression",
            "as_expression",
            "satisfies_expression",
            "non_null_expression",
            "type_assertion",
            "instantiation_expression",
        ],
    ),
    (Meaning::Sequence, &["sequence_expression"]),
    (Meaning::Await, &["await_expression"]),
    (Meaning::String, &["string"]),
    (Meaning::Template, &["template_string"]),
    (
        Meaning::Made,
        &[
            "object",
            "array",
            "number",
            "true",
            "false",
            "null",
            "undefined",
            "regex",
            "new_expression",
            "binary_expression",
            "unary_expression",
            "jsx_element",
            "jsx_self_closing_element",
        ],
    ),
    (Meaning::PairPattern, &["pair_pattern"]),
    (Meaning::ObjectPattern, &["object_pattern"]),
    (Meaning::ArrayPattern, &["array_pattern"]),
    (Meaning::RestPattern, &["rest_pattern"]),
    (Meaning::AssignmentPattern, &["assignment_pattern"]),
    (Meaning::ObjectAssignmentPattern, &["object_assignment_pattern"]),
    (Meaning::ImportSpecifier, &["import_specifier"]),
    (Meaning::ExportSpecifier, &["export_specifier"]),
    (Meaning::NamespaceImport, &["namespace_import"]),
    (Meaning::ImportClause, &["import_clause"]),
    (Meaning::JsxName, &["jsx_opening_element"]),
    (Meaning::JsxClosing, &["jsx_closing_element"]),
];

/// Numbers of one grammar.
pub(crate) struct Kinds {
    classes: Vec<Meaning>,
    pub(crate) name: Option<FieldId>,
    pub(crate) value: Option<FieldId>,
    pub(crate) left: Option<FieldId>,
    pub(crate) right: Option<FieldId>,
    pub(crate) key: Option<FieldId>,
    pub(crate) object: Option<FieldId>,
    pub(crate) property: Option<FieldId>,
    pub(crate) index: Option<FieldId>,
    pub(crate) function: Option<FieldId>,
    pub(crate) arguments: Option<FieldId>,
    pub(crate) argument: Option<FieldId>,
    pub(crate) parameter: Option<FieldId>,
    pub(crate) pattern: Option<FieldId>,
    pub(crate) body: Option<FieldId>,
    pub(crate) source: Option<FieldId>,
    pub(crate) alias: Option<FieldId>,
    pub(crate) kind: Option<FieldId>,
    pub(crate) computed: Option<KindId>,
    pub(crate) string_fragment: Option<KindId>,
    pub(crate) import: Option<KindId>,
    pub(crate) class_body: Option<KindId>,
    pub(crate) required_parameter: Option<KindId>,
    pub(crate) optional_parameter: Option<KindId>,
    pub(crate) lexical: Option<KindId>,
    pub(crate) variable: Option<KindId>,
    pub(crate) property_identifier: Option<KindId>,
    pub(crate) require_clause: Option<KindId>,
}

impl Kinds {
    /// The numbers of a language's grammar, looked up once per run.
    pub(crate) fn of(language: Language) -> &'static Self {
        static KINDS: [OnceLock<Kinds>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
        KINDS[language.index()].get_or_init(|| Self::new(language))
    }

    fn new(language: Language) -> Self {
        let grammar_kind = |name: &str| language.kind(name);
        let field = |name: &str| language.field(name);
        // One name can have several numbers (aliases), and a token can have the text of a named kind.
        let mut classes = vec![Meaning::Plain; language.kind_count()];
        for (id, class) in classes.iter_mut().enumerate() {
            let kind = KindId(id as u16);
            let Some(name) = language.kind_name(kind).filter(|_| language.is_named_kind(kind)) else { continue };
            *class = match CLASSES.iter().find(|(_, names)| names.contains(&name)) {
                Some((found, _)) => *found,
                None if name == "class" => Meaning::ClassExpression,
                None => Meaning::Plain,
            };
        }
        Self {
            classes,
            name: field("name"),
            value: field("value"),
            left: field("left"),
            right: field("right"),
            key: field("key"),
            object: field("object"),
            property: field("property"),
            index: field("index"),
            function: field("function"),
            arguments: field("arguments"),
            argument: field("argument"),
            parameter: field("parameter"),
            pattern: field("pattern"),
            body: field("body"),
            source: field("source"),
            alias: field("alias"),
            kind: field("kind"),
            computed: grammar_kind("computed_property_name"),
            string_fragment: grammar_kind("string_fragment"),
            import: grammar_kind("import"),
            class_body: grammar_kind("class_body"),
            required_parameter: grammar_kind("required_parameter"),
            optional_parameter: grammar_kind("optional_parameter"),
            lexical: grammar_kind("lexical_declaration"),
            variable: grammar_kind("variable_declaration"),
            property_identifier: grammar_kind("property_identifier"),
            require_clause: grammar_kind("import_require_clause"),
        }
    }

    /// What a kind means for names.
    pub(crate) fn meaning(&self, kind: KindId) -> Meaning {
        self.classes.get(usize::from(kind.0)).copied().unwrap_or(Meaning::Plain)
    }
}
