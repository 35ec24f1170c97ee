//! Manifests, and the crates that code names.

use auditlint_facts::Row;

use crate::testing::facts;

#[track_caller]
fn check(files: &[(&str, &str)], relation: &str, expected: &[&str]) {
    let facts = facts(files);
    let relation = facts.relation(relation).unwrap();
    let show = |row: &Row| row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    assert_eq!(relation.rows.iter().map(show).collect::<Vec<_>>(), expected);
}

/// The crates that one file certainly names, in a library of edition 2021 with the dependencies `known` and, in tests, `tested`.
#[track_caller]
fn check_code(code: &str, expected: &[&str]) {
    check_file("src/lib.rs", code, &[], expected);
}

#[track_caller]
fn check_file(path: &str, code: &str, others: &[(&str, &str)], expected: &[&str]) {
    let manifest = "[package]\nname = 'own-lib'\nedition = '2021'\n[dependencies]\nknown = '1'\n\
        [dev-dependencies]\ntested = '1'\n[features]\nfast = []\n";
    let mut files = vec![("Cargo.toml", manifest), (path, code)];
    files.extend(others);
    let facts = facts(&files);
    let rows = &facts.relation("cargo.use").unwrap().rows;
    let certain = rows.iter().filter(|row| row.path.as_str() == path && row.values[4].to_string() == "true");
    let found: Vec<String> = certain.map(|row| format!("{} {}", row.values[1], row.values[2])).collect();
    assert_eq!(found, expected, "{code}");
}

#[test]
fn packages_workspaces_and_dependencies() {
    let files = [
        (
            "Cargo.toml",
            "[workspace]\nmembers = ['crates/*']\nexclude = ['crates/left']\n[workspace.package]\nedition = '2024'\n\
             [workspace.dependencies]\ncode = { path = 'crates/code', package = 'x-code' }\nserde = '1.2'\n",
        ),
        (
            "crates/app/Cargo.toml",
            "[package]\nname = 'app'\nedition.workspace = true\n[dependencies]\ncode.workspace = true\n\
             serde = { workspace = true, optional = true }\nsub = { path = '../app/sub' }\n[dev_dependencies]\nold = '0'\n\
             [target.'cfg(unix)'.build-dependencies]\ncc = { version = '1', package = 'cc-rs' }\n",
        ),
        ("crates/app/sub/Cargo.toml", "[package]\nname = 'sub-marine'\n[lib]\nname = 'boat'\n"),
        ("crates/code/Cargo.toml", "[package]\nname = 'x-code'\nedition = '2018'\n"),
        ("crates/left/Cargo.toml", "[package]\nname = 'left'\nedition.workspace = true\n"),
    ];
    check(
        &files,
        "cargo.package",
        &[
            "crates/app | app | app | 2024 | .",
            "crates/app/sub | sub-marine | boat | 2015 | .",
            "crates/code | x-code | x_code | 2018 | .",
            "crates/left | left | left | 2024 | ",
        ],
    );
    check(
        &files,
        "cargo.dependency",
        &[
            "crates/app | code | x-code | normal | false |  |  | crates/code",
            "crates/app | serde | serde | normal | true | 1.2 |  | ",
            "crates/app | sub | sub | normal | false |  |  | crates/app/sub",
            "crates/app | old | old | dev | false | 0 |  | ",
            "crates/app | cc | cc-rs | build | false | 1 | cfg(unix) | ",
        ],
    );
    let facts = facts(&files);
    let available = facts.relation("cargo.available").unwrap().rows.iter();
    let own = available.filter(|row| row.path.as_str() == "crates/app/Cargo.toml" && row.span.start > 20);
    let own: Vec<String> = own.map(|row| format!("{} {}", row.values[1], row.values[2])).collect();
    assert_eq!(
        own,
        ["code dev", "code normal", "serde dev", "serde normal", "boat dev", "boat normal", "old dev", "cc build"]
    );
}

