//! `http-client-without-timeout`: a client that waits for ever for an answer.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::RuleView;
use super::asynchronous::{called, receiver};

/// an HTTP client has no timeout
///
/// ## Why
///
/// A client of `reqwest` waits for ever by default. A peer that accepts a connection and never answers keeps a task, a
/// connection and whatever the request holds; a few hundred of them, and the service is out of connections although nothing
/// of it is broken.
///
/// ## Instead
///
/// Build the client with `timeout` (or `connect_timeout` and `read_timeout` where answers are long), or give every request
/// one.
///
/// ## Note
///
/// Found: `reqwest::Client::builder()` and `ClientBuilder` (also of `wreq`) that are built without `timeout`, `read_timeout` or
/// `connect_timeout`, in one chain or through a variable; `Client::new()` and `Client::default()` that are kept: in a field, a
/// static, a value that is returned or handed on.
///
/// Not found: a client that is made for the requests of one function (`raw-http-client` reports it); files that set a timeout
/// elsewhere, on a request or around it; a builder that is handed on; `reqwest::blocking`, which waits 30 seconds by default; code
/// for WebAssembly, where a client has no timeouts; tests.
///
/// ## Bad
///
/// ```rust
/// pub fn client() -> reqwest::Result<reqwest::Client> {
///     «reqwest::Client::builder().user_agent("shop/1").build()»
/// }
/// ```
///
/// ```rust
/// use reqwest::{Client, ClientBuilder};
///
/// impl Shop {
///     pub fn new(url: String) -> Self {
///         Self { url, http: «Client::new()» }
///     }
///
///     pub fn with_agent(agent: &str) -> reqwest::Result<Client> {
///         let mut builder = ClientBuilder::new();
///         if !agent.is_empty() {
///             builder = builder.user_agent(agent);
///         }
///         «builder.build()»
///     }
/// }
/// ```
///
/// ```rust
/// use reqwest::Client as Http;
///
/// static HTTP: LazyLock<Http> = LazyLock::new(«Http::new»);
/// static OTHER: LazyLock<Http> = LazyLock::new(|| «Http::new()»);
///
/// fn start() -> Shop {
///     let http = «Http::default()»;
///     Shop::open(http.clone())
/// }
/// ```
///
/// ## Good
///
/// ```rust
/// pub fn client() -> reqwest::Result<reqwest::Client> {
///     reqwest::Client::builder().timeout(Duration::from_secs(10)).build()
/// }
/// ```
///
/// ```rust
/// use reqwest::Client;
///
/// pub fn slow() -> reqwest::Result<Client> {
///     let builder = Client::builder().user_agent("shop/1");
///     let builder = if PROXY { builder.no_proxy() } else { builder };
///     builder.connect_timeout(SECOND).build()
/// }
/// ```
///
/// ```rust
/// async fn rates() -> reqwest::Result<String> {
///     let client = reqwest::Client::new();
///     let text = reqwest::Client::new().get(URL).send().await?;
///     client.get(URL).send().await?.text().await
/// }
/// ```
///
/// ```rust
/// fn shop() -> Shop {
///     Shop { http: reqwest::blocking::Client::new(), other: crate::Client::new() }
/// }
/// ```
///
/// ```rust
/// impl Shop {
///     fn new() -> Self {
///         Self { http: reqwest::Client::new() }
///     }
///
///     async fn rates(&self) -> reqwest::Result<String> {
///         self.http.get(URL).timeout(SECOND).send().await?.text().await
///     }
/// }
/// ```
///
/// ```rust
/// fn builder() -> reqwest::ClientBuilder {
///     reqwest::Client::builder().user_agent("shop/1")
/// }
/// ```
#[derive(Rule)]
#[rule(
    id = "http-client-without-timeout",
    languages(Rust),
    severity = "warning",
    url = "https://docs.rs/reqwest/latest/reqwest/struct.ClientBuilder.html#method.timeout",
    cwe(1088),
    since = "0.1.0"
)]
pub(super) struct HttpClientWithoutTimeout;

/// What sets a timeout of a client.
const TIMEOUTS: &[&str] = &["timeout", "read_timeout", "connect_timeout"];

/// What makes a request of a client.
const REQUESTS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "request", "execute"];

/// What makes a client, or what a client is built with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ClientMaker {
    Client,
    Builder,
}

impl NativeRule for HttpClientWithoutTimeout {
    fn may_match(&self, _options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        [&b"reqwest"[..], b"wreq"].iter().any(|name| memchr::memmem::find(text, name).is_some())
            && memchr::memmem::find(text, b"Client").is_some()
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["scoped_identifier"]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        // The whole path, not a part of it.
        if view
            .parent(node)
            .is_some_and(|parent| view.is(parent, &["scoped_identifier", "use_list", "use_declaration"]))
        {
            return;
        }
        let Some(made) = made(view, node) else { return };
        let call = view.parent(node).filter(|call| view.field(*call, "function") == Some(node));
        let found = match (made, call) {
            (ClientMaker::Builder, Some(call)) => built(view, call),
            (ClientMaker::Client, Some(call)) => (is_kept(view, call) && !limits_requests(view)).then_some(call),
            // `LazyLock::new(Client::new)`
            (ClientMaker::Client, None) => (is_argument(view, node) && !limits_requests(view)).then_some(node),
            (ClientMaker::Builder, None) => None,
        };
        if let Some(found) = found.filter(|found| !view.is_in_rust_test(*found) && !is_for_browsers(view, *found)) {
            emit(NativeMatch::of(analysis, found));
        }
    }
}

