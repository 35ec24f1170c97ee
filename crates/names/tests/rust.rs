//! What names of Rust refer to. Marked expressions, and beside them what they are.

mod support;

use auditlint_syntax::Language;
use support::{escaping, targets, unused};

#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    for (code, expected) in cases {
        assert_eq!(targets(Language::Rust, code), *expected, "{code}");
    }
}

#[test]
fn paths() {
    check(&[
        ("fn f() { «std::env::var»(\"A\"); }", &["std::env::var"]),
        ("fn f() { «::std::env::var»(\"A\"); }", &["std::env::var"]),
        ("fn f() { «core::mem::swap»(a, b); «alloc::vec::Vec::new»() }", &["std::mem::swap", "std::vec::Vec::new"]),
        ("mod core {} fn f() { «core::mem::swap»(a, b); «::core::mem::swap» }", &["opaque", "std::mem::swap"]),
        ("fn f() { «window::open»(); «global::a::b» }", &["window::open", "global::a::b"]),
        ("fn f() { «reqwest::get»(u); }", &["reqwest::get"]),
        ("fn f() { «crate::a::b»(); «self::a»(); «super::a»(); }", &["crate::a::b", "opaque", "opaque"]),
        ("fn f() { «a.b»(); «g()»; «Self::new»(); }", &["nothing", "nothing", "nothing"]),
        (
            "fn f() { «Vec::<u8>::new»(); «Vec::<u8>::with_capacity::<A>»(1); }",
            &["std::vec::Vec::new", "std::vec::Vec::with_capacity"],
        ),
        ("fn f() { «(std::env::var)»(\"A\"); g(«&std::env::var»); }", &["std::env::var", "std::env::var"]),
        ("fn f() { «unknown»(); }", &["opaque"]),
        ("use std::io::Error; fn f<S: T<«Error» = «Error»>>() {}", &["nothing", "std::io::Error"]),
        ("fn f(a: «std::fs::File», b: «Option<u8>») {}", &["std::fs::File", "std::option::Option"]),
    ]);
}

#[test]
fn uses() {
    check(&[
        ("use std::env; fn f() { «env::var»(\"A\"); }", &["std::env::var"]),
        ("use std::env as e; fn f() { «e::var»(\"A\"); }", &["std::env::var"]),
        ("use std::env::var; fn f() { «var»(\"A\"); }", &["std::env::var"]),
        ("use std::env::var as read; fn f() { «read»(\"A\"); }", &["std::env::var"]),
        (
            "use std::{env, fs::{self, read}}; fn f() { «env::var»; «fs::write»; «read» }",
            &["std::env::var", "std::fs::write", "std::fs::read"],
        ),
        ("use std::env::{self as e, var as v}; fn f() { «e::vars»; «v» }", &["std::env::vars", "std::env::var"]),
        ("use std::{env::{var}}; fn f() { «var» }", &["std::env::var"]),
        ("use ::std::env; fn f() { «env::var» }", &["std::env::var"]),
        ("use std as s; use s::env; fn f() { «env::var» }", &["std::env::var"]),
        ("use crate::config::env; fn f() { «env::var» }", &["crate::config::env::var"]),
        ("use super::env; fn f() { «env::var» }", &["opaque"]),
        ("use self::env; fn f() { «env::var» }", &["opaque"]),
        ("pub use std::env; fn f() { «env::var» }", &["std::env::var"]),
        ("use foo; fn f() { «foo::bar» }", &["foo::bar"]),
        (
            "use {std::env, core::mem::{self, swap}}; fn f() { «env::var»; «mem::take»; «swap» }",
            &["std::env::var", "std::mem::take", "std::mem::swap"],
        ),
        ("use ::{std::env}; fn f() { «env::var» }", &["std::env::var"]),
        ("mod m; use {m::env, self::m as n}; fn f() { «env::var»; «n::x» }", &["opaque", "opaque"]),
        ("#[cfg(a)] use std::env; #[cfg(b)] use core::env; fn f() { «env::var» }", &["std::env::var"]),
        ("#[cfg(a)] use std::env; #[cfg(b)] use mine::env; fn f() { «env::var» }", &["opaque"]),
        ("cfg_unix! { use std::env; } fn f() { «env::var» }", &["std::env::var"]),
        (
            "mod m { cfg_unix! { use std::env; fn g() { «env::var» } } fn f() { «env::var» } } fn f() { «env::var» }",
            &["std::env::var", "std::env::var", "env::var"],
        ),
        ("fn f() { cfg_unix! { let env = 1; } «env» }", &["opaque"]),
        ("use std::env::var; fn f(g: fn(var: u8)) { let h: fn(var: u8); «var» }", &["std::env::var"]),
        (
            "use anyhow::anyhow; fn f() { «anyhow::Error::msg»; «anyhow»() }",
            &["anyhow::anyhow::Error::msg", "anyhow::anyhow"],
        ),
        ("use std::fmt::Write as _; fn f() { «_x» }", &["opaque"]),
        ("extern crate foo as bar; fn f() { «bar::baz» }", &["foo::baz"]),
        ("extern crate foo; fn f() { «foo::baz» }", &["foo::baz"]),
        ("fn f() { use std::env; «env::var»; } fn g() { «env::var» }", &["std::env::var", "env::var"]),
        ("fn f() { «var»(\"A\"); use std::env::var; }", &["std::env::var"]),
        (
            "use «std::env»; use «std::fs::read»; use std::{«io», «io::Read as R»};",
            &["std::env", "std::fs::read", "std::io", "std::io::Read"],
        ),
    ]);
}

