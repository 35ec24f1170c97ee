//! YAML as projects hold it: a key may stand twice, which is said, and the rest is read.

use auditlint_facts::Gap;
use auditlint_source::Span;
use auditlint_source::document::{DocumentNode, DuplicateKey, parse_yaml_with_duplicates};

/// The documents that a text holds; `None` where it is not valid YAML. `matters` says of a key whether facts may be missing when another value
/// than its last is left out.
pub(crate) fn documents(
    text: &str,
    what: &str,
    matters: impl Fn(&str) -> bool,
    tell: &mut dyn FnMut(Gap),
) -> Option<Vec<DocumentNode>> {
    match parse_yaml_with_duplicates(text) {
        Ok((documents, duplicates)) => {
            say_duplicates(text, &duplicates, matters, tell);
            Some(documents)
        }
        Err(error) => {
            tell(Gap::new(error.span, format!("{what} is not valid YAML")));
            None
        }
    }
}

fn say_duplicates(text: &str, keys: &[DuplicateKey], matters: impl Fn(&str) -> bool, tell: &mut dyn FnMut(Gap)) {
    let mut lines = LineCounter { text, at: 0, line: 1 };
    // In the order of their first places, so that lines are counted once.
    let mut in_order: Vec<(&DuplicateKey, u32)> = keys.iter().map(|key| (key, 0)).collect();
    in_order.sort_by_key(|(key, _)| key.first);
    in_order.iter_mut().for_each(|(key, line)| *line = lines.of(key.first));
    in_order.sort_by_key(|(key, _)| key.span);
    for (key, line) in in_order {
        let said = format!("the key `{}` stands here again; it stands first on line {line}", key.name);
        tell(match key.is_value_lost {
            true if matters(&key.name) => Gap::new(key.span, format!("{said}, and nobody can say which one counts")),
            true => Gap::remark(key.span, format!("{said}, and the last one is read")),
            false => Gap::remark(key.span, format!("{said}, and both are read")),
        });
    }
}

/// Counts lines forwards.
struct LineCounter<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

impl LineCounter<'_> {
    fn of(&mut self, span: Span) -> u32 {
        let to = (span.start as usize).clamp(self.at, self.text.len());
        self.line += self.text.as_bytes()[self.at..to].iter().filter(|byte| **byte == b'\n').count() as u32;
        self.at = to;
        self.line
    }
}
