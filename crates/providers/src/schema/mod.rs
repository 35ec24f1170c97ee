//! Schemas that check the environment: which variables must be there.

use std::sync::Arc;

use auditlint_facts::{
    Fact, ProjectScope, Provider, Relation, RelationInfo, Row, Source, SourceFacts, column, gaps_of, relation,
};
use auditlint_source::{FilePath, Role};
use auditlint_syntax::{Language, NodeId, may_hold_code};
use serde::{Deserialize, Serialize};

use crate::view::View;
use crate::words::Words;

static RELATIONS: [RelationInfo; 1] = [relation(
    "schema.variable",
    "A variable of the environment in a schema that checks it.",
    &[
        column("variable", "its name"),
        column("required", "whether the schema refuses an environment without it"),
        column("how", "what lets it be absent; nothing where it is required"),
    ],
)];

/// A variable of a schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VariableFact {
    name: Arc<str>,
    /// What lets it be absent.
    optional: Option<Arc<str>>,
}

impl Fact for VariableFact {}

static WORDS: Words = Words::new(&["object", "createEnv", "cleanEnv", "Object", "Struct"]);

/// Functions whose object describes the fields of a schema.
const OBJECTS: &[&str] = &[
    "object",
    "strictObject",
    "looseObject",
    "createEnv",
    "cleanEnv",
    "extend",
    "keys",
    "Object",
    "Struct",
    "server",
    "shape",
];

/// Methods of a schema that let its value be absent.
const OPTIONAL: &[&str] = &["optional", "nullish", "default", "catch", "prefault", "exactOptional"];

/// The provider.
pub(crate) struct Schema;

impl Provider for Schema {
    type Fact = VariableFact;

    fn name(&self) -> &str {
        "schema"
    }

    fn about(&self) -> &str {
        "Fields in capitals of objects that are given to `object`, `strictObject`, `createEnv`, `cleanEnv`, `keys`, `extend` and `Struct` in files that name the environment (`process.env`, `import.meta.env`, `Bun.env`, `Deno.env`) or a schema of it. A field may be absent where `optional`, `nullish`, `default` or `catch` stands \
         in its chain or around it, where options give a `default` (envalid), and in schemas of Joi and yup without `required`."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        may_hold_code(path) && Language::of_path(path).is_some_and(Language::is_ecmascript)
    }

    fn may_hold(&self, _path: &FilePath, text: &[u8]) -> bool {
        let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
        WORDS.any_in(text) && (has(b".env") || has(b"Env") || has(b"ENV"))
    }

    fn extract(&self, source: &Source<'_, '_>) -> SourceFacts<VariableFact> {
        let mut out = SourceFacts::default();
        let Some(analysis) = source.analysis() else { return out };
        let code = View::of(analysis);
        let text = source.text();
        let asks_for_required = ["joi", "Joi", "yup"].iter().any(|name| text.contains(name));
        for object in (0..code.tree.main_end()).map(NodeId).filter(|node| code.kind(*node) == "object") {
            if !is_schema(&code, object) {
                continue;
            }
            for (key, value) in code.pairs(object) {
                let name = code.key(key);
                if !is_variable(name) || !code.words(value).contains('(') {
                    continue;
                }
                let optional = optional(&code, value, asks_for_required).map(Into::into);
                out.say(code.tree.span(key), VariableFact { name: name.into(), optional });
            }
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &SourceFacts<VariableFact>)], _: &ProjectScope<'_>) -> Vec<Relation> {
        let mut rows = Vec::new();
        for (path, said) in sources.iter().filter(|(path, _)| Role::by_default(path) != Role::Test) {
            for said in &said.facts {
                let VariableFact { name, optional } = &said.fact;
                let values = vec![name.into(), optional.is_none().into(), optional.as_ref().into()];
                rows.push(Row { path: path.clone(), span: said.span, values });
            }
        }
        vec![Relation { info: RELATIONS[0].clone(), rows, gaps: gaps_of(sources) }]
    }
}

/// Whether a name is written as those of the environment are.
fn is_variable(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
}

/// Whether an object describes a schema: it is given to a function that makes one, itself or as the part of what is.
fn is_schema(code: &View<'_>, object: NodeId) -> bool {
    let mut at = object;
    // `createEnv({ server: { … } })`
    for _ in 0..3 {
        let Some(around) = code.tree.parent(at) else { return false };
        match code.kind(around) {
            "arguments" => {
                let callee = code.tree.parent(around).and_then(|call| code.field(call, "function"));
                return callee.and_then(|callee| code.last_name(callee)).is_some_and(|name| OBJECTS.contains(&name));
            }
            "pair" | "object" => at = around,
            _ => return false,
        }
    }
    false
}

/// What lets a field be absent.
fn optional(code: &View<'_>, value: NodeId, asks_for_required: bool) -> Option<String> {
    let (mut at, mut is_required) = (code.unwrapped(value), false);
    loop {
        if code.kind(at) != "call_expression" {
            break;
        }
        let callee = code.field(at, "function")?;
        let name = code.last_name(callee).unwrap_or_default();
        is_required |= name == "required";
        let is_around = OPTIONAL.contains(&name) || matches!(name, "optionalWith" | "withDefault");
        if is_around {
            return Some(name.to_owned());
        }
        // `str({ default: "a" })` of envalid.
        let mut options = code.arguments(at).flat_map(|argument| code.pairs(code.unwrapped(argument)));
        if options.any(|(key, _)| code.key(key) == "default") {
            return Some("default".to_owned());
        }
        match code.field(callee, "object") {
            Some(before) if code.kind(callee) == "member_expression" => at = code.unwrapped(before),
            _ => break,
        }
    }
    (asks_for_required && !is_required).then(|| "no `required`".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::testing::facts;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, bool)]) {
        let facts = facts(&[("src/env.ts", text)]);
        let rows = &facts.relation("schema.variable").expect("the provider was asked").rows;
        let found: Vec<_> = rows.iter().map(|row| (row.values[0].text(), row.values[1].is_written("true"))).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn fields_of_schemas() {
        check(
            "const schema = z.object({ PORT: z.coerce.number().default(80), MASTER_KEY: z.string().min(1).optional(), URL: z.string().url(), name: z.string() });\nschema.parse(process.env);",
            &[("PORT", false), ("MASTER_KEY", false), ("URL", true)],
        );
        check(
            "export const env = createEnv({ server: { SECRET: z.string(), LEVEL: z.enum(['a']).nullish() }, runtimeEnv: process.env });",
            &[("SECRET", true), ("LEVEL", false)],
        );
        check(
            "const a = v.object({ KEY: v.optional(v.string()), ID: v.string() }); v.parse(a, process.env);",
            &[("KEY", false), ("ID", true)],
        );
        check("cleanEnv(process.env, { KEY: str({ default: 'a' }), ID: str() });", &[("KEY", false), ("ID", true)]);
        check(
            "import Joi from 'joi';\nJoi.object({ KEY: Joi.string(), ID: Joi.string().required() }).validate(process.env);",
            &[("KEY", false), ("ID", true)],
        );
        check("const colors = { RED: rgb(1) }; use(process.env);", &[]);
    }
}
