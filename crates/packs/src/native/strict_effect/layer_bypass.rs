//! `layer-bypass`: what a service keeps to itself, used from outside.

use std::collections::BTreeSet;

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::RuleView;

/// a service is bypassed
///
/// ## Why
///
/// A service that hands out its client keeps its promises only for those who do not use it: prefixes, time limits, metrics, errors with a tag and the choice of
/// a cluster are in the methods of the service, and a direct call has none of them. The client cannot be replaced either, since
/// everybody knows it.
///
/// ## Instead
///
/// Call a method of the service; where there is none, add it there.
///
/// ## Note
///
/// Found: members that the option `member` lists, read from what the option `owner` lists; by default clients that a service marks as its own by a `_` before the name (`_redis`, `_client`, `_pool` and their
/// like), of any owner. An owner is known by the name of the value (`cache`) or by what it was made from (`yield* CacheService`); a `*` at the beginning or at the end of a word stands for anything. Aliases are
/// followed: `const redis = cache._redis`, `const { _redis } = cache` and further names for it, and each use of such a name is found as well. Not found: `this`; a member that the
/// file itself gives to a class or an object, since it is the owner's own file; a computed member; an alias in another file, or one that is assigned again.
///
/// ## Bad
///
/// ```ts
/// const run = Effect.gen(function* () {
///   const cache = yield* CacheService;
///   const redis = «cache._redis»;
///   const all = yield* Effect.tryPromise(() => «redis».hgetall("presence"));
///   const client = «redis»;
///   return «client».get("a");
/// });
/// ```
///
/// ```ts
/// const { «_pool: pool» } = database;
/// export const rows = () => «pool».query("SELECT 1");
/// export const more = () => «database["_client"]».query("SELECT 1");
/// ```
///
/// ```ts {owner: ["*Service"], member: [client]}
/// const store = yield* StoreService;
/// const rows = await «store.client».list();
/// const page = await api.client.list();
/// ```
///
/// ## Good
///
/// ```ts
/// class Cache {
///   static readonly _redis = connect();
///   get = (key: string) => this._redis.get(key);
///   static all = () => Cache._redis.keys("*");
/// }
/// const _client = connect();
/// const users = { _client, all: () => users._client.list() };
/// const load = (service: Cache) => service._redis.get("a");
/// const tag = result._tag;
/// ```
///
/// ```ts {owner: ["cache*"], member: [_redis]}
/// let client = other._redis;
/// const { redis } = cache;
/// export const load = (key: string) => cache.get(key);
/// ```
#[derive(Rule)]
#[rule(
    id = "layer-bypass",
    languages(TypeScript, Tsx, JavaScript),
    severity = "warning",
    option(
        name = "owner",
        about = "Services, by the name of the value or of what it was made from; `*` at one end of a word stands for anything.",
        default("*")
    ),
    option(
        name = "member",
        about = "What of them nobody else may use.",
        default(
            "_cache",
            "_client",
            "_conn",
            "_connection",
            "_database",
            "_db",
            "_driver",
            "_kysely",
            "_knex",
            "_mongo",
            "_pg",
            "_pool",
            "_prisma",
            "_redis",
            "_sequelize",
            "_socket",
            "_sql",
            "_transport"
        )
    ),
    since = "0.1.0"
)]
pub(super) struct LayerBypass;

impl NativeRule for LayerBypass {
    fn may_match(&self, options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        options.texts("member").iter().any(|member| memchr::memmem::find(text, member.as_bytes()).is_some())
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let mut members = options.texts("member");
        let own = defined(view);
        members.retain(|member| !own.contains(member.as_str()));
        if members.is_empty() {
            return;
        }
        let bypass = Bypass { view, owners: options.texts("owner"), members };
        let mut aliases = Vec::new();
        let mut taken = BTreeSet::new();
        for node in view.nodes(&["member_expression", "subscript_expression", "object_pattern"]) {
            for (place, member, owner) in bypass.taken(node) {
                let message = format!("`{member}` belongs to `{}` alone", view.text(owner));
                emit(NativeMatch { message: Some(message), ..NativeMatch::of(analysis, place) });
                taken.insert(place);
                aliases.extend(bypass.alias(place).map(|alias| (alias, member, owner)));
            }
        }
        let mut seen = BTreeSet::new();
        while let Some((alias, member, owner)) = aliases.pop() {
            if !seen.insert(alias) {
                continue;
            }
            for used in view.uses(alias).into_iter().filter(|used| *used != alias && taken.insert(*used)) {
                let message =
                    format!("`{}` is `{member}`, which belongs to `{}` alone", view.text(used), view.text(owner));
                emit(NativeMatch { message: Some(message), ..NativeMatch::of(analysis, used) });
                aliases.extend(bypass.alias(used).map(|alias| (alias, member, owner)));
            }
        }
    }
}