#[test]
fn modules_of_the_file() {
    check(&[
        ("use std::env; fn f() { «self::env::var» }", &["std::env::var"]),
        ("use std::env::var; fn f() { «self::var»; «self::gone» }", &["std::env::var", "opaque"]),
        (
            "use std::env; mod m { fn f() { «super::env::var»; «self::env::var»; «env::var» } }",
            &["std::env::var", "opaque", "env::var"],
        ),
        (
            "use std::env; mod m { mod n { fn f() { «super::super::env::var»; «super::env::var» } } }",
            &["std::env::var", "opaque"],
        ),
        ("use std::env; mod m { use super::env; fn f() { «env::var» } }", &["std::env::var"]),
        (
            "use std::env; mod m { use super::env as e; use super::{env::{var, self}, self as s}; fn f() { «e::var»; «var»; «env::vars»; «s::env» } }",
            &["std::env::var", "std::env::var", "std::env::vars", "opaque"],
        ),
        ("use std::env; mod m { mod n { use super::super::env::var; fn f() { «var» } } }", &["std::env::var"]),
        ("fn read() {} mod m { use super::read; fn f() { «read»(); «super::read»() } }", &["local", "local"]),
        ("use self::env; fn f() { «env::var» }", &["opaque"]),
        ("use self::a as b; use self::b as a; fn f() { «a::x» }", &["opaque"]),
        (
            "mod m { use std::env; fn f() { fn g() { «self::env::var»; «super::env::var» } } }",
            &["std::env::var", "opaque"],
        ),
        ("use super::super::env; fn f() { «env::var»; «super::env::var» }", &["opaque", "opaque"]),
    ]);
}

#[test]
fn templates_are_code_for_somewhere_else() {
    check(&[
        (
            "use std::env; fn f() { quote! { «env::var»(«std::env::var»); «::std::env::var» } }",
            &["nothing", "nothing", "nothing"],
        ),
        ("use std::env; fn f() { quote::quote_spanned! { s => «crate::env::var»() } }", &["nothing"]),
    ]);
}

#[test]
fn globs() {
    check(&[
        ("use std::env::*; fn f() { «var»(\"A\"); }", &["opaque"]),
        (
            "use std::io::*; fn f() { «std::env::var»; «reqwest::get»; «drop» }",
            &["std::env::var", "reqwest::get", "std::mem::drop"],
        ),
        (
            "use super::*; fn f() { «std::env::var»; «reqwest::get»; «println»!(); }",
            &["std::env::var", "opaque", "std::println"],
        ),
        ("use std::env; use crate::all::*; fn f() { «env::var» }", &["std::env::var"]),
        ("use std::env; mod m { use super::*; fn f() { «env::var» } }", &["std::env::var"]),
        ("use std::env; mod m { fn f() { «env::var» } }", &["env::var"]),
        ("use std::env; fn f() { use crate::Kind::*; «env::var» }", &["std::env::var"]),
        ("fn f() { use x::*; «helper»() } fn helper() {}", &["opaque"]),
    ]);
}