fn made(view: RuleView<'_>, function: NodeId) -> Option<ClientMaker> {
    let name = view.field(function, "name").map(|name| view.text(name))?;
    if !matches!(name, "new" | "builder" | "default") {
        return None;
    }
    let path = view.path(function)?;
    let path = path.strip_prefix("reqwest::").or_else(|| path.strip_prefix("wreq::"))?;
    match path {
        "Client::new" | "Client::default" => Some(ClientMaker::Client),
        "Client::builder" | "ClientBuilder::new" | "ClientBuilder::default" => Some(ClientMaker::Builder),
        _ => None,
    }
}

/// The call that finishes a builder which nothing gives a timeout.
fn built(view: RuleView<'_>, start: NodeId) -> Option<NodeId> {
    let chain = MethodChain::from(view, start);
    if chain.sets_timeout {
        return None;
    }
    if chain.is_built {
        // A file that limits each request needs none here.
        return (!limits_each_request(view)).then_some(chain.end);
    }
    let declaration = view.parent(chain.end).filter(|parent| view.kind(*parent) == "let_declaration")?;
    let name = view.text(view.field(declaration, "pattern")?);
    let scope = view.parent(declaration)?;
    let mut finished = None;
    for call in view.nodes_in(scope, &["call_expression"]) {
        let Some(on) = receiver(view, call) else {
            let mut given = view.field(call, "arguments").into_iter().flat_map(|list| view.named(list));
            if given.any(|argument| view.text(argument) == name) {
                return None;
            }
            continue;
        };
        match called(view, call) {
            Some(method) if TIMEOUTS.contains(&method) => return None,
            Some("build") if finished.is_none() && begins_with(view, on, name) => finished = Some(call),
            _ => {}
        }
    }
    finished
}

/// The methods that are called on what a call gives, one after the other.
struct MethodChain {
    end: NodeId,
    is_built: bool,
    sets_timeout: bool,
}

impl MethodChain {
    fn from(view: RuleView<'_>, start: NodeId) -> Self {
        let mut chain = Self { end: start, is_built: false, sets_timeout: false };
        while let Some(member) = view.parent(chain.end) {
            let call = view.parent(member).filter(|call| view.field(*call, "function") == Some(member));
            let (Some(call), "field_expression", false) = (call, view.kind(member), chain.is_built) else { break };
            let method = called(view, call).unwrap_or_default();
            chain.sets_timeout |= TIMEOUTS.contains(&method);
            chain.is_built = method == "build";
            chain.end = call;
        }
        chain
    }
}

/// Whether a chain of methods begins with a variable.
fn begins_with(view: RuleView<'_>, value: NodeId, name: &str) -> bool {
    let mut at = value;
    while let Some(before) = receiver(view, at) {
        at = before;
    }
    view.text(at) == name
}

fn is_argument(view: RuleView<'_>, value: NodeId) -> bool {
    view.parent(value).is_some_and(|parent| view.kind(parent) == "arguments")
}

/// Whether a client outlives the function that makes it.
fn is_kept(view: RuleView<'_>, call: NodeId) -> bool {
    let Some(around) = view.parent(call) else { return false };
    match view.kind(around) {
        "field_expression" => false,
        "let_declaration" => {
            let Some(name) = view.field(around, "pattern").filter(|name| view.kind(*name) == "identifier") else {
                return false;
            };
            view.uses(name).into_iter().any(|used| {
                // A call on it, or a loan, leaves it here.
                let Some(around) = view.parent(used) else { return false };
                match view.kind(around) {
                    "field_expression" => {
                        let method = view.field(around, "field").map(|field| view.text(field)).unwrap_or_default();
                        !REQUESTS.contains(&method)
                    }
                    "reference_expression" => false,
                    _ => true,
                }
            })
        }
        _ => true,
    }
}

/// Whether the file sets timeouts elsewhere.
fn limits_requests(view: RuleView<'_>) -> bool {
    view.source().contains("timeout(")
}

/// Whether it does so on requests or around them.
fn limits_each_request(view: RuleView<'_>) -> bool {
    let source = view.source();
    source.contains("time::timeout(")
        || source.contains("time::{timeout")
        || source.match_indices(".timeout(").any(|(at, _)| {
            let before = &source[..at];
            let statement = &before[before.rfind([';', '{', '}']).map_or(0, |end| end + 1)..];
            REQUESTS.iter().any(|method| statement.contains(&format!(".{method}(")))
        })
}

/// Whether it stands under a condition for WebAssembly, where clients have no timeouts.
fn is_for_browsers(view: RuleView<'_>, place: NodeId) -> bool {
    let mut around = std::iter::successors(Some(place), |at| view.parent(*at));
    around.any(|at| view.attributes(at).any(|attribute| attribute.contains("wasm") && !attribute.contains("not(")))
}
