//! HTTP requests in TypeScript and JavaScript that go past a client, and the functions that wrap them.

mod address;
mod client;
mod page;
mod wrapper;

use auditlint_matcher::Analysis;
use auditlint_names::Target;
use auditlint_syntax::{ECMASCRIPT_FUNCTIONS as FUNCTIONS, KindId, NodeId};

pub(crate) use self::address::AddressBase;
pub(crate) use self::client::Reach;
use self::wrapper::{Wrappers, arguments_of, is_parameter};
use crate::kinds::Kinds;
use crate::view::View;

static CALLS: Kinds = Kinds::new(&["call_expression"]);
static FUNCTION_KINDS: Kinds = Kinds::new(FUNCTIONS);

/// What makes requests without an instance of its own, in the order in which options list them.
pub const HTTP_PACKAGES: [&str; 9] =
    ["fetch", "http", "axios", "got", "ky", "undici", "node-fetch", "superagent", "request"];

/// Names of functions that make a request.
const METHODS: &[&str] = &[
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "del",
    "head",
    "options",
    "request",
    "fetch",
    "stream",
    "postForm",
    "putForm",
    "patchForm",
];

/// A place where a request is made, or what makes one is passed on.
#[derive(Clone, Debug)]
pub struct DirectRequest {
    /// The call, or the value that is passed on.
    pub node: NodeId,
    /// Which of [`HTTP_PACKAGES`] makes it.
    pub package: &'static str,
    /// What is called, as people know it: `fetch`, `https.get`, `axios.post`.
    pub function: String,
    /// Whether it is passed on as a value.
    pub is_value: bool,
    /// The function that wraps requests for others, where it stands in one.
    pub wrapper: Option<NodeId>,
    /// What the wrapper reaches, where any caller can make any request with it.
    pub(crate) client: Option<Reach>,
    /// Whether it passes on options of its caller, as a wrapper of its own kind.
    pub(crate) is_passing: bool,
    /// What its address begins with.
    pub(crate) base: AddressBase,
}

/// The requests of a source, in the order of the tree: not those for a file of the own bundle, nor the one of a page that a service
/// worker passes on. `counts` says which of [`HTTP_PACKAGES`] are looked for.
#[must_use]
pub fn direct_requests(analysis: &Analysis<'_>, counts: &dyn Fn(&str) -> bool) -> Vec<DirectRequest> {
    let code = View::of(analysis);
    let (calls, functions) = (CALLS.of(code.tree.language()), FUNCTION_KINDS.of(code.tree.language()));
    let is_asked = |kind: KindId| calls.contains(kind) || functions.contains(kind);
    let mut wrappers = Wrappers::new(&code);
    let mut found = Vec::new();
    let end = code.tree.main_end();
    for node in (0..end).map(NodeId).filter(|node| is_asked(code.tree.kind(*node))) {
        if wrappers.enter(node) {
            continue;
        }
        let Some(callee) = code.field(node, "function") else { continue };
        if let Some((package, function)) = requester(&code, callee).filter(|(package, _)| counts(package)) {
            let address = arguments_of(&code, node).next();
            if package == "fetch"
                && address.is_some_and(|address| page::is_bundled(&code, address) || page::is_passed_on(&code, address))
            {
                continue;
            }
            let wrapper = wrappers.wrap(node);
            found.push(DirectRequest {
                node,
                package,
                function,
                is_value: false,
                client: wrapper.and_then(|_| client::reach(&code, &wrappers, node)),
                is_passing: wrappers.is_in_other(node),
                base: address.map_or(AddressBase::Unknown, |address| AddressBase::of(&code, address)),
                wrapper,
            });
            continue;
        }
        if !counts("fetch") || is_kept(&code, node) {
            continue;
        }
        for argument in code.arguments(node) {
            // One that a function is given, also where it has a default, is the choice of whoever calls it.
            let is_fetch = matches!(code.kind(argument), "identifier" | "member_expression")
                && code.last_name(argument) == Some("fetch")
                && !is_parameter(&code, argument)
                && requester(&code, argument).is_some_and(|(package, _)| package == "fetch");
            if is_fetch {
                let function = "fetch".to_owned();
                found.push(DirectRequest {
                    node: argument,
                    package: "fetch",
                    function,
                    is_value: true,
                    wrapper: None,
                    client: None,
                    is_passing: false,
                    base: AddressBase::Unknown,
                });
            }
        }
    }
    found
}

/// What makes a request when it is called: which package, and what people call the function.
fn requester(code: &View<'_>, callee: NodeId) -> Option<(&'static str, String)> {
    let target = code.analysis.target(callee);
    let is_global = matches!(target, Target::Global(_));
    if !is_global && !matches!(target, Target::Export(_)) {
        return None;
    }
    let path = target.path(code.analysis.text(), ".")?.to_string();
    if is_global {
        return matches!(path.as_str(), "fetch" | "fetch.call" | "fetch.apply").then(|| ("fetch", "fetch".to_owned()));
    }
    let path = path.strip_prefix("node:").unwrap_or(&path);
    let module = path.split(['#', '.']).next()?;
    let rest = path[module.len()..].trim_start_matches(['#', '.']);
    let rest = rest.strip_prefix("default").map_or(rest, |rest| rest.trim_start_matches('.'));
    let (package, is_request) = match module {
        "http" | "https" => ("http", matches!(rest, "get" | "request")),
        "axios" => (
            "axios",
            rest.is_empty()
                || METHODS.contains(&rest)
                || rest.strip_prefix("axios.").is_some_and(|rest| METHODS.contains(&rest)),
        ),
        "got" => ("got", rest.is_empty() || rest == "got" || METHODS.contains(&rest.trim_start_matches("got."))),
        "ky" => ("ky", rest.is_empty() || METHODS.contains(&rest)),
        "undici" => ("undici", METHODS.contains(&rest)),
        "node-fetch" => ("node-fetch", rest.is_empty()),
        "superagent" => ("superagent", rest.is_empty() || METHODS.contains(&rest)),
        "request" | "request-promise" => ("request", rest.is_empty() || METHODS.contains(&rest)),
        _ => return None,
    };
    let name = if rest.is_empty() { module.to_owned() } else { format!("{module}.{rest}") };
    is_request.then_some((package, name))
}

/// Whether what a call gives is kept by the module: a client that is built once.
fn is_kept(code: &View<'_>, call: NodeId) -> bool {
    !code.tree.ancestors(call).any(|above| FUNCTIONS.contains(&code.kind(above)))
        && code.tree.ancestors(call).any(|above| {
            matches!(code.kind(above), "variable_declarator" | "export_statement" | "assignment_expression")
        })
}