#[test]
fn features() {
    let manifest = "[package]\nname = 'a'\n[features]\ndefault = ['b', 'dep:c', 'd?/e']\nb = []\n";
    let expected = [". | default | b", ". | default | d?/e", ". | default | dep:c", ". | b | "];
    check(&[("Cargo.toml", manifest)], "cargo.feature", &expected);
}

#[test]
fn packages_that_depend_on_each_other_in_a_circle() {
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = ['a']\n"),
        ("a/Cargo.toml", "[package]\nname = 'a'\nedition = '2021'\n[dependencies]\nb = { path = '../b' }\n"),
        ("b/Cargo.toml", "[package]\nname = 'b'\nedition = '2021'\n[dependencies]\na = { path = '../a' }\n"),
        ("b/src/lib.rs", "use a::x; use c::y;"),
    ];
    check(&files, "cargo.package", &["a | a | a | 2021 | .", "b | b | b | 2021 | ."]);
    check(&files, "cargo.use", &["b | a | normal | use | true", "b | c | normal | use | true"]);
}

#[test]
fn crates_are_named() {
    check_code("use a::b; use ::c::d; use {e::f, g::{h, i::j}}; use k::*;", &["c normal"]);
    check_code("use {e::f, g::{h, i::j}, l as m}; use n::n;", &["e normal", "g normal", "l normal", "n normal"]);
    check_code(
        "fn f() -> a::B { let x: &dyn c::D<e::F> = g::h::<i::J>(); k::l!(); }",
        &["a normal", "c normal", "e normal", "g normal", "i normal", "k normal"],
    );
    check_code(
        "#[derive(Clone, a::B, ::c::D, super::d::E)] #[e::f] struct S; #[rustfmt::skip] fn f() {}",
        &["a normal", "c normal", "e normal"],
    );
    check_code(
        "fn f() { println!(\"{}\", a::b()); wide::macro_of(c::d()); let x = html! { e::f }; quote! { g::h } }",
        &["a normal", "wide normal", "c normal"],
    );
    check_code(
        "extern crate a; extern crate self as me; #[macro_use] extern crate b as c; use c::d; use me::e;",
        &["a normal", "b normal"],
    );
}

#[test]
fn what_is_no_crate() {
    for code in [
        "mod a; use a::b; fn f() { a::c(); self::d::e(); crate::g::h(); Self::x(); T::y(); }",
        "use x::*; fn f() { a::b(); }",
        "enum E {} use known::thing; fn f() { thing::x(); u8::MAX; str::len(); std::mem::drop(E::A); }",
        "fn f() { mod inner {} inner::x(); use known::m; m::y(); }",
        "mod a {} mod b { use super::*; fn f() { a::x(); } }",
        "made! { a b } fn f() { c::d(); }",
        "macro_rules! m { () => { mod a {} use x::b; } } m!(); fn f() { a::x(); b::y(); }",
        "#[rstest] #[case::one] fn f() {}",
        "macro_rules! own { () => {} } pub(crate) use own; fn g() {} use g as h;",
        "quote! { ::a::B } fn f() { let x = quote!(a::b); }",
        "fn f() { crate::table! { users { id -> Integer } } users::id(); }",
        "#[declare] extern \"SQL\" { fn sleep(); } fn f() { sleep_utils::g(); }",
        "#[pyfunction] fn one() {} fn f() { one::DEF; }",
        "pub(in a::b) fn f() {}",
        "pub mod a; mod m { use a::B as _; use crate::a; }",
        "extern crate rustc_driver; use rustc_hir::a;",
        "#[rewritten] mod m { fn f() { a::b(); } }",
        "fn f( { a::b(",
    ] {
        let found = facts(&[("Cargo.toml", "[package]\nname = 'p'\nedition = '2021'"), ("src/lib.rs", code)]);
        let rows = found.relation("cargo.use").unwrap().rows.iter();
        let expected = ["x", "known"];
        let certain = rows.filter(|row| row.values[4].to_string() == "true").map(|row| row.values[1].to_string());
        let certain: Vec<String> = certain.filter(|name| !expected.contains(&name.as_str())).collect();
        assert_eq!(certain, Vec::<String>::new(), "{code}");
    }
}

