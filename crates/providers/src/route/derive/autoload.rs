//! Plugins of Fastify that are loaded from a folder: the names of files and folders say under which paths.

use std::collections::BTreeMap;
use std::rc::Rc;

use auditlint_facts::folder::folder_of;
use auditlint_names::ExportPath;
use auditlint_source::{FilePath, Span};

use super::super::fact::{Framework, Part, joined};
use super::machine::Machine;
use super::thing::{Thing, result_of};

/// Options that leave out files by what nobody can work out here.
const COMPUTED: &[&str] = &["ignorePattern", "ignoreFilter", "matchFilter", "scriptPattern", "indexPattern"];

/// A folder of plugins: its files by their names without ending, each with its number.
type Folder<'p> = Vec<(&'p str, usize)>;

/// Whether a package loads plugins from a folder.
pub(super) fn is_autoload(module: &str) -> bool {
    matches!(module, "@fastify/autoload" | "fastify-autoload")
}

impl<'r> Machine<'r> {
    /// Registers the files of a folder; what lies in folders of it is registered below their names.
    pub(super) fn autoload(&mut self, router: usize, file: usize, span: Span, parts: &'r [Part], depth: usize) {
        let options = parts.first().map_or(Thing::Unknown, |part| self.thing(file, &part.value, depth).given());
        let Thing::Place(root, false) = self.member(options.clone(), "dir", depth).given() else {
            return self.gap(file, span, "which folder of plugins is loaded here is computed");
        };
        if COMPUTED.iter().any(|name| !self.member(options.clone(), name, depth).is_unknown()) {
            self.gap(file, span, "which files of this folder of plugins are left out is computed");
        }
        let mut says = |name: &str, wanted: &str| matches!(self.member(options.clone(), name, depth).given(), Thing::Text(text, _) if &*text == wanted);
        let (has_hooks, cascades) = (says("autoHooks", "true"), says("cascadeHooks", "true"));
        let (has_params, is_flat) = (says("routeParams", "true"), says("dirNameRoutePrefix", "false"));
        let within = self.member(options, "options", depth);
        let prefix = match self.member(within, "prefix", depth).given() {
            Thing::Text(text, _) => text,
            _ => "".into(),
        };
        let folders = self.folders(&root);
        for (folder, files) in &folders {
            let names = folder.split('/').filter(|name| !name.is_empty() && !is_flat);
            let before: String = names.map(|name| format!("/{}", parameter(name, has_params))).collect();
            let mut inner = router;
            if has_hooks {
                for above in around(folder).filter(|above| cascades || above == folder) {
                    let mut files = folders.get(above).into_iter().flatten();
                    let Some((_, hooks)) = files.find(|(name, _)| is_hooks(name)) else { continue };
                    // What has hooks of its own keeps them for itself.
                    if inner == router {
                        inner = self.router(file, span, Framework::Fastify, folder);
                        let name = folder.as_str().into();
                        self.mount(router, file, span, vec!["".into()], inner, Rc::from([]), name);
                    }
                    self.hooks(inner, *hooks, depth);
                }
            }
            let is_plugin = |name: &str| !(has_hooks && is_hooks(name));
            let index = files.iter().find(|(name, _)| name.eq_ignore_ascii_case("index"));
            for (name, plugin) in files.iter().filter(|(name, _)| is_plugin(name)) {
                if index.is_none_or(|(_, index)| index == plugin) {
                    self.plugin(inner, (name, *plugin), &prefix, &before, depth);
                }
            }
        }
    }

