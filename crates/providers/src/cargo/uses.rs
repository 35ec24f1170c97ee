//! The crates that code names: in which package, with which of its dependencies, and whether that is certain.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use auditlint_facts::folder::{folder_of, shown};
use auditlint_facts::{ProjectScope, Row, Value};
use auditlint_source::FilePath;
use rustc_hash::FxHashMap;

use super::fact::{CargoFact, Facts, Use, UseKind};
use super::glob::Sight;
use super::known::KnownNames;
use super::packages::{CargoPackage, CargoPackages, KINDS, in_code};
use super::targets::{CompiledAs, reached};

/// What the code of a package says about names.
#[derive(Default)]
struct PackageCode<'r> {
    /// Names that something of the package has.
    declared: BTreeSet<&'r str>,
    /// Names that `extern crate x as y` gives, which hold everywhere.
    aliases: BTreeSet<&'r str>,
    macros: BTreeSet<&'r str>,
    /// Crates that are named.
    named: BTreeSet<&'r str>,
    /// Whether all names of another crate's module are taken somewhere, or a macro of another crate may declare some.
    leaks: bool,
    /// Whether it takes crates of the compiler itself, which no manifest names.
    takes_compiler: bool,
}

/// How the names of the compiler's crates begin.
const COMPILER: &str = "rustc_";

/// The rows of `cargo.use`.
pub(super) fn derive(
    sources: &[(FilePath, &Facts)],
    packages: &CargoPackages<'_>,
    scope: &ProjectScope<'_>,
) -> Vec<Row> {
    let owners: Vec<Option<&CargoPackage<'_>>> =
        sources.iter().map(|(path, _)| packages.around(&folder_of(path))).collect();
    let mut codes: BTreeMap<&FilePath, PackageCode<'_>> = BTreeMap::new();
    for ((_, source), owner) in sources.iter().zip(&owners) {
        if let Some(package) = owner {
            codes.entry(package.folder).or_default().read(source);
        }
    }
    for ((_, source), owner) in sources.iter().zip(&owners) {
        if let Some(code) = owner.and_then(|package| codes.get_mut(package.folder)) {
            code.leaks |= calls(source).any(|name| !code.has_macro(name));
        }
    }
    let views: BTreeMap<&FilePath, PackageUses<'_>> =
        packages.all().map(|package| (package.folder, PackageUses::of(package, packages, &codes))).collect();
    let reached = reached(sources, packages, scope);
    let known = KnownNames::of(sources, packages);
    let mut rows = Vec::new();
    for ((path, source), owner) in sources.iter().zip(&owners) {
        let uses = || {
            source.facts.iter().filter_map(|said| match &said.fact {
                CargoFact::Use(found) => Some((said.span, &**found)),
                _ => None,
            })
        };
        let Some(view) = owner.and_then(|package| views.get(package.folder)) else {
            rows.extend(uses().map(|(span, found)| Row {
                path: path.clone(),
                span,
                values: vec![Value::Absent, (&found.name).into(), Value::Absent, found.how.name().into(), false.into()],
            }));
            continue;
        };
        let state = reached.get(path).copied().unwrap_or_default();
        // What the macros among the items of the file may declare.
        let macros =
            match calls(source).fold(None, |known, name| Some(known != Some(false) && view.code.has_macro(name))) {
                None => Sight::Clear,
                Some(true) => Sight::Own,
                Some(false) => Sight::Foreign,
            };
        let mut found: BTreeMap<(&str, usize), Row> = BTreeMap::new();
        for (span, used) in uses() {
            let name = &*used.name;
            let state = if used.is_test { state.in_tests() } else { state };
            let is_compiled = state.is_certain()
                && used.is_certain
                && used.features.iter().all(|name| view.package.has_feature(name));
            let kind = view.kind(name, state);
            // Of what macros of others may declare, a name that is known to be a crate is not one.
            let may_be_made = || {
                let mut foreign = calls(source).filter(|call| !view.code.has_macro(call));
                !known.is_crate(name) && foreign.any(|call| known.may_declare(call, name))
            };
            let is_made = macros == Sight::Foreign && (view.code.has(name) || may_be_made());
            let macros = if macros == Sight::Foreign && !is_made { Sight::Clear } else { macros };
            let is_certain = is_compiled
                && view.is_crate(name, used.sight, macros)
                && (view.is_available(name, kind)
                    || (known.is_locked(name) && !view.is_a_dependency_renamed(name))
                    || !view.may_be_a_dependency(name));
            let make = || Row {
                path: path.clone(),
                span,
                values: vec![
                    shown(view.package.folder).into(),
                    name.into(),
                    KINDS[kind].into(),
                    used.how.name().into(),
                    is_certain.into(),
                ],
            };
            let kept = found.entry((name, kind)).or_insert_with(make);
            if is_certain && kept.values[4] == false.into() {
                *kept = make();
            }
        }
        rows.extend(found.into_values());
    }
    rows
}

