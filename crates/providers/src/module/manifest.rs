//! What manifests say of the modules below their folder.

use auditlint_facts::Source;
use auditlint_source::{FilePath, ModuleKind, Span};

use super::fact::{Facts, KindFact};
use super::packages;
use crate::imports::{decides, extract_manifest};
use crate::read::cargo_toml::{self, CARGO_TOML, CargoTarget, CargoToml, TargetKind};
use crate::read::compiler_config::{self, CompilerConfig};
use crate::read::package_json::{self, NpmDependencyKind, PackageJson, SpannedText};

/// Whether a file says something of the modules around it.
pub(super) fn is_manifest(path: &FilePath) -> bool {
    decides(path) || path.name() == CARGO_TOML || is_worker_config(path)
}

fn is_worker_config(path: &FilePath) -> bool {
    matches!(path.name(), "wrangler.toml" | "wrangler.json" | "wrangler.jsonc")
}

/// What it says.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let path = source.path;
    if path.name() == CARGO_TOML {
        if let Ok(manifest) = &*cargo_toml::of(source) {
            cargo(manifest, out);
        }
        return;
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
            npm(read, out);
        }
    } else if path.name().starts_with("tsconfig")
        && let Ok(config) = &*compiler_config::of(source)
    {
        compiler(config, out);
    }
}

fn package(kind: ModuleKind, evidence: String, span: Span, out: &mut Facts) {
    out.say(span, KindFact::Package { kind, evidence: evidence.into() });
}

/// The strongest sign of a package: what it answers requests with, then the phone, the bundler, the program, the library.
fn npm(read: &PackageJson, out: &mut Facts) {
    let ships = |kind: NpmDependencyKind| !matches!(kind, NpmDependencyKind::Peer | NpmDependencyKind::Optional);
    let declared = || read.dependencies.iter().filter(|dependency| ships(dependency.kind));
    if let Some(found) = declared().find(|dependency| packages::renders_on_server(&dependency.package)) {
        return out.say(found.span, KindFact::RendersOnServer);
    }
    let of = |kind: ModuleKind| {
        declared().find(|dependency| {
            // What tests or a development server bring says nothing about what ships.
            let counts = kind == ModuleKind::Browser || dependency.kind == NpmDependencyKind::Normal;
            counts && packages::of_dependency(&dependency.package) == Some(kind)
        })
    };
    let (server, bundler) = (of(ModuleKind::Server), of(ModuleKind::Browser));
    let say = |kind, found: &package_json::NpmDependency, out: &mut Facts| {
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
    let runs = |entry: &&package_json::EntryPoint| &*entry.key == "bin" || entry.key.starts_with("bin.");
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
    if read.is_for_browsers {
        package(ModuleKind::Browser, "its package names files for browsers".to_owned(), Span::new(0, 1), out);
    }
}

/// `lib` with the DOM and no types of Node.js.
fn compiler(config: &CompilerConfig, out: &mut Facts) {
    let lists = |library: &str| config.libraries.iter().any(|(_, name)| name.eq_ignore_ascii_case(library));
    let is_for_programs = |(_, name): &SpannedText| ["node", "bun"].contains(&name.to_ascii_lowercase().as_str());
    if lists("dom") && config.types.as_ref().is_some_and(|types| !types.iter().any(is_for_programs)) {
        let evidence = "its `tsconfig.json` has the DOM and no types of Node.js".to_owned();
        package(ModuleKind::Browser, evidence, Span::new(0, 1), out);
    } else if lists("webworker") && !lists("dom") {
        package(ModuleKind::Worker, "its `tsconfig.json` has the library of workers".to_owned(), Span::new(0, 1), out);
    }
}

fn cargo(manifest: &CargoToml, out: &mut Facts) {
    if manifest.package.is_none() {
        return;
    }
    out.say(Span::new(0, 1), KindFact::Quiet);
    let ships = |dependency: &cargo_toml::DependencyEntry| {
        dependency.kind == cargo_toml::CargoDependencyKind::Normal && dependency.target.is_none()
    };
    let dependencies = || manifest.dependencies.iter().filter(|(_, dependency)| ships(dependency));
    for kind in [ModuleKind::Server, ModuleKind::Browser, ModuleKind::Cli] {
        let found = dependencies().find(|(_, dependency)| packages::of_crate(&dependency.name) == Some(kind));
        // A server reads arguments too, and what speaks the protocol itself may be one.
        if kind == ModuleKind::Cli
            && found.is_some()
            && dependencies().any(|(_, dependency)| packages::SPEAK_PROTOCOLS.contains(&&*dependency.name))
        {
            return;
        }
        if let Some((span, dependency)) = found {
            return package(kind, format!("its crate depends on `{}`", dependency.name), *span, out);
        }
    }
    let is_listed =
        |target: &CargoTarget| target.kind == TargetKind::Bin && (target.name.is_some() || target.path.is_some());
    if let Some((span, _)) = manifest.targets.iter().find(|(_, target)| is_listed(target)) {
        return package(ModuleKind::Cli, "its crate builds a program".to_owned(), *span, out);
    }
    if let Some(span) = manifest.library {
        package(ModuleKind::Library, "its crate is a library".to_owned(), span, out);
    }
}
