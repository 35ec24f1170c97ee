//! Files and folders that commands make, by what each program does with its words.

use auditlint_facts::folder::{above, folder_of};
use auditlint_source::FilePath;

use super::CommandRun;
use crate::read::shell::{ANY, PROJECT, START, Word};

/// Something that a command makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Product {
    /// Its path, seen from the folder of the command.
    pub(crate) path: String,
    /// Whether anything may lie below it: a copy of a folder does, an empty folder does not.
    pub(crate) is_filled: bool,
}

/// Options behind which a file or folder stands that the program writes.
const OUTPUTS: &[&str] = &[
    "-o",
    "-O",
    "-d",
    "--output",
    "--out",
    "--outfile",
    "--out-file",
    "--outdir",
    "--outDir",
    "--out-dir",
    "--outputDir",
    "--output-dir",
    "--output-file",
    "--output-path",
    "--dest",
    "--dist-dir",
    "--target-dir",
];

/// Programs to which the short ones of these say something else: a test, a separator, an option of their own.
const OTHERWISE: &[&str] = &[
    "[", "[[", "base64", "curl", "cut", "date", "declare", "docker", "du", "egrep", "find", "git", "grep", "cp",
    "install", "ln", "mv", "node", "rm", "rsync", "jq", "kubectl", "ls", "mkdir", "mount", "mysql", "paste", "ps",
    "psql", "read", "rg", "scp", "sed", "set", "shopt", "ssh", "tar", "test", "touch", "tr", "xargs",
];

/// Options of programs that copy which take the next word.
const COPY_VALUES: &[&str] = &["-m", "-o", "-g", "-e", "-S", "--exclude", "--include", "--chmod", "--chown", "--mode"];

/// Where a path may lie that a command of a file names, seen from the folder in which it runs: in that folder, or, where the file is
/// run from somewhere, in each of those above the file.
pub(crate) fn places(file: &FilePath, folder: &str, path: &str) -> Vec<FilePath> {
    if let Some(rest) = path.strip_prefix(PROJECT) {
        return vec![FilePath::new(rest)];
    }
    let is_from_start = path.starts_with(START);
    if let Some(base) = folder.strip_prefix(PROJECT).filter(|base| !base.contains(ANY) && !is_from_start) {
        return vec![FilePath::new(base).join(path)];
    }
    let inner = folder.strip_prefix(START).unwrap_or_default().trim_matches('/');
    let inner = if is_from_start || inner.contains(ANY) { "" } else { inner };
    let path = path.trim_start_matches(START).trim_start_matches('/');
    above(folder_of(file)).map(|base| base.join(inner).join(path)).collect()
}

/// What a command makes.
pub(crate) fn made(run: &CommandRun) -> Vec<Product> {
    let words = &run.command.words;
    let Some((first, arguments)) = words.split_first() else { return Vec::new() };
    let name = first.known().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    let mut made = Vec::new();
    match name {
        "mkdir" | "touch" | "tee" => made.extend(plain(arguments).map(single)),
        "install" if has(arguments, &["-d", "--directory"]) => {
            made.extend(plain(arguments).map(single));
        }
        "cp" | "mv" | "install" | "rsync" | "ln" => copied(name, arguments, &mut made),
        "tar" | "bsdtar" => unpacked_by_tar(run, arguments, &mut made),
        "unzip" | "7z" => unpacked(run, arguments, &["-d"], &mut made),
        "wget" | "curl" => downloaded(run, arguments, &mut made),
        "git" => cloned(arguments, &mut made),
        "gh" => match (text(arguments, 0), text(arguments, 1)) {
            ("repo", "clone") => cloned(&arguments[1..], &mut made),
            (_, "download") => unpacked(run, arguments, &["-D", "--dir"], &mut made),
            _ => {}
        },
        // `docker cp container:/app/dist dist`
        "docker" | "podman" if text(arguments, 0) == "cp" => copied("mv", &arguments[1..], &mut made),
        "scp" => copied(name, arguments, &mut made),
        "lessc" | "stylus" => made.extend(plain(arguments).nth(1).map(single)),
        "sass" => compiled(arguments, &mut made),
        "protoc" => made.extend(arguments.iter().filter_map(|word| generated_by_protoc(&word.text)).map(filled)),
        "rollup" => made.extend(value(arguments, &["--dir"]).map(filled)),
        "degit" | "tiged" => cloned_to(plain(arguments).collect(), &mut made),
        _ => {}
    }
    let is_short = |option: &str| !option.starts_with("--");
    let writes = |option: &str| OUTPUTS.contains(&option) && !(is_short(option) && OTHERWISE.contains(&name));
    // `wasm-pack build crates/a -d ../out`: the folder is seen from the crate.
    let from = (name == "wasm-pack").then(|| plain(arguments).nth(1)).flatten().filter(|at| *at != "--");
    let placed = |path: &str| match from {
        Some(from) if !path.starts_with('/') && !is_value_of(arguments, from, &writes) => format!("{from}/{path}"),
        _ => path.to_owned(),
    };
    for (index, word) in words.iter().enumerate().skip(1) {
        let value = word.text.split_once('=').filter(|(option, _)| writes(option)).map(|(_, value)| value);
        let behind = writes(&words[index - 1].text).then_some(word.text.as_str()).filter(|word| !word.starts_with('-'));
        let found = value.or(behind).filter(|path| is_path(path));
        made.extend(found.map(|path| Product { path: placed(path), is_filled: true }));
    }
    if name == "wasm-pack" && text(arguments, 0) == "build" && made.is_empty() {
        made.push(Product { path: placed("pkg"), is_filled: true });
    }
    made.retain(|made| is_path(&made.path));
    made
}

