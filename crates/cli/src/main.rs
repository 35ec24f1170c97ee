//! auditlint on the command line.

fn main() {}
