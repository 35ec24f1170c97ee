//! Functions that configurations of platforms name in their texts: `handler: src/users.list`.

use auditlint_source::{FilePath, Span};

use super::fact::{Facts, ModuleFact};
use super::supplies::LOCK_FILES;

/// Whether a file may name functions.
pub(super) fn is_configuration(path: &FilePath) -> bool {
    matches!(path.extension(), Some("yml" | "yaml" | "toml")) && !LOCK_FILES.contains(&path.name())
}

/// Whether a text may name one.
pub(super) fn may_name(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"handler").is_some()
}

/// The functions behind `handler` in YAML and TOML.
pub(super) fn extract(text: &str, out: &mut Facts) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let key = line.trim_start_matches([' ', '\t', '-']);
        let value = key.strip_prefix("handler").map(|rest| rest.trim_start().trim_start_matches([':', '=']));
        let word = value.unwrap_or_default().trim().trim_matches(['"', '\'']);
        let name = word.rsplit('.').next().unwrap_or_default();
        if !name.is_empty() {
            out.say(Span::new(start, start + line.trim_end().len() as u32), ModuleFact::Loose(name.into()));
        }
        start += line.len() as u32;
    }
}

/// The function that a text of code names: `src/users.list`.
pub(super) fn named_by(text: &str) -> Option<&str> {
    let (path, name) = text.rsplit_once('.')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    (path.contains('/') && !name.is_empty() && name.bytes().all(is_name)).then_some(name)
}