    /// The files below a folder, by the folders in it.
    fn folders(&self, root: &FilePath) -> BTreeMap<String, Folder<'r>> {
        let mut found: BTreeMap<String, Folder<'r>> = BTreeMap::new();
        for (number, program) in self.programs.all.iter().enumerate() {
            let path = program.path.as_str();
            let below = match root.as_str() {
                "" => Some(path),
                root => path.strip_prefix(root).and_then(|below| below.strip_prefix('/')),
            };
            let Some(below) = below.filter(|_| !path.ends_with(".d.ts")) else { continue };
            let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
            let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            found.entry(folder.to_owned()).or_default().push((name, number));
        }
        found
    }

    /// Lets a plugin of hooks fill the router of its folder.
    fn hooks(&mut self, router: usize, hooks: usize, depth: usize) {
        let thing = self.whole(Thing::Module(hooks), depth).given();
        let thing = match thing {
            Thing::Open(inner) => (*inner).clone().given(),
            thing => thing,
        };
        match thing {
            Thing::Body(of, body) => {
                self.call(of, body, Rc::from([Thing::Router(router)]), depth + 1);
            }
            _ => self.gap(hooks, Span::default(), "nobody sees which hooks this plugin adds"),
        }
    }

    /// Registers a file that is a plugin, below what it says itself, or the name of its folder.
    fn plugin(&mut self, router: usize, (name, plugin): (&str, usize), prefix: &str, before: &str, depth: usize) {
        let thing = self.whole(Thing::Module(plugin), depth);
        if matches!(thing, Thing::Module(_)) {
            return;
        }
        let mut said = |name: &str| match self.export(plugin, name, depth).given() {
            Thing::Text(text, _) => Some(text),
            _ => None,
        };
        if said("autoload").is_some_and(|text| &*text == "false") {
            return;
        }
        let at = match (said("prefixOverride"), said("autoPrefix")) {
            (Some(instead), _) => joined("", &instead).into(),
            (None, Some(below)) => joined(prefix, &below).into(),
            (None, None) => joined(prefix, before).into(),
        };
        self.take_in_thing(router, plugin, Span::default(), vec![at], thing, name, Rc::from([]), depth + 1);
    }

    /// What functions about paths give, where they are given a place of the project.
    pub(super) fn place(
        &mut self,
        file: usize,
        function: &ExportPath,
        arguments: &'r [Part],
        depth: usize,
    ) -> Thing<'r> {
        let name = function.last_name().unwrap_or_default();
        let mut given = |at: usize| {
            let part = arguments.get(at)?;
            Some(self.thing(file, &part.value, depth).given())
        };
        let found = match (name, given(0)) {
            ("fileURLToPath", Some(place @ Thing::Place(..))) => Some(place),
            ("dirname", Some(Thing::Place(path, _))) => Some(Thing::Place(folder_of(&path), false)),
            ("URL", Some(Thing::Text(text, _))) => match given(1) {
                Some(Thing::Place(path, true)) => Some(Thing::Place(folder_of(&path).join(&text), false)),
                _ => None,
            },
            ("join" | "resolve", Some(Thing::Place(path, is_file))) => {
                let mut at = if is_file { folder_of(&path) } else { path };
                let texts = (1..arguments.len()).map(|at| match given(at) {
                    Some(Thing::Text(text, false)) => Some(text),
                    _ => None,
                });
                let texts: Option<Vec<Rc<str>>> = texts.collect();
                texts.map(|texts| {
                    texts.iter().for_each(|text| at = at.join(text));
                    Thing::Place(at, false)
                })
            }
            _ => None,
        };
        found.unwrap_or_else(|| Thing::Package(Rc::new(result_of(function))))
    }
}

/// A folder as a part of a path: `_id` may stand for `:id`.
fn parameter(folder: &str, has_params: bool) -> String {
    match folder.strip_prefix('_').filter(|_| has_params) {
        Some(name) => format!(":{name}"),
        None => folder.to_owned(),
    }
}

/// The folders around one from the outermost, and itself.
fn around(folder: &str) -> impl Iterator<Item = &str> {
    let outer = std::iter::once("").filter(|_| !folder.is_empty());
    outer.chain(folder.match_indices('/').map(|(at, _)| &folder[..at])).chain([folder])
}

/// Whether a file holds the hooks of its folder, by its name.
fn is_hooks(name: &str) -> bool {
    let name = name.trim_start_matches(['.', '_']).to_ascii_lowercase();
    matches!(name.as_str(), "autohooks" | "auto_hooks" | "auto-hooks")
}