/// `sass in.scss out.css`, `sass in.scss:out.css src:out`
fn compiled(arguments: &[Word], made: &mut Vec<Product>) {
    let pairs = plain(arguments).filter_map(|word| Some(word.split_once(':')?.1));
    made.extend(pairs.map(filled));
    if !plain(arguments).any(|word| word.contains(':')) {
        made.extend(plain(arguments).nth(1).map(single));
    }
}

/// `--ts_out=options:folder`
fn generated_by_protoc(option: &str) -> Option<&str> {
    let (name, value) = option.split_once('=')?;
    name.ends_with("_out").then(|| value.rsplit(':').next().unwrap_or(value))
}

/// Whether a word is the value of an option that names what is written.
fn is_value_of(words: &[Word], value: &str, writes: &dyn Fn(&str) -> bool) -> bool {
    words.windows(2).any(|pair| writes(&pair[0].text) && pair[1].text == value)
}

/// Whether a word may name something in the project.
fn is_path(word: &str) -> bool {
    !word.is_empty() && !word.starts_with(['/', '~', '$']) && !word.contains(['*', '?', ' ', ':', ANY])
}

fn single(word: &str) -> Product {
    Product { path: word.to_owned(), is_filled: false }
}

fn filled(path: impl Into<String>) -> Product {
    Product { path: path.into(), is_filled: true }
}

/// The words that are not options.
fn plain(words: &[Word]) -> impl Iterator<Item = &str> {
    words.iter().map(|word| word.text.as_str()).filter(|word| !word.starts_with('-'))
}

fn text(words: &[Word], at: usize) -> &str {
    words.get(at).map_or("", |word| word.text.as_str())
}

fn has(words: &[Word], options: &[&str]) -> bool {
    words.iter().any(|word| options.contains(&word.text.as_str()))
}

/// The value of the first of some options.
fn value<'w>(words: &'w [Word], options: &[&str]) -> Option<&'w str> {
    let attached = words.iter().find_map(|word| {
        let (option, value) = word.text.split_once('=')?;
        options.contains(&option).then_some(value)
    });
    let apart = || words.windows(2).find(|pair| options.contains(&pair[0].text.as_str()));
    attached.or_else(|| apart().map(|pair| pair[1].text.as_str()))
}

/// `cp -r a b/` makes `b/a`, or `b` as a copy of `a`.
fn copied(program: &str, arguments: &[Word], made: &mut Vec<Product>) {
    let mut words: Vec<&str> = Vec::new();
    let mut rest = arguments.iter().map(|word| word.text.as_str());
    while let Some(word) = rest.next() {
        if COPY_VALUES.contains(&word) && !(program == "cp" || program == "mv" || program == "ln") {
            rest.next();
        } else if matches!(word, "-t" | "--target-directory") {
            let Some(folder) = rest.next() else { return };
            let names: Vec<&str> = words.drain(..).chain(rest).filter(|word| !word.starts_with('-')).collect();
            return into(folder, &names, made);
        } else if !word.starts_with('-') {
            words.push(word);
        }
    }
    let Some((target, sources)) = words.split_last() else { return };
    match sources {
        // `ln -s ../a` makes `a` where it runs.
        [] if program == "ln" => made.extend(base_name(target).map(filled)),
        [] => {}
        [one] if !target.ends_with('/') => {
            let is_folder = matches!(program, "mv" | "ln" | "rsync")
                || arguments.iter().any(|word| is_recursive(&word.text))
                || one.contains(['*', '?', ANY]);
            let may_be_folder = base_name(target).is_none() || !base_name(target).unwrap_or_default().contains('.');
            if may_be_folder {
                into(target, sources, made);
            }
            made.push(Product { path: (*target).to_owned(), is_filled: is_folder });
        }
        _ => into(target, sources, made),
    }
}

