//! Which clients are Prisma's: what has the class of one, comes from a module that makes one, or is called on a model of the schema
//! elsewhere.

use auditlint_facts::folder::folder_of;
use auditlint_names::ExportPath;
use auditlint_source::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::calls::{ClientCall, calls};
use super::fact::{CodeName, Facts, PrismaFact};
use super::models::PrismaSchema;

/// Classes of the packages of Prisma, and of what it generates.
const CLASSES: [&str; 2] = ["PrismaClient", "TransactionClient"];
/// What is in the names of classes that are called after Prisma and are not clients.
const NEVER: [&str; 4] = ["factory", "mock", "repository", "error"];
/// At most this many classes extend each other until one extends a client.
const DEEPEST: usize = 4;

/// The clients that are called on models of the schema.
pub(super) struct Clients<'r> {
    /// Whether the project has a schema, so that a client is one of it.
    has_schema: bool,
    /// By file: as they are spelled there.
    in_file: FxHashMap<&'r FilePath, FxHashSet<&'r CodeName>>,
    /// Of the whole project: what is imported, and what is named after Prisma.
    anywhere: FxHashSet<&'r CodeName>,
    /// Classes that extend a client.
    classes: FxHashSet<&'r str>,
    /// By name: the modules, without extension, that give a client.
    modules: FxHashMap<&'r str, Vec<FilePath>>,
}

impl<'r> Clients<'r> {
    pub(super) fn of(sources: &'r [(FilePath, &Facts)], schema: &PrismaSchema<'_>) -> Self {
        let mut clients = Self {
            has_schema: !schema.models.is_empty(),
            in_file: FxHashMap::default(),
            anywhere: FxHashSet::default(),
            classes: classes(sources),
            modules: FxHashMap::default(),
        };
        for (path, source) in sources {
            for said in &source.facts {
                if let PrismaFact::Exported(name) = &said.fact {
                    clients.modules.entry(name).or_default().push(module_of(path));
                }
            }
            for call in calls(source) {
                if !schema.models.contains_key(&*call.said.model) || !clients.may_be_of_prisma(&call) {
                    continue;
                }
                let client = &call.said.client;
                clients.in_file.entry(path).or_default().insert(client);
                if is_known_by_name(client) {
                    clients.anywhere.insert(client);
                }
            }
        }
        clients
    }

    /// Whether a call may be one of Prisma: it is spelled like one, and not on what is named like something else, unless its class says
    /// that it is a client.
    pub(super) fn may_be_of_prisma(&self, call: &ClientCall<'_>) -> bool {
        call.has_keys_of_prisma() && (!call.said.is_doubtful || self.has_class_of_client(call))
    }

    /// Whether the client of a call is one of Prisma. A client that nobody calls on a model of the schema may have another schema.
    pub(super) fn is_client(&self, path: &FilePath, call: &ClientCall<'_>) -> bool {
        let client = &call.said.client;
        self.in_file.get(path).is_some_and(|clients| clients.contains(client))
            || self.anywhere.contains(client)
            || (self.has_schema && (self.has_class_of_client(call) || self.is_given_by_module(path, client)))
    }

    fn has_class_of_client(&self, call: &ClientCall<'_>) -> bool {
        call.said.class.as_ref().is_some_and(|class| self.classes.contains(class.last()) || is_class_of_client(class))
    }

    /// Whether an imported name is a client that a module of the project makes. An alias is followed by what stands behind its first
    /// part.
    fn is_given_by_module(&self, path: &FilePath, client: &CodeName) -> bool {
        let CodeName::Export(ExportPath { module: specifier, name }) = client else { return false };
        let modules = self.modules.get(&**name).map(Vec::as_slice).unwrap_or_default();
        let specifier =
            [".js", ".mjs", ".ts", "/index"].iter().fold(&**specifier, |text, end| text.trim_end_matches(end));
        if specifier.starts_with('.') {
            return modules.contains(&folder_of(path).join(specifier));
        }
        let is_alias =
            specifier.starts_with(['~', '#', '$']) || specifier.starts_with("@/") || specifier.starts_with("src/");
        let behind = specifier.split_once('/').map_or("", |(_, behind)| behind);
        let fits = |module: &&FilePath| {
            module.as_str().strip_suffix(behind).is_some_and(|start| start.is_empty() || start.ends_with('/'))
        };
        let mut fitting = modules.iter().filter(fits);
        is_alias && !behind.is_empty() && fitting.next().is_some() && fitting.next().is_none()
    }
}

/// The names of classes that extend a client.
fn classes<'r>(sources: &'r [(FilePath, &Facts)]) -> FxHashSet<&'r str> {
    let said = sources.iter().flat_map(|(_, source)| &source.facts);
    let pairs: Vec<(&str, &CodeName)> = said
        .filter_map(|said| match &said.fact {
            PrismaFact::Class { name, base } => Some((&**name, base)),
            _ => None,
        })
        .collect();
    let mut found: FxHashSet<&str> = FxHashSet::default();
    for _ in 0..DEEPEST {
        let before = found.len();
        let extending = pairs.iter().filter(|(_, base)| is_class_of_client(base) || found.contains(base.last()));
        let more: Vec<&str> = extending.map(|(name, _)| *name).collect();
        found.extend(more);
        if found.len() == before {
            break;
        }
    }
    found
}

/// Whether a class is a client by its name: Prisma's own, or one that is called after Prisma.
fn is_class_of_client(class: &CodeName) -> bool {
    let name = class.last();
    let is_of_package = match class {
        CodeName::Export(ExportPath { module, .. }) => {
            module.contains("prisma") || module.starts_with(['.', '~', '#', '$']) || module.starts_with("@/")
        }
        CodeName::Spelled(_) => true,
    };
    let small = name.to_ascii_lowercase();
    let is_named = small.starts_with("prisma") && (small.ends_with("client") || small.ends_with("service"));
    (is_of_package && CLASSES.contains(&name)) || (is_named && !NEVER.iter().any(|never| small.contains(never)))
}

/// A module as imports name it: without extension, and a folder for its index.
fn module_of(path: &FilePath) -> FilePath {
    let stem = path.name().split('.').next().unwrap_or_default();
    if stem == "index" { folder_of(path) } else { folder_of(path).join(stem) }
}

/// Whether a client has the same name for the same thing in every file.
fn is_known_by_name(client: &CodeName) -> bool {
    let is_imported = matches!(client, CodeName::Export(path) if !path.module.starts_with('.'));
    is_imported || client.to_string().to_ascii_lowercase().contains("prisma")
}
