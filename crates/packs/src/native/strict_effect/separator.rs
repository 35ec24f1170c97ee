//! The comments that divide a file into sections.

use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// A comment that begins a section.
pub(super) struct SectionComment<'a> {
    pub(super) comment: NodeId,
    pub(super) label: &'a str,
}

/// The separators on the top level of a file, in their order: comments that begin with `marker`. The label is what follows, up to a
/// `]` or to the dashes at the end.
pub(super) fn separators<'a>(view: RuleView<'a>, marker: &str) -> Vec<SectionComment<'a>> {
    let comments = view.children(view.root()).filter(|child| view.kind(*child) == "comment");
    let of = |comment: NodeId| {
        let rest = view.text(comment).strip_prefix(marker)?;
        let label =
            rest.split(']').next().unwrap_or(rest).trim_matches(|letter| matches!(letter, '-' | '=' | ' ' | '*' | '/'));
        (!label.is_empty()).then_some(SectionComment { comment, label })
    };
    comments.filter_map(of).collect()
}

/// The name of the option that says how a separator begins.
pub(super) const MARKER: &str = "marker";

/// How a separator begins; `None` where the option is empty, so that nothing is one.
pub(super) fn marker_of(options: &auditlint_rules::RuleOptions) -> Option<String> {
    options.texts(MARKER).into_iter().next().filter(|marker| !marker.trim().is_empty())
}
