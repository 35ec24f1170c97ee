use auditlint_macros::Rule;

/// What is wrong.
///
/// ## Whi
///
/// Because.
#[derive(Rule)]
#[rule(id = "no-examples", languages(Rust), severity = "error", since = "0.1.0")]
struct NoExamples;

/// What is wrong.
///
/// ## Why
///
/// Because.
///
/// ## Bad
///
/// ```rust
/// bad»()
/// ```
///
/// ## Good
///
/// ```rust
/// «good()»
/// ```
///
/// ```rust
/// never closed
#[derive(Rule)]
#[rule(id = "marks", languages(Rust), severity = "error", since = "0.1.0")]
struct Marks;

fn main() {}