#[test]
fn what_shadows() {
    check(&[
        ("use std::env::var; fn f(var: F) { «var»(\"A\"); }", &["opaque"]),
        ("use std::env::var; fn f() { let var = g(); «var»(\"A\"); }", &["opaque"]),
        ("use std::env::var; fn f() { let var = «var»(\"A\"); «var» }", &["std::env::var", "opaque"]),
        ("use std::env::var; fn f() { { let var = 1; } «var» }", &["std::env::var"]),
        ("use std::env::var; fn f() { |var| «var»; |x| «var»; }", &["opaque", "std::env::var"]),
        ("use std::env::var; fn f() { |(a, var): (A, B)| «var»; }", &["opaque"]),
        ("use std::env::var; fn f() { if let Some(var) = x { «var» } «var» }", &["opaque", "std::env::var"]),
        ("use std::env::var; fn f() { while let Some(var) = «var».next() { «var» } }", &["std::env::var", "opaque"]),
        (
            "use std::env::var; fn f() { for var in «var»() { «var» } «var» }",
            &["std::env::var", "opaque", "std::env::var"],
        ),
        ("use std::env::var; fn f() { match x { var => «var», _ => «var» } }", &["opaque", "std::env::var"]),
        (
            "use std::env::var; fn f() { match x { Some(A { var, .. }) if «var» => «var», B { b: ref var } => «var», _ => {} } }",
            &["opaque", "opaque", "opaque"],
        ),
        ("use std::env::var; fn f() { let Some(var) = x else { return }; «var» }", &["opaque"]),
        ("use std::env::var; fn f() { fn var() {} «var»() }", &["local"]),
        ("use std::env; mod env {} fn f() { «env::var» }", &["opaque"]),
        ("use std::env; fn env() {} fn f() { «env::var»; «env»() }", &["std::env::var", "local"]),
        ("fn env() {} use std::env; fn f() { «env::var»; «env»() }", &["std::env::var", "local"]),
        ("mod env { pub fn var() {} } fn f() { «env::var» }", &["opaque"]),
        ("struct Vec; fn f() { «Vec::new»() }", &["opaque"]),
        ("fn f<Vec>() { «Vec::new»() }", &["opaque"]),
        ("impl A { fn drop() {} } fn f() { «drop»(x) }", &["std::mem::drop"]),
        ("enum E { Some(u8) } fn f() { «Some»(1) }", &["std::option::Option::Some"]),
        ("fn f() { match x { «None» => 1, other => 2 } }", &["std::option::Option::None"]),
        ("fn f(a: T) { S { «a»: 1, b: a }; x.a; 'a: loop { break 'a } }", &["nothing"]),
    ]);
}

#[test]
fn values() {
    check(&[
        ("fn f() { let read = std::env::var; «read»(\"A\") }", &["std::env::var"]),
        ("fn f() { let mut read = std::env::var; «read»(\"A\") }", &["opaque"]),
        ("fn f() { let read; read = std::env::var; «read»(\"A\") }", &["opaque"]),
        ("const READ: F = std::env::var; fn f() { «READ»(\"A\") }", &["std::env::var"]),
        ("fn f() { let x = 1; «x» }", &["local"]),
        ("fn f() { let a = std::env::var; let b = a; «b» }", &["std::env::var"]),
        ("fn f() { let a = a; «a» }", &["opaque"]),
        ("fn f() { #[cfg(a)] let read = std::env::var; #[cfg(b)] let read = other; «read» }", &["opaque"]),
        (
            "fn f() { «r#std::r#mem::r#drop»(1); use r#std::mem as r#m; «m::take» }",
            &["std::mem::drop", "std::mem::take"],
        ),
        ("use std::env::var; fn f(var: u8) { use x::*; «var» }", &["opaque"]),
        ("use x::*; fn f(a: u8) { let b = 1; «b» }", &["local"]),
        ("static A: u8 = 1; fn f() { «A» }", &["local"]),
    ]);
}

#[test]
fn macros() {
    check(&[
        ("fn f() { «println»!(\"a\"); }", &["std::println"]),
        ("fn f() { «std::println»!(\"a\"); }", &["std::println"]),
        ("fn f() { «log::info»!(\"a\"); «info»!(); }", &["log::info", "opaque"]),
        ("use log::info; fn f() { «info»!(\"a\"); }", &["log::info"]),
        ("use log::info as i; fn f() { «i»!(\"a\"); }", &["log::info"]),
        ("macro_rules! println { () => {} } fn f() { «println»!(); }", &["local"]),
        ("use mine::println; fn f() { «println»!(); }", &["mine::println"]),
        ("fn println() {} fn f() { «println»!(); }", &["std::println"]),
    ]);
}

