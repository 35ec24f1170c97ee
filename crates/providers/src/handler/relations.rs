//! What the relations of handlers are called, and what their columns mean.

use auditlint_facts::{RelationInfo, column, detail, relation};

pub(super) static RELATIONS: [RelationInfo; 3] = [
    relation(
        "handler.function",
        "A function, method or class of TypeScript or JavaScript under a name or place by which routes know it, and what it does for a request, itself or through what it calls; also an export that code takes from a package.",
        &[
            column("function", "`src/auth.ts#requireUser`, `src/app.ts:12` (a line), `package#name`"),
            detail("file", "its file; nothing of a package"),
            detail(
                "authenticates",
                "whether it looks at credentials (a header, cookies, a session, a token) and ends the request: with 401 or 403, by throwing, redirecting or handing on an error",
            ),
            detail("denies", "whether it looks at credentials and says 401 or 403"),
            detail("authorizes", "whether it looks at roles or permissions and ends the request"),
            detail("reads_body", "whether it looks at the body of the request"),
            detail("validates", "whether it holds a value against a schema, or says that a request is wrong"),
            detail("limits", "whether it says that there were too many requests"),
            detail("logs_in", "whether it takes a password or makes a token"),
            detail("ends_with_404", "whether it says 404 and lets nothing go on"),
            detail("catches", "whether it catches what is thrown"),
            detail("wraps", "whether it calls a function that it is handed"),
            detail(
                "may_reject",
                "whether it is `async` and something that it awaits or throws stands outside of every `try`",
            ),
            detail(
                "makes_function",
                "whether there is a function in it, or in what it calls, that it may give to whoever calls it",
            ),
            detail("refuses", "whether it says 405: that it does not answer the method"),
            detail(
                "express_awaits",
                "whether the Express of its package waits for the promise of a handler: version 5, or `express-async-errors`; nothing where no `package.json` says which version",
            ),
            detail("opaque", "whether it comes from a package of which nothing is known"),
        ],
    ),
    relation(
        "handler.request",
        "An endpoint that a test asks for something, each part of its path as it is written or as `*`.",
        &[column("endpoint", "`METHOD /path`")],
    ),
    relation("handler.tested", "A file that a test imports.", &[column("file", "the file")]),
];
