//! What one file says of routes: routers by name, what they declare, what they take in.

use std::sync::Arc;

use auditlint_facts::{Fact, SourceFacts};
use serde::{Deserialize, Serialize};

pub(super) type Facts = SourceFacts<RouteFact>;

/// A thing that a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RouteFact {
    /// It makes a router, a group or an API and names it.
    Router {
        name: Arc<str>,
        framework: Framework,
        /// What stands before the paths of all its endpoints.
        prefix: Arc<str>,
        /// Whether nothing needs to take it in: an application.
        is_root: bool,
    },
    /// A router declares an endpoint.
    Endpoint { of: Arc<str>, framework: Framework, method: Arc<str>, path: Arc<str> },
    /// A router takes another one in, under a prefix.
    Mount { parent: Arc<str>, child: Arc<str>, specifier: Option<Arc<str>>, prefix: Arc<str> },
    /// The file itself is an endpoint.
    File { method: Arc<str> },
}

/// What declares routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Framework {
    Effect,
    Router,
    Nest,
    Next,
}

impl Framework {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Effect => "effect",
            Self::Router => "router",
            Self::Nest => "nest",
            Self::Next => "next",
        }
    }
}

impl Fact for RouteFact {}

/// The methods by the names of the functions that declare endpoints.
pub(super) fn method(name: &str) -> Option<&'static str> {
    Some(match name {
        "get" | "Get" => "GET",
        "post" | "Post" => "POST",
        "put" | "Put" => "PUT",
        "patch" | "Patch" => "PATCH",
        "del" | "delete" | "Delete" => "DELETE",
        "head" | "Head" => "HEAD",
        "options" | "Options" => "OPTIONS",
        "all" | "All" | "any" => "ANY",
        _ => return None,
    })
}

/// A path of two parts, with one slash between them and none at its end.
pub(super) fn joined(before: &str, after: &str) -> String {
    let (before, after) = (before.trim_matches('/'), after.trim_matches('/'));
    let mut path = String::with_capacity(before.len() + after.len() + 2);
    for part in [before, after].into_iter().filter(|part| !part.is_empty()) {
        path.push('/');
        path.push_str(part);
    }
    path
}