#[test]
fn islands_see_what_their_host_sees() {
    check(&[
        ("use std::env; fn f() { println!(\"{}\", «env::var»(\"A\")); }", &["std::env::var"]),
        ("use std::env::var; fn f(var: F) { println!(\"{}\", «var»(\"A\")); }", &["opaque"]),
        ("use std::env::var; fn f() { let var = 1; assert_eq!(«var», 1); }", &["local"]),
        ("use std::env::var; fn f() { assert!(«var»(\"A\")); let var = 1; }", &["std::env::var"]),
        ("use std::env::var; fn f() { println!(\"{}\", items.map(|var| «var»)); «var» }", &["opaque", "std::env::var"]),
        ("use std::env::var; fn f() { vec![vec![«var»(\"A\")]]; }", &["std::env::var"]),
        (
            "use std::env::var; fn f() { tokio::select! { x = «var»(\"A\") => { «var» } } }",
            &["std::env::var", "std::env::var"],
        ),
        ("use std::env; proptest! { #[test] fn t(a in 0..1) { «env::var»(\"A\"); } }", &["std::env::var"]),
        (
            "use std::env; fn f() { tracing::info!(a = «env::var»(\"A\")); sqlx::query!(\"x\", «env::var»(\"B\")); }",
            &["std::env::var", "std::env::var"],
        ),
    ]);
}

#[test]
fn any_part_of_a_file_is_bound() {
    check(&[("use std::env; fn f( { «env::var»(\"A\") ) } ]", &["std::env::var"])]);
}

#[test]
fn what_nothing_mentions() {
    for (code, expected) in [
        ("pub fn f(a: u8, b: u8) { let c = a; let d = 1; d + 1; }", ["b", "c"].as_slice()),
        ("use a::{b, c as d, e::*}; pub fn f() { d() }", &["b"]),
        ("pub fn f<T: A, U>(x: T) { x; }", &["U"]),
        ("pub fn f() { match g { A { x, y: z } => x, B(w) | C(w) => w } }", &["z"]),
        ("pub fn f() { let a = 1; { let a = 2; a } }", &["a"]),
        ("struct A; impl A { fn m(&self) {} } mod m { struct B; }", &["m", "B"]),
        ("pub fn f(a: u8, b: u8, c: u8) { println!(\"{a} {:b$}\", 1); \"{c}\" }", &["c"]),
        ("pub fn f(a: u8, b: u8) { unknown! { a of b } }", &[]),
        ("pub fn f() { let a = 1; let b = 2; matches!((a, b), (Some(a), Some(b)) if a == b); }", &[]),
        ("pub fn f() { if let A(v) | B(v) = e { v } let (A(w) | B(w)) = e; }", &["w"]),
        ("numbers! { one => u8, two => u16 } pub fn f() { defer! { let a = 1; } vec![{ let b = 1; }]; }", &["b"]),
        ("pub fn f() { #[cfg(a)] let x = 1; #[cfg(b)] let x = 2; x; let y = 1; let y = 2; y }", &["y"]),
        ("pub fn f(a: u8) { use x::*; a; let b = 1; { use crate::y::*; b } }", &[]),
        ("pub fn f(r#type: u8) { println!(\"{type}\") }", &[]),
        ("pub fn f(a: u8, b: u8) { quote! { #a x } }", &["b"]),
        ("use serde::{Serialize, Deserialize}; #[derive(Serialize)] pub struct A;", &["Deserialize"]),
        (
            "fn none() {} fn some() {} fn other() {} #[serde(default = \"none\", with = \"codec::some\")] pub struct A;",
            &["other"],
        ),
        ("fn helper() {} fn test() {} #[cfg(test)] macro_rules! m { () => { helper() } }", &["test", "m"]),
        ("fn helper() {} mod m { pub fn f() { super::helper() } pub use self::f as g; }", &["m"]),
    ] {
        assert_eq!(unused(Language::Rust, code), expected, "{code}");
    }
}

#[test]
fn what_can_be_reached_from_elsewhere() {
    for (code, expected) in [
        ("fn f() { let a = 1; let b = 1; let c = 1; g(a); b.c(); c[0]; a == b; if a {} }", ["a"].as_slice()),
        ("fn f() { let a = 1; let b = 1; let c = &b; g(c); let d = a; d.e() }", &["b", "c"]),
        ("fn f() { let a = 1; let b = 1; S { x: a }; b }", &["a", "b"]),
        ("pub static A: u8 = 1; static B: u8 = 1; fn f() { B + 1; }", &["A"]),
        ("fn f() { let a = 1; unknown! { a of } }", &["a"]),
    ] {
        assert_eq!(escaping(Language::Rust, code), expected, "{code}");
    }
}
