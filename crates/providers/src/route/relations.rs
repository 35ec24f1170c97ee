//! Relations of routes: what they are about, and their columns.

use auditlint_facts::{RelationInfo, column, detail, relation};

pub(super) static RELATIONS: [RelationInfo; 2] = [
    relation(
        "route.endpoint",
        "An endpoint of an HTTP service that code declares.",
        &[
            column("method", "its method in capitals, `ANY` for all of them"),
            column("path", "its path behind every prefix that is known, parameters as `:name`"),
            detail("framework", "what declares it: `effect`, `router`, `nest`, `next`"),
        ],
    ),
    relation(
        "route.ending",
        "An endpoint under each part of its path that a list may write: the whole of it, or what follows some of its parts, with parameters by name and as `*`.",
        &[column("endpoint", "`METHOD /path`"), detail("path", "the whole path")],
    ),
];
