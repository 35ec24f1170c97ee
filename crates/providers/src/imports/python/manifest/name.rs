//! The name in a requirement.

/// The name that a requirement begins with: `requests` of `requests[socks]>=2; python_version < "3.9"`.
pub(in super::super) fn name_of(requirement: &str) -> Option<&str> {
    let requirement = requirement.trim();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = requirement.find(|c: char| !is_part(c)).unwrap_or(requirement.len());
    let name = requirement[..end].trim_end_matches(['-', '_', '.']);
    name.starts_with(|c: char| c.is_ascii_alphanumeric()).then_some(name)
}
