//! The facts of a `Cargo.toml`.

use std::sync::Arc;

use auditlint_facts::Source;

use super::fact::{CargoFact, Facts};
use crate::read::cargo_toml::{self, CargoToml};

/// The facts of a manifest.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    match &*cargo_toml::of(source) {
        Ok(manifest) => say(manifest, out),
        Err(place) => out.gap(*place, "this `Cargo.toml` is not valid TOML"),
    }
}

fn say(manifest: &CargoToml, out: &mut Facts) {
    if let Some((span, package)) = &manifest.package {
        out.say(*span, CargoFact::Package(Box::new(package.clone())));
    }
    for (span, target) in &manifest.targets {
        out.say(*span, CargoFact::Target(target.clone()));
    }
    for (span, dependency) in &manifest.dependencies {
        out.say(*span, CargoFact::Dependency(Box::new(dependency.clone())));
    }
    for feature in &manifest.features {
        let (span, name) = &feature.name;
        let mut say =
            |enables: Option<Arc<str>>| out.say(*span, CargoFact::Feature { name: Arc::clone(name), enables });
        match &feature.enables[..] {
            [] => say(None),
            items => items.iter().for_each(|item| say(Some(Arc::clone(item)))),
        }
    }
    let Some(workspace) = &manifest.workspace else { return };
    out.say(workspace.span, CargoFact::Workspace { edition: workspace.edition.clone() });
    for member in &workspace.members {
        out.say(member.span, CargoFact::Member { glob: member.glob.clone(), is_taken: member.is_taken });
    }
    for (span, shared) in &workspace.dependencies {
        out.say(*span, CargoFact::Shared(Box::new(shared.clone())));
    }
}
