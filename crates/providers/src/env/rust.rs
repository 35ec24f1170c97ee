//! Reads in Rust: `std::env::var("NAME")`, and what clap takes from the environment.

use auditlint_matcher::Analysis;
use auditlint_syntax::NodeId;

use super::fact::{Facts, Setter};
use super::note::{read, set};
use crate::kinds::Kinds;

static KINDS: Kinds = Kinds::new(&["call_expression", "attribute_item"]);

pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let kinds = KINDS.of(tree.language());
    for node in (0..tree.len()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))) {
        match tree.kind_name(node) {
            "attribute_item" => {
                if let Some(name) = of_argument(analysis, node) {
                    read(&name, tree.span(node), out);
                }
            }
            _ => {
                call(analysis, node, out);
            }
        }
    }
}

fn call(analysis: &Analysis<'_>, node: NodeId, out: &mut Facts) -> Option<()> {
    let tree = analysis.tree();
    let field = |name: &str| tree.child_by_field_name(node, name);
    let path = analysis.target(field("function")?).path(analysis.text(), "::")?.to_string();
    let is_set = path == "std::env::set_var";
    let is_read = matches!(path.as_str(), "std::env::var" | "std::env::var_os" | "dotenvy::var" | "dotenv::var");
    (is_set || is_read).then_some(())?;
    let argument = tree.named_children(field("arguments")?).next()?;
    let origins = analysis.names().origins(tree, analysis.text(), argument);
    let spelled = origins.into_iter().find(|origin| tree.kind_name(*origin) == "string_literal")?;
    let name = str::from_utf8(tree.text(spelled, analysis.text())).ok()?.trim_matches('"');
    match is_set {
        true => set(name, tree.span(node), if is_in_test(analysis, node) { Setter::Test } else { Setter::Code }, out),
        // What a test asks for is for whoever runs it.
        false if is_in_test(analysis, node) => {}
        false => read(name, tree.span(node), out),
    }
    Some(())
}

/// `#[arg(env = "NAME")]` and `#[arg(env)]` of clap.
fn of_argument(analysis: &Analysis<'_>, node: NodeId) -> Option<String> {
    let tree = analysis.tree();
    let text = str::from_utf8(tree.text(node, analysis.text())).ok()?;
    let inside = ["#[arg(", "#[clap(", "#[structopt("].iter().find_map(|start| text.strip_prefix(start))?;
    let mut parts = inside.trim_end_matches([')', ']']).split(',').map(str::trim);
    let part = parts.find(|part| {
        *part == "env" || part.strip_prefix("env").is_some_and(|rest| rest.trim_start().starts_with('='))
    })?;
    if let Some((_, value)) = part.split_once('=') {
        let name = value.trim().strip_prefix('"')?.strip_suffix('"')?;
        return Some(name.to_owned());
    }
    let mut next = tree.next_sibling(node)?;
    while matches!(tree.kind_name(next), "attribute_item" | "line_comment" | "block_comment") {
        next = tree.next_sibling(next)?;
    }
    let name = (tree.kind_name(next) == "field_declaration").then(|| tree.child_by_field_name(next, "name"))??;
    str::from_utf8(tree.text(name, analysis.text())).ok().map(str::to_ascii_uppercase)
}

/// Whether a place is compiled for tests only.
fn is_in_test(analysis: &Analysis<'_>, node: NodeId) -> bool {
    let tree = analysis.tree();
    let items = tree.ancestors(node).filter(|above| matches!(tree.kind_name(*above), "mod_item" | "function_item"));
    items.into_iter().any(|item| {
        let before = std::iter::successors(tree.prev_sibling(item), |sibling| tree.prev_sibling(*sibling));
        before
            .take_while(|sibling| {
                matches!(tree.kind_name(*sibling), "attribute_item" | "line_comment" | "block_comment")
            })
            .filter(|sibling| tree.kind_name(*sibling) == "attribute_item")
            .any(|attribute| {
                let text = String::from_utf8_lossy(tree.text(attribute, analysis.text()));
                let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
                words.any(|word| word == "test" || word.ends_with("_test") || word == "rstest")
                    && !text.contains("not(test")
            })
    })
}