#[test]
fn conditions() {
    check_code(
        "#[cfg(test)] mod tests { use a::b; } #[test] fn f() { c::d(); } #[tokio::test] fn g() { e::f(); }",
        &["a dev", "c dev", "tokio dev", "e dev"],
    );
    check_code("#[cfg(unix)] use a::b; #[cfg(all(windows, feature = \"fast\"))] use c::d;", &["a normal", "c dev"]);
    check_code("#[cfg(kani)] use a::b; #[cfg(feature = \"gone\")] use c::d; #[cfg_attr(x, e::f)] fn g() {}", &[]);
    check_code("#[cfg(kani)] #[kani::proof] fn g() { match x { #[cfg(loom)] A => loom::x(), B => y::z() } }", &[]);
    check_code("#![cfg(test)] use a::b;", &["a dev"]);
}

#[test]
fn other_files_of_the_package() {
    // A glob of the package brings in what some file of the package declares.
    check_file(
        "src/a.rs",
        "use crate::*; fn f() { b::x(); c::y(); }",
        &[("src/lib.rs", "mod a; mod b;"), ("src/b.rs", "")],
        &["c normal"],
    );
    check_file("src/a.rs", "use crate::*; fn f() { c::y(); }", &[("src/lib.rs", "mod a; pub use known::*;")], &[]);
    // What stands before a list or a star is not a name alone, which could be a macro.
    check_file("src/a.rs", "use c::{d, e};", &[("src/lib.rs", "mod a; pub use known::*;")], &["c normal"]);
    check_file("src/lib.rs", "use c::{d, e}; use g as h;", &[("src/x.rs", "use known::*;")], &["c normal"]);
    check_file("src/a.rs", "use b::c;", &[("src/lib.rs", "mod x { mod a; }")], &[]);
    check_file("src/x/a.rs", "use b::c;", &[("src/lib.rs", "mod x { mod a; }")], &["b normal"]);
    check_file("src/x/a.rs", "use b::c;", &[("src/lib.rs", "mod x;"), ("src/x.rs", "mod a;")], &["b normal"]);
    check_file("src/x/a.rs", "use b::c;", &[("src/lib.rs", "mod x;"), ("src/x/mod.rs", "mod a;")], &["b normal"]);
    check_file("src/x/a.rs", "use b::c;", &[("src/lib.rs", "#[cfg(test)] #[path = \"x/a.rs\"] mod y;")], &["b dev"]);
    check_file("src/x/a.rs", "use b::c;", &[("src/lib.rs", "#[cfg(loom)] mod x;"), ("src/x.rs", "mod a;")], &[]);
}

#[test]
fn targets() {
    for (path, expected) in [
        ("src/main.rs", ["known normal", "tested normal", "own_lib normal"].as_slice()),
        ("src/bin/x.rs", &["known normal", "tested normal", "own_lib normal"]),
        ("tests/x.rs", &["known dev", "tested dev", "own_lib dev"]),
        ("tests/x/main.rs", &["known dev", "tested dev", "own_lib dev"]),
        ("examples/x.rs", &["known dev", "tested dev", "own_lib dev"]),
        ("build.rs", &["known build", "tested build", "own_lib build"]),
        ("tests/x/ui.rs", &[]),
        ("src/nobody.rs", &[]),
    ] {
        check_file(path, "use known::a; use tested::b; use own_lib::c;", &[], expected);
    }
}

#[test]
fn a_library_may_have_another_name() {
    let manifest =
        "[package]\nname = 'p'\nedition = '2021'\n[dependencies]\nxml-rs = '1'\nmd-5 = '1'\ntokio-util = '1'\n";
    let code = "use xml::a; use md5::b; use tokio::c; use tokio_util::d;";
    let expected = [
        ". | xml | normal | use | false",
        ". | md5 | normal | use | false",
        ". | tokio | normal | use | true",
        ". | tokio_util | normal | use | true",
    ];
    check(&[("Cargo.toml", manifest), ("src/lib.rs", code)], "cargo.use", &expected);
}

