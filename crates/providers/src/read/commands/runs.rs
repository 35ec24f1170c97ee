//! What is collected of a file.

use auditlint_facts::Gap;
use auditlint_source::{FilePath, Span};
use auditlint_syntax::Parser;
use serde::{Deserialize, Serialize};

use super::loose;
use crate::conventions::is_in_scripts;
use crate::read::shell::{self, Command, PROJECT, START, Word, WordContext};

/// A command, and what runs it.
#[derive(Clone, Debug)]
pub(crate) struct CommandRun {
    /// What of the file runs it: nothing for the file as a whole, else `#job`, `#script`.
    pub(crate) owner: String,
    /// Where it stands in the file.
    pub(crate) span: Span,
    /// The command. Its folder starts at the root of the project, or at [`START`]: the folder of whoever runs the file.
    pub(crate) command: Command,
    /// Whether it is the command itself, rather than a line of words in which it may stand.
    pub(crate) is_read: bool,
}

/// One part of a file, or another file, that a part of it runs.
#[derive(Clone, Debug)]
pub(crate) struct RunLink {
    pub(crate) owner: String,
    pub(crate) span: Span,
    /// `#part` of the same file, or the path of a file.
    pub(crate) target: String,
    /// In what way.
    pub(crate) kind: RunLinkKind,
}

/// In what way one runs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RunLinkKind {
    Task,
    Job,
    Workflow,
    Action,
    Include,
    Reference,
    Default,
    Target,
    Before,
    /// Recipes of another file, below a name.
    Module,
}

impl RunLinkKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Job => "job",
            Self::Workflow => "workflow",
            Self::Action => "action",
            Self::Include => "include",
            Self::Reference => "reference",
            Self::Default => "default",
            Self::Target => "target",
            Self::Before => "before",
            Self::Module => "module",
        }
    }
}

/// What runs by itself.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    pub(crate) owner: String,
    pub(crate) span: Span,
    pub(crate) kind: RootKind,
}

/// What runs something by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RootKind {
    Job,
    Hook,
}

impl RootKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Hook => "hook",
        }
    }
}

/// A list of commands that a job of GitLab may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Slot {
    BeforeScript,
    Script,
    AfterScript,
}

impl Slot {
    pub(crate) const ALL: [Self; 3] = [Self::BeforeScript, Self::Script, Self::AfterScript];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BeforeScript => "before_script",
            Self::Script => "script",
            Self::AfterScript => "after_script",
        }
    }
}

/// A job of GitLab, which takes from other jobs what it does not have.
#[derive(Clone, Debug)]
pub(crate) struct GitlabJob {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// The names of those that it extends.
    pub(crate) extends: Vec<String>,
    /// Which of its lists of commands it has.
    pub(crate) slots: Vec<Slot>,
}

/// What a file runs.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    pub(crate) commands: Vec<CommandRun>,
    pub(crate) links: Vec<RunLink>,
    pub(crate) roots: Vec<Root>,
    /// Words that may name a file: who says them, where, and what.
    pub(crate) mentions: Vec<(String, Span, String)>,
    /// Files that a command writes, as it names them.
    pub(crate) written: Vec<(String, String)>,
    /// Parts in whose folders lie files that are not those of the project.
    pub(crate) opaque: Vec<String>,
    pub(crate) gitlab: Vec<GitlabJob>,
    /// The scripts of a package: where, name, command.
    pub(crate) scripts: Vec<(Span, String, String)>,
    /// The name of the package.
    pub(crate) package: Option<String>,
    /// The globs of a workspace.
    pub(crate) workspaces: Vec<String>,
    /// Tasks of a task runner, with those that run before them.
    pub(crate) tasks: Vec<(String, String)>,
    /// What was not understood, so that anything may run.
    pub(crate) gaps: Vec<Gap>,
    /// Commands that were not understood, though words of them were read.
    pub(crate) unread: Vec<Gap>,
}

