//! `blocking-in-async`: a call that keeps a thread of the runtime from all other tasks.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::RuleView;
use super::asynchronous::{beginning, called, is_awaited, receiver, runs_in_a_task};

/// a blocking call stands in async code
///
/// ## Why
///
/// A runtime runs thousands of tasks on a few threads, and a task gives its thread back only at an `await`. While this call
/// waits for a disk, a network or a clock, every other task of the thread waits as well: health checks time out, and a few
/// slow requests stop the whole service.
///
/// ## Instead
///
/// Call what the runtime has for it (`tokio::fs`, `tokio::time::sleep`, `tokio::process::Command`, the client of `reqwest`
/// that is not `blocking`), or hand the work to `tokio::task::spawn_blocking`.
///
/// ## Note
///
/// Found in an `async fn`, an `async` block and an `async` closure, also inside of macros such as `tokio::select!`: functions of
/// `std::fs` and `fs_err`, `File::open` and `create`, `OpenOptions::open`, `std::thread::sleep` and `park`, connections of
/// `std::net` and `to_socket_addrs`, `reqwest::blocking`, requests of `ureq`, `block_on` of `futures`, and `output`, `status`
/// and `wait` of `std::process::Command`. Imports and renames are followed. A closure counts where a method of the standard
/// library calls it at once (`map`, `unwrap_or_else`), and one with a name where the code around it calls it and does nothing else with it.
///
/// Not found: what stands in any other closure, such as one for `spawn_blocking`, `block_in_place`, a thread or `rayon`; `async
/// fn main` and what `block_on` is given, which have a thread of their own (the option `own-thread` reports them too); a function
/// that blocks and is called from async code; methods of a value of unknown type (`path.exists()`, `file.read(…)`); a lock
/// that others hold.
///
/// ## Bad
///
/// ```rust
/// async fn page(path: &str) -> std::io::Result<String> {
///     «std::fs::read_to_string(path)»
/// }
/// ```
///
/// ```rust
/// use std::fs::{self, File};
/// use std::{thread, time::Duration};
///
/// impl Store {
///     pub async fn save(&self, rows: &[Row]) -> Result<(), Error> {
///         «fs::create_dir_all(&self.folder)»?;
///         let file = «File::create(self.folder.join("rows"))»?;
///         let old = self.paths.iter().map(|path| «fs::metadata(path)»).count();
///         «thread::sleep(Duration::from_millis(10))»;
///         write(file, rows).await
///     }
/// }
/// ```
///
/// ```rust
/// use std::process::Command as Program;
///
/// fn start() {
///     tokio::spawn(async move {
///         let mut program = Program::new("git");
///         program.arg("status");
///         let found = «program.output()»;
///         let other = «Program::new("ls").stdout(Stdio::null()).status()»;
///     });
/// }
/// ```
///
/// ```rust
/// use std::net::TcpStream;
/// use std::fs::OpenOptions;
///
/// async fn serve(mut jobs: Receiver<Job>) {
///     tokio::select! {
///         job = jobs.recv() => {
///             let stream = «TcpStream::connect("127.0.0.1:80")»;
///             let log = «OpenOptions::new().append(true).open("log")»;
///         }
///     }
/// }
/// ```
///
/// ```rust
/// async fn rates() -> reqwest::Result<String> {
///     let client = «reqwest::blocking::Client::new()»;
///     let text = «reqwest::blocking::get("https://example.com")»?.text()?;
///     Ok(text)
/// }
/// ```
///
/// ```rust
/// use std::fs::File;
///
/// async fn archive(paths: &[PathBuf]) -> std::io::Result<()> {
///     let mut add = |path: &Path| -> std::io::Result<()> {
///         let file = «File::open(path)»?;
///         zip(file)
///     };
///     for path in paths {
///         add(path)?;
///     }
///     Ok(())
/// }
/// ```
///
/// ## Good
///
/// ```rust
/// use std::fs::File;
///
/// async fn archive(path: PathBuf, pool: &Pool) -> std::io::Result<File> {
///     let open = move || File::open(path);
///     let later = || File::create("log");
///     pool.spawn(later);
///     let inner = || File::open("a");
///     let outer = std::thread::spawn(move || inner());
///     tokio::task::spawn_blocking(open).await?
/// }
/// ```
///
/// ```rust
/// use std::fs;
///
/// async fn page(path: PathBuf) -> std::io::Result<String> {
///     tokio::task::spawn_blocking(move || fs::read_to_string(path)).await?
/// }
/// ```
///
/// ```rust
/// use tokio::fs;
/// use tokio::process::Command;
///
/// async fn page(path: &str) -> std::io::Result<String> {
///     tokio::time::sleep(Duration::from_secs(1)).await;
///     Command::new("ls").output().await?;
///     fs::read_to_string(path).await
/// }
/// ```
///
/// ```rust
/// fn load(path: &str) -> std::io::Result<String> {
///     std::fs::read_to_string(path)
/// }
///
/// async fn page() -> Option<String> {
///     tokio::task::block_in_place(|| std::fs::read_to_string("page").ok())
/// }
/// ```
///
/// ```rust
/// #[tokio::main]
/// async fn main() {
///     let settings = std::fs::read_to_string("settings.toml").unwrap();
///     serve(settings).await;
/// }
/// ```
///
/// ```rust
/// use rayon::prelude::*;
///
/// async fn sizes(paths: Vec<PathBuf>) -> Vec<u64> {
///     std::thread::spawn(|| std::thread::sleep(SECOND));
///     let kind = std::fs::FileType::is_file;
///     paths.par_iter().map(|path| std::fs::metadata(path).map_or(0, |found| found.len())).collect()
/// }
/// ```
///
/// ```rust
/// async fn start() -> std::io::Result<Child> {
///     let child = std::process::Command::new("worker").spawn();
///     let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
///     tokio::net::TcpListener::from_std(listener)
/// }
/// ```
///
/// ```rust
/// #[tokio::test]
/// async fn reads() {
///     assert_eq!(page().await, std::fs::read_to_string("page").unwrap());
/// }
/// ```
#[derive(Rule)]
#[rule(
    id = "blocking-in-async",
    languages(Rust),
    severity = "warning",
    url = "https://docs.rs/tokio/latest/tokio/task/index.html#blocking-and-yielding",
    option(
        name = "own-thread",
        about = "Whether `async fn main` and what `block_on` is given count: they have a thread of their own, but what is joined there waits.",
        one_of("leave", "report"),
        default = "leave"
    ),
    cwe(1322),
    since = "0.1.0"
)]
pub(super) struct BlockingInAsync;

