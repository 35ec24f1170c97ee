//! The kinds of Rust that islands are about.

use std::sync::OnceLock;

use crate::{FieldId, KindId, Language};

/// The kinds of Rust that islands are about.
pub(super) struct IslandKinds {
    pub(super) macro_invocation: KindId,
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
                token_tree: kind("token_tree"),
                string_literal: kind("string_literal"),
                identifier: kind("identifier"),
                name: Language::Rust.field("macro").expect("the Rust grammar has this field"),
            }
        })
    }
}