/// The members that the file itself gives to a class or an object.
fn defined(view: RuleView<'_>) -> BTreeSet<&str> {
    let members = view.nodes(&[
        "pair",
        "method_definition",
        "public_field_definition",
        "field_definition",
        "shorthand_property_identifier",
    ]);
    let name = |member| match view.kind(member) {
        "shorthand_property_identifier" => Some(member),
        "pair" => view.field(member, "key"),
        _ => view.field(member, "name").or_else(|| view.field(member, "property")),
    };
    members.filter_map(name).map(|name| view.key_text(name)).collect()
}

/// What is looked for in one file.
struct Bypass<'a> {
    view: RuleView<'a>,
    owners: Vec<String>,
    members: Vec<String>,
}

impl<'a> Bypass<'a> {
    /// The places at which a node takes a member from its owner, each with both.
    fn taken(&self, node: NodeId) -> Vec<(NodeId, &'a str, NodeId)> {
        let view = self.view;
        match view.kind(node) {
            "object_pattern" => {
                let Some(owner) = view
                    .parent(node)
                    .filter(|around| view.kind(*around) == "variable_declarator")
                    .and_then(|around| view.field(around, "value"))
                    .filter(|owner| self.is_owner(*owner))
                else {
                    return Vec::new();
                };
                let entries = view.named(node).filter_map(|entry| {
                    let key = match view.kind(entry) {
                        "pair_pattern" => view.field(entry, "key")?,
                        "shorthand_property_identifier_pattern" => entry,
                        _ => return None,
                    };
                    let member = view.key_text(key);
                    self.is_member(member).then_some((entry, member, owner))
                });
                entries.collect()
            }
            kind => {
                let member = match kind {
                    "subscript_expression" => view
                        .field(node, "index")
                        .filter(|index| view.kind(*index) == "string")
                        .map(|key| view.key_text(key)),
                    _ => view.field(node, "property").map(|property| view.text(property)),
                };
                let taken = member.filter(|member| self.is_member(member)).and_then(|member| {
                    let owner = view.field(node, "object").filter(|owner| self.is_owner(*owner))?;
                    Some((node, member, owner))
                });
                taken.into_iter().collect()
            }
        }
    }

    fn is_member(&self, name: &str) -> bool {
        self.members.iter().any(|member| member == name)
    }

    fn is_owner(&self, object: NodeId) -> bool {
        let view = self.view;
        let inner = view.unwrapped(object);
        if view.is(inner, &["this", "super"]) {
            return false;
        }
        let named = view.origins(inner).into_iter().chain([inner]).map(|from| last_word(view.text(from)));
        let names: Vec<&str> = named.collect();
        self.owners.iter().any(|owner| names.iter().any(|name| agrees(owner, name)))
    }

    /// The name that a declaration gives to what stands at a place.
    fn alias(&self, place: NodeId) -> Option<NodeId> {
        let view = self.view;
        match view.kind(place) {
            "shorthand_property_identifier_pattern" => Some(place),
            "pair_pattern" => view.field(place, "value").filter(|value| view.kind(*value) == "identifier"),
            _ => {
                let around = view.parent(place).filter(|around| view.kind(*around) == "variable_declarator")?;
                view.field(around, "name").filter(|name| *name != place && view.kind(*name) == "identifier")
            }
        }
    }
}

/// The last word of an expression: `cache` of `services.cache`, `CacheService` of `yield* CacheService`.
fn last_word(text: &str) -> &str {
    let text = text.trim_end_matches(['(', ')', ';', ' ']);
    text.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '$').next().unwrap_or(text)
}

/// Whether a name is what an owner says, with a `*` at one of its ends or at both.
fn agrees(owner: &str, name: &str) -> bool {
    let inner = owner.trim_matches('*');
    match (owner.starts_with('*'), owner.ends_with('*')) {
        (true, true) => name.contains(inner),
        (true, false) => name.ends_with(inner),
        (false, true) => name.starts_with(inner),
        (false, false) => name == owner,
    }
}