/// Whether a copy takes folders.
fn is_recursive(option: &str) -> bool {
    option == "--recursive"
        || option == "--archive"
        || (option.starts_with('-') && !option.starts_with("--") && option.contains(['r', 'R', 'a']))
}

/// What lies in a folder once all of these have been put there.
fn into(folder: &str, sources: &[&str], made: &mut Vec<Product>) {
    let folder = folder.trim_end_matches('/');
    for source in sources {
        match base_name(source).filter(|_| !source.ends_with('/')) {
            Some(name) if !name.contains(['*', '?', '{', ANY]) => made.push(filled(format!("{folder}/{name}"))),
            // All that lies in a folder.
            _ => made.push(filled(folder)),
        }
        if source.ends_with('/') {
            made.extend(base_name(source).map(|name| filled(format!("{folder}/{name}"))));
        }
    }
}

/// The last part of a path or an address.
fn base_name(path: &str) -> Option<&str> {
    let name = path.trim_end_matches('/').rsplit('/').next()?;
    (!name.is_empty() && name != "." && name != "..").then_some(name)
}

/// The folder in which a command runs, where somebody can say which and it is not that of the project.
fn here(run: &CommandRun) -> Option<Product> {
    let folder = run.command.folder.as_deref()?;
    let inner = folder.strip_prefix([PROJECT, START])?.trim_matches('/');
    (!inner.is_empty() && !inner.contains(ANY)).then(|| filled("."))
}

fn unpacked_by_tar(run: &CommandRun, arguments: &[Word], made: &mut Vec<Product>) {
    let Some(mode) = arguments.first() else { return };
    let is_short = |word: &str| !word.starts_with("--");
    let takes = |letter: char| {
        let short = arguments.iter().filter(|word| word.text.starts_with('-') && is_short(&word.text));
        mode.text.contains(letter) && is_short(&mode.text) || short.clone().any(|word| word.text.contains(letter))
    };
    if has(arguments, &["--extract", "--get"]) || (takes('x') && !takes('c')) {
        match value(arguments, &["-C", "--directory"]) {
            Some(folder) => made.push(filled(folder)),
            None => {
                made.extend(here(run));
                made.extend(plain(&arguments[1..]).map(filled));
            }
        }
    } else if takes('c') || has(arguments, &["--create"]) {
        let archive = value(arguments, &["-f", "--file"]).or_else(|| plain(&arguments[1..]).next());
        made.extend(archive.map(single));
    }
}

fn unpacked(run: &CommandRun, arguments: &[Word], options: &[&str], made: &mut Vec<Product>) {
    match value(arguments, options) {
        Some(folder) => made.push(filled(folder)),
        None => made.extend(here(run)),
    }
    made.extend(value(arguments, &["-O", "--output"]).map(single));
}

fn downloaded(run: &CommandRun, arguments: &[Word], made: &mut Vec<Product>) {
    let folder = value(arguments, &["-P", "--directory-prefix", "--output-dir"]);
    made.extend(folder.map(filled));
    made.extend(value(arguments, &["-o", "-O", "--output", "--output-document"]).map(single));
    for word in arguments.iter().filter(|word| word.text.contains("://")) {
        let name = word.text.split(['?', '#']).next().and_then(base_name);
        made.extend(name.map(single));
    }
    let is_wide = has(arguments, &["-r", "--recursive", "-m", "--mirror"]);
    made.extend(here(run).filter(|_| is_wide));
}

fn cloned(arguments: &[Word], made: &mut Vec<Product>) {
    let words: Vec<&str> = plain(arguments).collect();
    match words[..] {
        ["clone", ref rest @ ..] | ["submodule", "add", ref rest @ ..] => cloned_to(rest.to_vec(), made),
        ["worktree", "add", path, ..] => made.push(filled(path)),
        ["init", path] => made.push(single(path)),
        _ => {}
    }
}

/// A repository, and the folder for it where one is named.
fn cloned_to(words: Vec<&str>, made: &mut Vec<Product>) {
    // An option may have taken the first of them.
    let at =
        words.iter().position(|word| word.contains("://") || word.contains('@') || word.contains(ANY)).unwrap_or(0);
    match words.get(at + 1) {
        Some(folder) => made.push(filled(*folder)),
        None => made.extend(
            words.get(at).and_then(|source| base_name(source)).map(|name| filled(name.trim_end_matches(".git"))),
        ),
    }
}