fn calls(source: &Facts) -> impl Iterator<Item = &str> {
    let calls = source.facts.iter().filter_map(|said| match &said.fact {
        CargoFact::Calls(names) => Some(names),
        _ => None,
    });
    calls.flatten().map(|name| &**name)
}

impl<'r> PackageCode<'r> {
    fn read(&mut self, source: &'r Facts) {
        fn texts(names: &[Arc<str>]) -> impl Iterator<Item = &str> {
            names.iter().map(|name| &**name)
        }
        for said in &source.facts {
            match &said.fact {
                CargoFact::Declared(names) => self.declared.extend(texts(names)),
                CargoFact::Aliases(names) => self.aliases.extend(texts(names)),
                CargoFact::Macros(names) => self.macros.extend(texts(names)),
                CargoFact::Use(found) => {
                    let Use { name, how, .. } = &**found;
                    self.named.insert(name);
                    self.takes_compiler |= name.starts_with(COMPILER) && *how == UseKind::ExternCrate;
                }
                CargoFact::Leak => self.leaks = true,
                _ => {}
            }
        }
    }

    /// Whether something of the package has a name.
    fn has(&self, name: &str) -> bool {
        self.declared.contains(name) || self.macros.contains(name)
    }

    /// Whether a macro among items is one of the package, whose body is known.
    fn has_macro(&self, name: &str) -> bool {
        let own = name.strip_prefix("crate::").or_else(|| name.strip_prefix("self::")).unwrap_or(name);
        !own.contains("::") && self.macros.contains(own)
    }
}

/// A package with what is asked of it for each use.
struct PackageUses<'p> {
    package: &'p CargoPackage<'p>,
    code: &'p PackageCode<'p>,
    /// By crate: the kinds of code that may name it, as bits by their places in `KINDS`.
    available: FxHashMap<String, u8>,
    /// Dependencies that the code never names by their own name: nobody knows which crates they are.
    unnamed: Unnamed,
    is_modern: bool,
}

