//! Configurations of Babel and SWC.

use auditlint_facts::Source;
use jsonc_parser::ast::{Array, Object, Value as Json};

use super::alias::Alias;
use super::json::{NoObject, object_of, properties};

/// The aliases of a source that is such a configuration.
pub(crate) fn of(source: &Source<'_, '_>) -> Result<Vec<Alias>, NoObject> {
    object_of(source.text()).map(|object| aliases(&object))
}

/// The aliases of SWC, and those that plugins of Babel have wherever they stand.
pub(crate) fn aliases(object: &Object<'_>) -> Vec<Alias> {
    let mut found = Vec::new();
    let mut take = |object: &Object<'_>, key| {
        found.extend(properties(object, key).map(Alias::of));
    };
    if let Some(compiler) = object.get_object("jsc") {
        take(compiler, "paths");
    }
    let mut left = vec![object];
    let mut lists: Vec<&Array<'_>> = Vec::new();
    loop {
        let values: Vec<&Json<'_>> = if let Some(object) = left.pop() {
            take(object, "alias");
            object.properties.iter().map(|property| &property.value).collect()
        } else if let Some(list) = lists.pop() {
            list.elements.iter().collect()
        } else {
            return found;
        };
        for value in values {
            match value {
                Json::Object(object) => left.push(object),
                Json::Array(list) => lists.push(list),
                _ => {}
            }
        }
    }
}
