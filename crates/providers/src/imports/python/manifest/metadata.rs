//! What an installer wrote beside a distribution: which modules it brings.

use auditlint_source::{FilePath, Span};

use super::super::super::fact::Facts;
use super::super::fact::PythonFact;
use super::name::name_of;
use super::say::say;

/// The distribution of a file in a folder such as `requests-2.31.0.dist-info`.
pub(super) fn distribution_of(path: &FilePath) -> Option<String> {
    let folder = path.parent()?;
    let name = folder.name().strip_suffix(".dist-info").or_else(|| folder.name().strip_suffix(".egg-info"))?;
    let name = name.split_once('-').map_or(name, |(name, _)| name);
    name_of(name).map(str::to_owned)
}

/// Says which modules a distribution brings.
pub(super) fn extract(path: &FilePath, text: &str, out: &mut Facts) {
    let Some(distribution) = distribution_of(path) else { return };
    let mut last = "";
    for line in text.lines() {
        let first = line.split(',').next().unwrap_or_default();
        let module = match path.name() {
            "top_level.txt" => line.trim(),
            _ => match first.split_once('/') {
                Some((folder, rest)) if rest.ends_with(".py") || rest.ends_with(".so") => folder,
                None => first.strip_suffix(".py").unwrap_or_default(),
                Some(_) => "",
            },
        };
        let is_name = !module.is_empty() && module.chars().all(|c| c.is_alphanumeric() || c == '_');
        if is_name && module != last {
            last = module;
            let distribution = distribution.as_str().into();
            say(out, Span::default(), PythonFact::Module { distribution, module: module.into() });
        }
    }
}
