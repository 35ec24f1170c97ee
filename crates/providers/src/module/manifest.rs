//! What manifests say of the modules below their folder.

use auditlint_facts::Source;
use auditlint_source::document::{Node, parse_toml};
use auditlint_source::{FilePath, ModuleKind, Span};
use jsonc_parser::ast::Value as Json;

use super::fact::{Facts, KindFact};
use super::packages;
use crate::imports::{decides, extract_manifest};
use crate::read::json::object_of;
use crate::read::package_json::{self, DependencyKind, PackageJson};

/// Whether a file says something of the modules around it.
pub(super) fn is_manifest(path: &FilePath) -> bool {
    decides(path) || path.name() == "Cargo.toml" || is_worker_config(path)
}

fn is_worker_config(path: &FilePath) -> bool {
    matches!(path.name(), "wrangler.toml" | "wrangler.json" | "wrangler.jsonc")
}

/// What it says.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let path = source.path;
    if path.name() == "Cargo.toml" {
        return cargo(source.text(), out);
    }
    if is_worker_config(path) {
        return package(ModuleKind::Worker, format!("`{}` deploys it as a worker", path.name()), Span::new(0, 1), out);
    }
    for said in extract_manifest(source).facts {
        out.say(said.span, KindFact::Module(said.fact));
    }
    if path.name() == "package.json" {
        if let Ok(read) = &*package_json::of(source) {
            out.say(Span::new(0, 1), KindFact::Quiet);
            npm(read, source.text(), out);
        }
    } else if path.name().starts_with("tsconfig") {
        compiler(source.text(), out);
    }
}

fn package(kind: ModuleKind, evidence: String, span: Span, out: &mut Facts) {
    out.say(span, KindFact::Package { kind, evidence: evidence.into() });
}

/// The strongest sign of a package: what it answers requests with, then the phone, the bundler, the program, the library.
fn npm(read: &PackageJson, text: &str, out: &mut Facts) {
    let ships = |kind: DependencyKind| !matches!(kind, DependencyKind::Peer | DependencyKind::Optional);
    let declared = || read.dependencies.iter().filter(|dependency| ships(dependency.kind));
    if let Some(found) = declared().find(|dependency| packages::renders_on_server(&dependency.package)) {
        return out.say(found.span, KindFact::RendersOnServer);
    }
    let of = |kind: ModuleKind| {
        declared().find(|dependency| {
            // What tests or a development server bring says nothing of what ships.
            let counts = kind == ModuleKind::Browser || dependency.kind == DependencyKind::Normal;
            counts && packages::of_dependency(&dependency.package) == Some(kind)
        })
    };
    let (server, bundler) = (of(ModuleKind::Server), of(ModuleKind::Browser));
    let say = |kind, found: &package_json::Dependency, out: &mut Facts| {
        package(kind, format!("its package depends on `{}`", found.package), found.span, out);
    };
    if let Some(found) = of(ModuleKind::Mobile) {
        return say(ModuleKind::Mobile, found, out);
    }
    match (server, bundler) {
        (Some(server), None) => return say(ModuleKind::Server, server, out),
        // A page and its server in one package: neither says where a module runs.
        (Some(_), Some(_)) => return,
        (None, _) => {}
    }
    let is_for_browsers = object_of(text).is_ok_and(|object| object.get("browser").is_some());
    let runs = |entry: &&package_json::Entry| &*entry.key == "bin" || entry.key.starts_with("bin.");
    if let Some(entry) = read.entries.iter().find(runs) {
        return package(
            ModuleKind::Cli,
            format!("its package installs the program `{}`", entry.target),
            entry.span,
            out,
        );
    }
    if let Some(entry) = read.entries.first().filter(|_| !read.is_private && read.name.is_some()) {
        let evidence = format!("its package is published with `{}`", entry.key);
        return package(ModuleKind::Library, evidence, entry.span, out);
    }
    if let Some(found) = bundler {
        return say(ModuleKind::Browser, found, out);
    }
    if is_for_browsers {
        package(ModuleKind::Browser, "its package names files for browsers".to_owned(), Span::new(0, 1), out);
    }
}

/// `lib` with the DOM and no types of Node.js.
fn compiler(text: &str, out: &mut Facts) {
    let Ok(object) = object_of(text) else { return };
    let Some(options) = object.get_object("compilerOptions") else { return };
    let holds = |key: &str, is: &dyn Fn(&str) -> bool| {
        options.get_array(key).is_some_and(|list| {
            list.elements.iter().filter_map(Json::as_string_lit).any(|item| is(&item.value.to_ascii_lowercase()))
        })
    };
    if holds("lib", &|lib| lib == "dom")
        && options.get_array("types").is_some()
        && !holds("types", &|name| name == "node" || name == "bun")
    {
        package(
            ModuleKind::Browser,
            "its `tsconfig.json` has the DOM and no types of Node.js".to_owned(),
            Span::new(0, 1),
            out,
        );
    } else if holds("lib", &|lib| lib == "webworker") && !holds("lib", &|lib| lib == "dom") {
        package(ModuleKind::Worker, "its `tsconfig.json` has the library of workers".to_owned(), Span::new(0, 1), out);
    }
}

fn cargo(text: &str, out: &mut Facts) {
    let Ok(manifest) = parse_toml(text) else { return };
    if manifest.get("package").is_none() {
        return;
    }
    out.say(Span::new(0, 1), KindFact::Quiet);
    let dependencies = manifest.get("dependencies").and_then(Node::as_map).unwrap_or_default();
    let of = |kind| dependencies.iter().find(|(name, _)| packages::of_crate(&name.name) == Some(kind));
    let depends = |name: &str| format!("its crate depends on `{name}`");
    for kind in [ModuleKind::Server, ModuleKind::Browser, ModuleKind::Cli] {
        if let Some((name, _)) = of(kind) {
            return package(kind, depends(&name.name), name.span, out);
        }
    }
    if let Some(bins) = manifest.get("bin") {
        return package(ModuleKind::Cli, "its crate builds a program".to_owned(), bins.span, out);
    }
    if let Some(lib) = manifest.get("lib") {
        package(ModuleKind::Library, "its crate is a library".to_owned(), lib.span, out);
    }
}