/// Where the text of a scalar stands in its file: commands are looked up in their order.
pub(crate) struct ScalarCursor<'t> {
    text: &'t str,
    span: Span,
    at: usize,
}

/// How far a command is looked up behind the one before it.
const WINDOW: usize = 1 << 14;

impl<'t> ScalarCursor<'t> {
    pub(crate) fn new(text: &'t str, span: Span) -> Self {
        Self { text, span, at: span.start as usize }
    }

    /// Where words stand, or the first line of the whole where they are not found.
    pub(crate) fn find(&mut self, words: &str) -> Span {
        let words = words.lines().next().unwrap_or_default().trim_end_matches('\\').trim_end();
        let end = (self.span.end as usize).min(self.at + WINDOW).min(self.text.len());
        let found = self.text.as_bytes().get(self.at..end).filter(|_| !words.is_empty());
        match found.and_then(|window| memchr::memmem::find(window, words.as_bytes())) {
            Some(offset) => {
                let start = self.at + offset;
                // The same words may stand there again.
                self.at = start + words.len();
                Span::new(start as u32, self.at as u32)
            }
            None => self.first_line(),
        }
    }

    fn first_line(&self) -> Span {
        let whole = self.text.as_bytes().get(self.span.start as usize..self.span.end as usize).unwrap_or_default();
        let length = memchr::memchr(b'\n', whole).unwrap_or(whole.len());
        Span::new(self.span.start, self.span.start + length as u32)
    }
}

/// A path with what [`START`] stands for.
pub(crate) fn based(path: &str, base: &str) -> String {
    match path.strip_prefix(START) {
        Some(rest) => format!("{base}{rest}"),
        None if path.is_empty() => base.to_owned(),
        None if path.starts_with(PROJECT) => path.to_owned(),
        None => format!("{base}/{path}"),
    }
}

impl Runs {
    pub(crate) fn gap(&mut self, span: Span, message: impl Into<String>) {
        self.gaps.push(Gap::new(span, message));
    }

    /// The commands of a whole file in shell.
    pub(crate) fn shell(&mut self, owner: &str, text: &str, setting: &WordContext, parser: &mut Parser) {
        self.add(owner, text, &START.to_string(), setting, parser, &mut |command, _| command.span);
    }

    /// The commands of a text that stands in a file; `base` is the folder in which it runs.
    pub(crate) fn text(
        &mut self,
        owner: &str,
        text: &str,
        base: &str,
        place: &mut ScalarCursor<'_>,
        setting: &WordContext,
        parser: &mut Parser,
    ) {
        self.add(owner, text, base, setting, parser, &mut |_, words| place.find(words));
    }

    /// The commands of a line that is known by one place.
    pub(crate) fn line(&mut self, owner: &str, text: &str, base: &str, span: Span, parser: &mut Parser) {
        self.add(owner, text, base, &WordContext::default(), parser, &mut |_, _| span);
    }

    fn add(
        &mut self,
        owner: &str,
        text: &str,
        base: &str,
        setting: &WordContext,
        parser: &mut Parser,
        place: &mut dyn FnMut(&Command, &str) -> Span,
    ) {
        let script = shell::read(text, setting, parser);
        let mut first = None;
        // Lines that a command hands to another shell, with its folder and place.
        let mut inner: Vec<(String, String, Span, usize)> = Vec::new();
        for mut command in script.commands {
            let words = text.get(command.span.start as usize..command.span.end as usize).unwrap_or_default();
            let span = place(&command, words);
            first = first.or(Some(span));
            rebase(&mut command, base);
            inner.extend(lines_within(&command).map(|(line, folder)| (line, folder, span, 1)));
            self.commands.push(CommandRun { owner: owner.to_owned(), span, command, is_read: true });
        }
        let span = first.unwrap_or_default();
        for word in script.values.into_iter().filter(|word| loose::is_path(&word.text)) {
            self.mentions.push((owner.to_owned(), span, based_word(&word.text, base)));
        }
        self.written.extend(script.written.into_iter().map(|word| (owner.to_owned(), based_word(&word.text, base))));
        if !script.is_whole {
            self.unread.push(Gap::new(span, "a part of the commands here is not understood"));
            self.loose(owner, span, text);
        }
        while let Some((line, folder, span, depth)) = inner.pop() {
            for mut command in shell::read(&line, setting, parser).commands {
                rebase(&mut command, &folder);
                if depth < DEEPEST {
                    inner.extend(lines_within(&command).map(|(line, folder)| (line, folder, span, depth + 1)));
                }
                self.commands.push(CommandRun { owner: owner.to_owned(), span, command, is_read: false });
            }
        }
    }

