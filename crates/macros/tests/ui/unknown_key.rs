use auditlint_macros::Rule;

/// What is wrong.
///
/// ## Why
///
/// Because.
///
/// ## Bad
///
/// ```rust
/// «bad()»
/// ```
///
/// ## Good
///
/// ```rust
/// good()
/// ```
#[derive(Rule)]
#[rule(id = "Some_Id", langages(Rust), severity = "eror", roles(sources), since = "1")]
struct Unknown;

fn main() {}
