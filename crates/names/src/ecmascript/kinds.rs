//! The kinds of nodes that matter for names, by the numbers of each grammar.

use std::sync::OnceLock;

use auditlint_syntax::{FieldId, KindId, Language};

/// What a kind means for names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EcmascriptMeaning {
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

const CLASSES: &[(EcmascriptMeaning, &[&str])] = &[
    (EcmascriptMeaning::Identifier, &["identifier"]),
    (EcmascriptMeaning::ShorthandProperty, &["shorthand_property_identifier"]),
    (EcmascriptMeaning::ShorthandPattern, &["shorthand_property_identifier_pattern"]),
    (EcmascriptMeaning::TypeIdentifier, &["type_identifier"]),
    (EcmascriptMeaning::This, &["this"]),
    (EcmascriptMeaning::FunctionDeclaration, &["function_declaration", "generator_function_declaration"]),
    (EcmascriptMeaning::FunctionExpression, &["function_expression", "generator_function"]),
    (EcmascriptMeaning::Arrow, &["arrow_function"]),
    (EcmascriptMeaning::Method, &["method_definition"]),
    (
        EcmascriptMeaning::Signature,
        &[
            "method_signature",
            "abstract_method_signature",
            "function_type",
            "constructor_type",
            "call_signature",
            "construct_signature",
        ],
    ),
    (EcmascriptMeaning::FunctionSignature, &["function_signature"]),
    (EcmascriptMeaning::Parameters, &["formal_parameters"]),
    (EcmascriptMeaning::Block, &["statement_block"]),
    (EcmascriptMeaning::StaticBlock, &["class_static_block"]),
    (EcmascriptMeaning::SwitchBody, &["switch_body"]),
    (EcmascriptMeaning::Catch, &["catch_clause"]),
    (EcmascriptMeaning::For, &["for_statement"]),
    (EcmascriptMeaning::ForIn, &["for_in_statement"]),
    (EcmascriptMeaning::With, &["with_statement"]),
    (EcmascriptMeaning::ClassDeclaration, &["class_declaration", "abstract_class_declaration"]),
    (EcmascriptMeaning::FieldDefinition, &["field_definition", "public_field_definition"]),
    (EcmascriptMeaning::Enum, &["enum_declaration"]),
    (EcmascriptMeaning::EnumAssignment, &["enum_assignment"]),
    (EcmascriptMeaning::Namespace, &["internal_module", "module"]),
    (EcmascriptMeaning::Interface, &["interface_declaration"]),
    (EcmascriptMeaning::TypeAlias, &["type_alias_declaration"]),
    (EcmascriptMeaning::Conditional, &["conditional_type"]),
    (EcmascriptMeaning::Tuple, &["tuple_type"]),
    (EcmascriptMeaning::IndexSignature, &["index_signature"]),
    (EcmascriptMeaning::TypeParameter, &["type_parameter"]),
    (EcmascriptMeaning::Infer, &["infer_type"]),
    (EcmascriptMeaning::MappedType, &["mapped_type_clause"]),
    (EcmascriptMeaning::TypeQuery, &["type_query"]),
    (EcmascriptMeaning::TypePredicate, &["type_predicate", "asserts"]),
    (EcmascriptMeaning::NestedTypeIdentifier, &["nested_type_identifier"]),
    (EcmascriptMeaning::NestedIdentifier, &["nested_identifier"]),
    (EcmascriptMeaning::Declarator, &["variable_declarator"]),
    (EcmascriptMeaning::Ambient, &["ambient_declaration"]),
    (EcmascriptMeaning::Import, &["import_statement"]),
    (EcmascriptMeaning::ImportAlias, &["import_alias"]),
    (EcmascriptMeaning::Export, &["export_statement"]),
    (EcmascriptMeaning::Assignment, &["assignment_expression"]),
    (EcmascriptMeaning::AugmentedAssignment, &["augmented_assignment_expression"]),
    (EcmascriptMeaning::Update, &["update_expression"]),
    (EcmascriptMeaning::Call, &["call_expression"]),
    (EcmascriptMeaning::Member, &["member_expression"]),
    (EcmascriptMeaning::Subscript, &["subscript_expression"]),
    (
        EcmascriptMeaning::Wrapper,
        &[
            "parenthesized_expression",
            "as_expression",
            "satisfies_expression",
            "non_null_expression",
            "type_assertion",
            "instantiation_expression",
        ],
    ),
    (EcmascriptMeaning::Sequence, &["sequence_expression"]),
    (EcmascriptMeaning::Await, &["await_expression"]),
    (EcmascriptMeaning::String, &["string"]),
    (EcmascriptMeaning::Template, &["template_string"]),
    (
        EcmascriptMeaning::Made,
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
    (EcmascriptMeaning::PairPattern, &["pair_pattern"]),
    (EcmascriptMeaning::ObjectPattern, &["object_pattern"]),
    (EcmascriptMeaning::ArrayPattern, &["array_pattern"]),
    (EcmascriptMeaning::RestPattern, &["rest_pattern"]),
    (EcmascriptMeaning::AssignmentPattern, &["assignment_pattern"]),
    (EcmascriptMeaning::ObjectAssignmentPattern, &["object_assignment_pattern"]),
    (EcmascriptMeaning::ImportSpecifier, &["import_specifier"]),
    (EcmascriptMeaning::ExportSpecifier, &["export_specifier"]),
    (EcmascriptMeaning::NamespaceImport, &["namespace_import"]),
    (EcmascriptMeaning::ImportClause, &["import_clause"]),
    (EcmascriptMeaning::JsxName, &["jsx_opening_element"]),
    (EcmascriptMeaning::JsxClosing, &["jsx_closing_element"]),
];

/// Numbers of one grammar.
pub(crate) struct EcmascriptKinds {
    classes: Vec<EcmascriptMeaning>,
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

impl EcmascriptKinds {
    /// The numbers of a language's grammar, looked up once per run.
    pub(crate) fn of(language: Language) -> &'static Self {
        static KINDS: [OnceLock<EcmascriptKinds>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        KINDS[language.index()].get_or_init(|| Self::new(language))
    }

    fn new(language: Language) -> Self {
        let grammar_kind = |name: &str| language.kind(name);
        let field = |name: &str| language.field(name);
        // One name can have several numbers (aliases), and a token can have the text of a named kind.
        let mut classes = vec![EcmascriptMeaning::Plain; language.kind_count()];
        for (id, class) in classes.iter_mut().enumerate() {
            let kind = KindId(id as u16);
            let Some(name) = language.kind_name(kind).filter(|_| language.is_named_kind(kind)) else { continue };
            *class = match CLASSES.iter().find(|(_, names)| names.contains(&name)) {
                Some((found, _)) => *found,
                None if name == "class" => EcmascriptMeaning::ClassExpression,
                None => EcmascriptMeaning::Plain,
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
    pub(crate) fn meaning(&self, kind: KindId) -> EcmascriptMeaning {
        self.classes.get(usize::from(kind.0)).copied().unwrap_or(EcmascriptMeaning::Plain)
    }
}