    /// What a text in another language seems to run.
    pub(crate) fn loose(&mut self, owner: &str, span: Span, text: &str) {
        for words in loose::command_lines(text) {
            let words = words.into_iter().map(|text| Word { text: text.to_owned(), span: Span::default() }).collect();
            let command = Command { words, folder: None, may_fail: true, span: Span::default() };
            self.commands.push(CommandRun { owner: owner.to_owned(), span, command, is_read: false });
        }
        let paths = loose::words(text).filter(|word| loose::is_path(word));
        self.mentions.extend(paths.map(|word| (owner.to_owned(), span, word.to_owned())));
    }

    /// What code names of the scripts of its project.
    pub(crate) fn mentions(&mut self, text: &str, path: &FilePath) {
        let is_script = is_in_scripts(path);
        let paths = loose::words(text).filter(|word| loose::is_path(word) && (is_script || loose::names_script(word)));
        self.mentions.extend(paths.map(|word| (String::new(), Span::default(), word.to_owned())));
        if is_script {
            for words in loose::command_lines(text) {
                let words =
                    words.into_iter().map(|text| Word { text: text.to_owned(), span: Span::default() }).collect();
                let command = Command { words, folder: None, may_fail: true, span: Span::default() };
                self.commands.push(CommandRun { owner: String::new(), span: Span::default(), command, is_read: false });
            }
        }
    }
}

/// How deep commands stand in the words of others at most: `concurrently "bash -c 'npm test'"`.
const DEEPEST: usize = 2;

/// How long a word is at most that is read as a command line.
const LONGEST: usize = 1 << 14;

/// Programs whose words are not commands.
const SPEAKERS: &[&str] = &["echo", "printf", "git", "grep", "sed", "awk", "jq", "gh", "curl", "cat", "test"];

/// Words of a command that may be command lines themselves, and the folder in which they would run.
fn lines_within(command: &Command) -> impl Iterator<Item = (String, String)> {
    let speaks = command.program().is_some_and(|program| SPEAKERS.contains(&program));
    let folder = command.folder.clone().unwrap_or_else(|| START.to_string());
    let words = command.words.get(1..).unwrap_or_default().iter().filter(move |_| !speaks);
    let lines: Vec<(String, String)> = words
        .filter_map(|word| {
            let script = ["npm:", "pnpm:", "yarn:", "bun:"].iter().find_map(|start| word.text.strip_prefix(start));
            match script {
                Some(script) => Some(format!("npm run {script}")),
                None => (word.text.contains(' ') && word.text.len() <= LONGEST).then(|| word.text.clone()),
            }
        })
        .map(|line| (line, folder.clone()))
        .collect();
    lines.into_iter()
}

fn rebase(command: &mut Command, base: &str) {
    command.folder = command.folder.take().map(|folder| based(&folder, base));
    for word in &mut command.words {
        if word.text.starts_with(START) {
            word.text = based(&word.text, base);
        }
    }
}

fn based_word(word: &str, base: &str) -> String {
    if word.starts_with(START) { based(word, base) } else { word.to_owned() }
}
