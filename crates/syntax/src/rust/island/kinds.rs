//! The kinds of nodes that islands are about.

use std::sync::OnceLock;

use crate::{FieldId, KindId, Language};

/// The kinds of Rust that islands are about.
pub(super) struct IslandKinds {
    pub(super) macro_invocation: KindId,
    pub(super) macro_rule: KindId,
    pub(super) metavariable: KindId,
    pub(super) token_binding_pattern: KindId,
    pub(super) token_repetition: KindId,
    pub(super) crate_keyword: KindId,
    pub(super) token_tree: KindId,
    pub(super) string_literal: KindId,
    pub(super) identifier: KindId,
    pub(super) name: FieldId,
}

impl IslandKinds {
    pub(super) fn get() -> &'static Self {
        static KINDS: OnceLock<IslandKinds> = OnceLock::new();
        KINDS.get_or_init(|| {
            let kind = |name| Language::Rust.kind(name).expect("the Rust grammar has this kind");
            Self {
                macro_invocation: kind("macro_invocation"),
                macro_rule: kind("macro_rule"),
                metavariable: kind("metavariable"),
                token_binding_pattern: kind("token_binding_pattern"),
                token_repetition: kind("token_repetition"),
                crate_keyword: kind("crate"),
                token_tree: kind("token_tree"),
                string_literal: kind("string_literal"),
                identifier: kind("identifier"),
                name: Language::Rust.field("macro").expect("the Rust grammar has this field"),
            }
        })
    }
}
