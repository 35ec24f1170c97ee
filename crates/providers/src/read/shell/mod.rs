//! Commands of shell scripts and of command lines in other files: their words, the folder in which they run, and whether their
//! failure is expected.

mod variables;
mod word;
mod words;

use auditlint_source::Span;
use auditlint_syntax::{Language, NodeId, Parser, Tree};

pub(crate) use self::variables::Variables;
use self::word::HIGHEST;
pub(crate) use self::word::{ANY, PROJECT, START, Word, WordContext};
pub(crate) use self::words::PROJECT_FOLDERS;
use self::words::WordReader;

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// The words, the program first.
    pub(crate) words: Vec<Word>,
    /// The folder in which it runs, relative to that in which the text does; `None` where nobody can say.
    pub(crate) folder: Option<String>,
    /// Whether it stands under `if`, `||` or `!`, so that it may fail.
    pub(crate) may_fail: bool,
    /// Where it stands in the text.
    pub(crate) span: Span,
}

/// What a text runs.
#[derive(Debug, Default)]
pub(crate) struct ShellScript {
    /// The commands in their order; one in a loop over known words comes once for each of them.
    pub(crate) commands: Vec<Command>,
    /// What is assigned to variables, and the files that are written.
    pub(crate) values: Vec<Word>,
    /// The files that redirections write.
    pub(crate) written: Vec<Word>,
    /// Whether all of the text is understood.
    pub(crate) is_whole: bool,
}

/// The commands of a text in their order; `None` where a part of the text is not understood.
pub(crate) fn commands(text: &str, parser: &mut Parser) -> Option<Vec<Command>> {
    let script = read(text, &WordContext::default(), parser);
    script.is_whole.then_some(script.commands)
}

/// What a text runs, as far as it is understood.
pub(crate) fn read(text: &str, setting: &WordContext, parser: &mut Parser) -> ShellScript {
    let Ok(tree) = parser.parse(Language::Shell, text.as_bytes()) else { return ShellScript::default() };
    let mut script = ShellScript { is_whole: tree.not_understood().is_empty(), ..ShellScript::default() };
    let mut reader = WordReader::new(&tree, text, setting);
    // Where a subshell ends, with the folder around it.
    let mut around: Vec<(u32, Option<String>)> = Vec::new();
    // The folders that `popd` goes back to.
    let mut left: Vec<Option<String>> = Vec::new();
    // A folder that is entered where the words of a `cd` end.
    let mut entering: Option<(u32, Option<String>)> = None;
    for node in (0..tree.len()).map(NodeId) {
        if let Some((_, folder)) = entering.take_if(|(end, _)| *end <= node.0) {
            reader.folder = folder;
        }
        while around.last().is_some_and(|(end, _)| *end <= node.0) {
            reader.folder = around.pop().and_then(|(_, folder)| folder);
        }
        match tree.kind_name(node) {
            "variable_assignment" => script.values.extend(reader.assign(node)),
            "for_statement" => reader.begin_loop(node),
            "file_redirect" => script.written.extend(reader.written(node)),
            "command" => {
                let may_fail = may_fail(&tree, text, node);
                // Loops in a long text are read once.
                let most = if script.commands.len() > MOST_COMMANDS { 1 } else { usize::MAX };
                for words in reader.readings(node).into_iter().take(most) {
                    let command = Command { words, folder: reader.folder.clone(), may_fail, span: tree.span(node) };
                    let folder = match command.program() {
                        Some("cd") => Some(entered(&command)),
                        Some("pushd") => {
                            left.push(command.folder.clone());
                            Some(entered(&command))
                        }
                        Some("popd") => Some(left.pop().flatten().filter(|_| !command.may_fail)),
                        _ => None,
                    };
                    entering = folder.map(|folder| (tree.subtree_end(node), folder)).or(entering);
                    script.commands.push(command);
                }
            }
            "subshell" | "command_substitution" | "function_definition" => {
                around.push((tree.subtree_end(node), reader.folder.clone()));
            }
            _ => {}
        }
    }
    script
}

/// The folder in which the commands behind a `cd` run.
fn entered(command: &Command) -> Option<String> {
    let target = command.words.get(1)?.known()?;
    if target.starts_with(['/', '~', '-', '*']) || command.may_fail {
        return None;
    }
    if target.starts_with([PROJECT, START]) {
        return Some(target.to_owned());
    }
    let folder = command.folder.as_deref()?;
    // A folder that is entered again and again is not one that somebody means.
    let is_short = folder.len() + target.len() < LONGEST;
    is_short.then(|| if folder.is_empty() { target.to_owned() } else { format!("{folder}/{target}") })
}

impl Command {
    /// The program, where it is spelled.
    pub(crate) fn program(&self) -> Option<&str> {
        self.words.first()?.known()
    }

    /// The same with other words.
    pub(crate) fn with_words(&self, words: Vec<Word>) -> Self {
        Self { words, folder: self.folder.clone(), may_fail: self.may_fail, span: self.span }
    }
}

fn may_fail(tree: &Tree, text: &str, command: NodeId) -> bool {
    let has = |list: NodeId, sign: &str| tree.children(list).any(|child| tree.kind_name(child) == sign);
    let mut inside = command;
    tree.ancestors(command).take(HIGHEST).any(|above| {
        let from = std::mem::replace(&mut inside, above);
        match tree.kind_name(above) {
            "list" => has(above, "||") || is_guarded(tree, text, above, from),
            "if_statement" | "elif_clause" | "while_statement" | "case_statement" | "negated_command" => true,
            _ => false,
        }
    })
}

/// Whether what stands before a part of `a && b && c` asks for something: `[ -f a ] && bash a`, `test -f a && bash a`.
fn is_guarded(tree: &Tree, text: &str, list: NodeId, part: NodeId) -> bool {
    let mut before = tree.children(list).next().filter(|first| *first != part);
    for _ in 0..HIGHEST {
        let Some(command) = before.filter(|command| tree.kind_name(*command) == "list") else { break };
        if tree.children(command).skip(1).any(|operand| asks(tree, text, operand)) {
            return true;
        }
        before = tree.children(command).next();
    }
    before.is_some_and(|command| asks(tree, text, command))
}

/// Whether a command asks for something and does nothing else.
fn asks(tree: &Tree, text: &str, command: NodeId) -> bool {
    let spelled = || tree.text(command, text.as_bytes());
    match tree.kind_name(command) {
        "test_command" => true,
        "command" => [&b"test "[..], b"command -v ", b"which "].iter().any(|start| spelled().starts_with(start)),
        _ => false,
    }
}

/// How long a folder is at most.
const LONGEST: usize = 1024;

/// Behind how many commands a loop is no longer read for each of its words.
const MOST_COMMANDS: usize = 10_000;

#[cfg(test)]
mod tests;