/// Where a macro of another crate stands among the items, evidence says which names are crates all the same.
#[test]
fn names_beside_macros_of_others() {
    let manifest = "[package]\nname = 'p'\nedition = '2021'\n[dependencies]\ntonic = '1'\nhalf-used = '1'\n";
    let code = "tonic::include_proto!(\"shop\"); use serde::A; use order_item::B; use shop_client::C; use used::D;";
    let lock = ("Cargo.lock", "[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n[[package]]\nname = \"used\"\n");
    let proto = ("proto/shop.proto", "package shop; message OrderItem { message Part {} } service Shop {}");
    let other = ("other/Cargo.toml", "[package]\nname = 'o'\n[dependencies]\nserde = '1'\n");
    let none = ("README.md", "");
    for (more, expected) in [
        (none, ["false", "false", "false", "false"]),
        (lock, ["true", "false", "false", "true"]),
        (proto, ["true", "false", "false", "false"]),
        (other, ["true", "false", "false", "false"]),
    ] {
        let facts = facts(&[("Cargo.toml", manifest), ("src/lib.rs", code), more]);
        let rows = &facts.relation("cargo.use").unwrap().rows;
        let certain = |name: &str| {
            let row = rows.iter().find(|row| row.values[1].to_string() == name);
            row.map(|row| row.values[4].to_string()).unwrap_or_default()
        };
        assert_eq!(["serde", "order_item", "shop_client", "used"].map(certain), expected, "{more:?}");
    }
    // What any other macro declares nobody can say.
    let code = "some::items! { a }  use serde::A; fn f() { a::b(); }";
    let files = [("Cargo.toml", manifest), ("src/lib.rs", code), proto];
    let facts = facts(&files);
    let rows = &facts.relation("cargo.use").unwrap().rows;
    assert!(
        rows.iter().all(|row| row.values[1].to_string() == "some" || row.values[4].to_string() == "false"),
        "{rows:?}"
    );
}

#[test]
fn what_cannot_be_read_is_a_gap() {
    let files = [
        ("Cargo.toml", "[package]\nname = 'p'\nedition = '2021'\n"),
        ("src/lib.rs", "mod sub;"),
        ("src/sub/Cargo.toml", "[package\n"),
        ("src/sub/mod.rs", "use a::b;"),
    ];
    check(&files, "cargo.use", &[" | a |  | use | false"]);
    let gaps = &facts(&files).relation("cargo.available").unwrap().gaps.clone();
    let shown: Vec<String> = gaps.iter().map(|(path, gap)| format!("{path}: {}", gap.message)).collect();
    assert_eq!(shown, ["src/sub/Cargo.toml: this `Cargo.toml` is not valid TOML"]);
}

#[test]
fn a_locked_package_is_not_the_library_of_a_dependency_called_alike() {
    for (dependency, locked, code, expected) in [
        ("sha-1", "sha1", "use sha1::Sha1;", "false"),
        ("xml-rs", "xml", "use xml::Reader;", "false"),
        ("rust-crypto", "crypto", "use crypto::Hash;", "false"),
        ("serde-with", "serde", "use serde::Serialize;", "true"),
        ("sha-1", "sha2", "use sha2::Sha256;", "true"),
    ] {
        let manifest = format!("[package]\nname = 'a'\nedition = '2021'\n[dependencies]\n{dependency} = '1'\n");
        let lock = format!("[[package]]\nname = \"{dependency}\"\n\n[[package]]\nname = \"{locked}\"\n");
        let row = format!(". | {locked} | normal | use | {expected}");
        check(&[("Cargo.toml", &manifest), ("Cargo.lock", &lock), ("src/lib.rs", code)], "cargo.use", &[&row]);
    }
}
