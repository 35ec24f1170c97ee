//! A table of the configuration that lacks what its users need, and names keys that are not there.

use auditlint_macros::Setting;

#[derive(Setting)]
#[setting(one_of("file"), needs(url = "extrenal"))]
struct NoName {
    files: Vec<String>,
    /// What it does.
    #[setting(defualt)]
    url: Option<String>,
}

#[derive(Setting)]
#[setting(name = "a pair")]
struct Pair(u64, u64);

fn main() {}
