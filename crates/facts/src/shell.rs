//! Commands of shell scripts and of command lines in other files: their words, the folder in which they run, and whether their
//! failure is expected.

use auditlint_syntax::{Language, NodeId, Parser, Tree};

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// The words, the program first; `None` where a word holds a variable or a substitution.
    pub(crate) words: Vec<Option<String>>,
    /// The folder in which it runs, relative to that in which the text does; `None` where nobody can say.
    pub(crate) folder: Option<String>,
    /// Whether it stands under `if`, `||` or `!`, so that it may fail.
    pub(crate) may_fail: bool,
}

/// The commands of a text in their order; `None` where a part of the text is not understood.
pub(crate) fn commands(text: &str, parser: &mut Parser) -> Option<Vec<Command>> {
    let tree = parser.parse(Language::Shell, text.as_bytes()).ok()?;
    if !tree.not_understood().is_empty() {
        return None;
    }
    let reader = Reader { tree: &tree, text };
    let mut found = Vec::new();
    let mut folder = Some(String::new());
    // Where a subshell ends, with the folder around it.
    let mut around: Vec<(u32, Option<String>)> = Vec::new();
    for node in (0..tree.len()).map(NodeId) {
        while around.last().is_some_and(|(end, _)| *end <= node.0) {
            folder = around.pop().and_then(|(_, folder)| folder);
        }
        match tree.kind_name(node) {
            "subshell" | "command_substitution" | "function_definition" => {
                around.push((tree.subtree_end(node), folder.clone()));
            }
            "command" => {
                let command =
                    Command { words: reader.words(node), folder: folder.clone(), may_fail: reader.may_fail(node) };
                if command.program() == Some("cd") {
                    folder = match (&folder, command.words.get(1)) {
                        (Some(folder), Some(Some(target)))
                            if !target.starts_with(['/', '~', '-']) && !command.may_fail =>
                        {
                            Some(if folder.is_empty() { target.clone() } else { format!("{folder}/{target}") })
                        }
                        _ => None,
                    };
                }
                found.push(command);
            }
            _ => {}
        }
    }
    Some(found)
}

impl Command {
    /// The program, where it is spelled.
    pub(crate) fn program(&self) -> Option<&str> {
        self.words.first()?.as_deref()
    }
}

struct Reader<'t> {
    tree: &'t Tree,
    text: &'t str,
}

impl Reader<'_> {
    fn words(&self, command: NodeId) -> Vec<Option<String>> {
        let parts = self.tree.named_children(command).filter(|part| {
            !matches!(self.tree.kind_name(*part), "variable_assignment" | "file_redirect" | "herestring_redirect")
        });
        parts.map(|part| self.word(part)).collect()
    }

    fn word(&self, node: NodeId) -> Option<String> {
        let text = || str::from_utf8(self.tree.text(node, self.text.as_bytes())).ok();
        match self.tree.kind_name(node) {
            "word" => Some(text()?.replace('\\', "")),
            "number" => Some(text()?.to_owned()),
            "raw_string" => Some(text()?.trim_matches('\'').to_owned()),
            "string" => {
                let plain = self.tree.named_children(node).all(|part| self.tree.kind_name(part) == "string_content");
                plain.then(text).flatten().map(|text| text.trim_matches('"').replace("\\\"", "\""))
            }
            "command_name" => self.word(self.tree.named_children(node).next()?),
            "concatenation" => self.tree.named_children(node).map(|part| self.word(part)).collect(),
            _ => None,
        }
    }

    fn may_fail(&self, command: NodeId) -> bool {
        let has = |list: NodeId, sign: &str| self.tree.children(list).any(|child| self.tree.kind_name(child) == sign);
        self.tree.ancestors(command).any(|above| match self.tree.kind_name(above) {
            "list" => has(above, "||"),
            "if_statement" | "elif_clause" | "while_statement" | "case_statement" | "negated_command" => true,
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let commands = commands(text, &mut Parser::default()).unwrap();
        let show = |command: &Command| {
            let words: Vec<&str> = command.words.iter().map(|word| word.as_deref().unwrap_or("?")).collect();
            let folder = command.folder.as_deref().map_or("?".to_owned(), str::to_owned);
            let may_fail = if command.may_fail { " (may fail)" } else { "" };
            format!("{folder}: {}{may_fail}", words.join(" "))
        };
        assert_eq!(commands.iter().map(show).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn words_and_folders() {
        check("A=1 npm run 'a b' \"c\" d$E | tee x", &[": npm run a b c ?", ": tee x"]);
        check("cd web && npm test; cd ../api; ls", &[": cd web", "web: npm test", "web: cd ../api", "web/../api: ls"]);
        check("(cd a && b); c", &[": cd a", "a: b", ": c"]);
        check("cd $X && b; cd /y && c", &[": cd ?", "?: b", "?: cd /y", "?: c"]);
        check(
            "a || b && ! c; if d; then e; fi",
            &[": a (may fail)", ": b (may fail)", ": c (may fail)", ": d (may fail)", ": e (may fail)"],
        );
        check("a > b 2>&1; a <<< c", &[": a", ": a"]);
        assert_eq!(commands("a ( b", &mut Parser::default()), None);
    }
}
