//! What a strict style for programs with Effect asks for, and the matcher language does not say.

mod file_too_long;
mod layer_bypass;
mod missing_section_separators;
mod section_order;
mod separator;
mod short_name;

use auditlint_rules::NativeRule;

/// The rules of the pack that are written in Rust.
pub(super) static RULES: &[&dyn NativeRule] = &[
    &file_too_long::FileTooLong,
    &layer_bypass::LayerBypass,
    &missing_section_separators::MissingSectionSeparators,
    &section_order::SectionOrder,
    &short_name::ShortName,
];