impl<'p> PackageUses<'p> {
    fn of(
        package: &'p CargoPackage<'p>,
        packages: &CargoPackages<'_>,
        codes: &'p BTreeMap<&FilePath, PackageCode<'p>>,
    ) -> Self {
        static NONE: std::sync::LazyLock<PackageCode<'static>> = std::sync::LazyLock::new(PackageCode::default);
        let code = codes.get(package.folder).unwrap_or(&NONE);
        let mut available = FxHashMap::<String, u8>::default();
        for (name, kind, _) in packages.available(package) {
            let place = KINDS.iter().position(|known| *known == kind).unwrap_or_default();
            *available.entry(name).or_default() |= 1 << place;
        }
        let unnamed = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.may_be_named_otherwise())
            .map(|dependency| in_code(dependency.name))
            .filter(|name| !code.named.contains(name.as_str()))
            .collect();
        let is_modern = package.edition.is_some_and(|edition| edition != "2015");
        Self { package, code, available, unnamed, is_modern }
    }

    /// Whether a name can be nothing but a crate, given what stands between it and that crate, and what macros of its file declare.
    fn is_crate(&self, name: &str, sight: Sight, macros: Sight) -> bool {
        let is = |wanted: Sight| sight == wanted;
        let is_own = || !self.code.leaks && !self.code.declared.contains(name) && !self.code.macros.contains(name);
        let is_clear = match macros {
            _ if is(Sight::Crate) => true,
            Sight::Crate | Sight::Clear if is(Sight::Clear) => true,
            Sight::Crate | Sight::Clear | Sight::Own => !is(Sight::Foreign) && is_own(),
            Sight::Foreign => false,
        };
        let is_of_compiler = self.code.takes_compiler && name.starts_with(COMPILER);
        // `#[derive(bon::Builder)] struct App` gives a module `app_builder`.
        let is_derived = name.ends_with("_builder") && self.available.contains_key("bon");
        is_clear && self.is_modern && !is_of_compiler && !is_derived && !self.code.aliases.contains(name)
    }

    /// Whether it may be the library of a dependency that nobody names.
    fn may_be_a_dependency(&self, name: &str) -> bool {
        self.unnamed.may_be(name)
    }

    /// The same although another package has that very name.
    fn is_a_dependency_renamed(&self, name: &str) -> bool {
        self.unnamed.may_be_called(name)
    }

    fn is_available(&self, name: &str, kind: usize) -> bool {
        self.available.get(name).is_some_and(|kinds| kinds >> kind & 1 == 1)
    }

    /// The kind of code that a use stands in: of several that under which the crate is available.
    fn kind(&self, name: &str, reached: CompiledAs) -> usize {
        reached.kinds().find(|kind| self.is_available(name, *kind)).or_else(|| reached.kinds().next()).unwrap_or(0)
    }
}

/// Names of packages, asked for the library that each may have.
#[derive(Default)]
struct Unnamed {
    /// By word: the packages that have it in their names.
    by_word: FxHashMap<String, Vec<usize>>,
    /// How many words each has.
    words: Vec<usize>,
    /// All of them without what stands between their words.
    squeezed: String,
    /// Each without what its name says of the language.
    cores: BTreeSet<String>,
}

/// Of more packages that the code does not name, each may have any library.
const MOST_UNNAMED: usize = 1_000;

impl FromIterator<String> for Unnamed {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        let mut unnamed = Self::default();
        for (index, name) in names.into_iter().enumerate() {
            let words = words_of(&name);
            unnamed.words.push(words.len());
            for word in words {
                unnamed.by_word.entry(word.to_owned()).or_default().push(index);
            }
            unnamed.cores.insert(core_of(&name));
            unnamed.squeezed.push('\n');
            unnamed.squeezed.push_str(&squeezed(&name));
        }
        unnamed
    }
}

impl Unnamed {
    /// Whether the library of one of the packages is likely called so although another package has that very name: `sha-1` and `sha1`,
    /// `xml-rs` and `xml`, `rust-crypto` and `crypto`.
    fn may_be_called(&self, library: &str) -> bool {
        self.cores.contains(&squeezed(library))
    }

    /// Whether a name may be that of the library of one of the packages: `xml-rs` and `xml`, `md-5` and `md5`. A library that has all
    /// words of another package and more is hardly ever that package's: `serde_json` is not `serde`.
    fn may_be(&self, library: &str) -> bool {
        if self.words.len() > MOST_UNNAMED || (library.len() > 1 && self.squeezed.contains(&squeezed(library))) {
            return true;
        }
        let mut shared: FxHashMap<usize, usize> = FxHashMap::default();
        for index in words_of(library).into_iter().filter_map(|word| self.by_word.get(word)).flatten() {
            *shared.entry(*index).or_default() += 1;
        }
        shared.into_iter().any(|(index, count)| count < self.words[index])
    }
}

fn words_of(name: &str) -> BTreeSet<&str> {
    name.split('_').filter(|word| word.len() > 1).collect()
}

/// The name of a package without what it says of the language.
fn core_of(name: &str) -> String {
    let plain = name.split('_').filter(|word| !matches!(*word, "rs" | "rust" | "lib" | "crate"));
    plain.collect::<Vec<_>>().concat().to_ascii_lowercase()
}

fn squeezed(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}