/// Words of which one stands in every file that calls such a thing.
const WORDS: &[&str] = &[
    "fs",
    "fs_err",
    "thread",
    "TcpStream",
    "UnixStream",
    "blocking",
    "Command",
    "ureq",
    "block_on",
    "to_socket_addrs",
];

/// Functions that block, by their paths.
const BLOCKING: &[&str] = &[
    "fs_err::File::create",
    "fs_err::File::open",
    "futures::executor::block_on",
    "futures_executor::block_on",
    "pollster::block_on",
    "std::fs::File::create",
    "std::fs::File::create_new",
    "std::fs::File::open",
    "std::net::TcpStream::connect",
    "std::net::TcpStream::connect_timeout",
    "std::os::unix::fs::symlink",
    "std::os::unix::net::UnixStream::connect",
    "std::thread::park",
    "std::thread::park_timeout",
    "std::thread::sleep",
];

impl NativeRule for BlockingInAsync {
    fn may_match(&self, _options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        memchr::memmem::find(text, b"async").is_some() && WORDS.iter().any(|word| holds_word(text, word))
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["call_expression"]
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let own_thread = options.has("own-thread", "report");
        // What the path of a call is costs more than where it stands.
        if !runs_in_a_task(view, node, own_thread) || is_awaited(view, node) {
            return;
        }
        let Some(what) = blocking(view, node) else { return };
        if !view.is_in_rust_test(node) {
            let message = format!("`{what}` blocks the thread of an async task");
            emit(NativeMatch { message: Some(message), ..NativeMatch::of(analysis, node) });
        }
    }
}

/// What a call blocks with.
fn blocking(view: RuleView<'_>, call: NodeId) -> Option<String> {
    let method = called(view, call)?;
    let Some(on) = receiver(view, call) else {
        let path = view.path(view.field(call, "function")?)?;
        return is_blocking(&path).then_some(path);
    };
    let begins = match method {
        "output" | "status" | "wait" | "wait_with_output" => &["std::process::Command::new"][..],
        "open" => &["std::fs::OpenOptions::new", "std::fs::File::options"],
        "create" => &["std::fs::DirBuilder::new"],
        "to_socket_addrs" => {
            let source = view.source();
            let is_std = source.contains("ToSocketAddrs") && !source.contains("tokio::net::ToSocketAddrs");
            return is_std.then(|| "to_socket_addrs".to_owned());
        }
        _ => return None,
    };
    let path = beginning(view, on)?;
    let owner = path.rsplit_once("::")?.0;
    begins.contains(&path.as_str()).then(|| format!("{owner}::{method}"))
}

fn is_blocking(path: &str) -> bool {
    let is_function = |name: &str| !name.contains("::") && name.starts_with(|first: char| first.is_ascii_lowercase());
    let requests = ["get", "post", "put", "patch", "delete", "head", "request"];
    BLOCKING.contains(&path)
        || path.strip_prefix("std::fs::").is_some_and(is_function)
        || path.strip_prefix("fs_err::").is_some_and(is_function)
        || path.starts_with("reqwest::blocking::")
        || path.strip_prefix("ureq::").is_some_and(|name| requests.contains(&name))
}

/// Whether a word stands in a text by itself.
pub(super) fn holds_word(text: &[u8], word: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memchr::memmem::find_iter(text, word).any(|at| !is_part(text[..at].last()) && !is_part(text.get(at + word.len())))
}
