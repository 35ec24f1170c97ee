use auditlint_macros::Rule;

#[derive(Rule)]
enum NotAStruct {}

fn main() {}
