//! `lock-held-across-await`: a guard that lives while its task waits for something else.

mod guard;
mod held;

use auditlint_macros::Rule;
use auditlint_matcher::{Analysis, Label, LabelStyle};
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

use self::guard::{GuardExpression, LockKind};
use self::held::{Waits, temporaries_in};
use super::super::view::RuleView;
use super::asynchronous::runs_in_a_task;

/// a lock is held across an `await`
///
/// ## Why
///
/// While the task waits, nobody else gets the lock. A guard of `std` or `parking_lot` then blocks the threads of the runtime that ask for it, up
/// to a standstill in which the task that holds it is never run again. A guard of `tokio` blocks none, but every request that
/// needs the lock now waits for whatever this one waits for.
///
/// ## Instead
///
/// Copy out what is needed and let the guard go before the `await`: end its block, or `drop` it.
///
/// ## Note
///
/// Found in async code: guards of `std` and `parking_lot` that a `let` keeps while an `await` follows in the block, or that live in the value of
/// a `match`, `if let`, `while let` or `for` with an `await` below it, or in the expression that is awaited. Awaits inside of
/// `select!`, `join!` and other macros count. Guards of async locks (`.lock().await`) are found where an `await` has nothing to do with what the lock guards: neither
/// it nor a value from it stands in the expression. Clippy has the same rule for `std` and `parking_lot` as `await_holding_lock`.
///
/// Not found: guards that are dropped or handed on before; those of a block that ends before; an async guard that is never
/// named again, which lets one task after the other pass on purpose, or one that waits for another lock; locks of an unknown kind: `.lock()` without `unwrap` or `await`
/// where the first 64 KiB of the file do not name `parking_lot`, `.read().await` where they do not name a lock; an `await` more than 8,000 nodes of the tree behind its
/// guard, or code in more than 1,000 blocks and calls inside of each other. The option `async-locks` leaves async guards out, or reports them at every `await`.
///
/// ## Bad
///
/// ```rust
/// use std::sync::{Mutex, RwLock};
///
/// async fn next(counter: &Mutex<u32>) -> u32 {
///     let mut count = «counter.lock().unwrap()»;
///     *count += 1;
///     save(*count).await
/// }
///
/// async fn read(rows: &RwLock<Vec<Row>>) {
///     let before = load().await;
///     let rows = «rows.read().expect("no writer panicked")»;
///     send(&rows).await;
///     let more = load().await;
/// }
///
/// async fn inner(rows: &RwLock<Vec<Row>>) -> u32 {
///     let second = {
///         let mut rows = «rows.write().unwrap()»;
///         load().await
///     };
///     load().await + second
/// }
///
/// fn block(counter: &Mutex<u32>) -> impl Future<Output = u32> + '_ {
///     async move {
///         let count = «counter.lock().unwrap_or_else(PoisonError::into_inner)»;
///         load().await
///     }
/// }
/// ```
///
/// ```rust
/// use parking_lot::{Mutex, RwLock};
///
/// async fn next(counter: &Mutex<u32>, rows: &RwLock<Vec<Row>>) {
///     let count = «counter.lock()»;
///     let rows = «rows.write()»;
///     tokio::join!(one(), two());
/// }
///
/// async fn some(counter: &Mutex<u32>) {
///     let count = «counter.lock()»;
///     if *count > 1 {
///         drop(count);
///         return load().await;
///     }
///     load().await;
/// }
/// ```
///
/// ```rust
/// async fn work(state: &State) {
///     while let Some(job) = «state.jobs.lock().unwrap()».pop() {
///         run(job).await;
///     }
///     match «state.mode.read().unwrap()».kind() {
///         Kind::Fast => fast().await,
///         Kind::Slow => {}
///     }
///     send(&«state.name.lock().unwrap()»).await;
///     for row in «state.rows.lock().unwrap()».iter() {
///         tokio::select! {
///             _ = save(row) => {}
///         }
///     }
/// }
/// ```
///
/// ```rust
/// use tokio::sync::{Mutex, RwLock};
///
/// async fn answer(cache: &RwLock<Cache>, id: u32) -> Row {
///     let mut rows = «cache.write().await»;
///     let row = load(id).await;
///     rows.insert(id, row.clone());
///     row
/// }
///
/// async fn work(jobs: Arc<Mutex<Receiver<Job>>>) {
///     while let Some(job) = «jobs.lock().await».recv().await {
///         run(job).await;
///     }
/// }
/// ```
///
/// ## Good
///
/// ```rust
/// use std::sync::{Mutex, RwLock};
///
/// async fn next(counter: &Mutex<u32>) -> u32 {
///     {
///         let count = counter.lock().unwrap();
///         let next = *count + 1;
///     }
///     load().await;
///     let count = counter.lock().unwrap();
///     47
/// }
///
/// async fn dropped(counter: Mutex<u32>) {
///     let mut count = counter.lock().unwrap();
///     *count += 1;
///     drop(count);
///     load().await;
/// }
///
/// async fn either(counter: Mutex<u32>) {
///     let count = counter.lock().unwrap();
///     if *count == 1 {
///         std::mem::drop(count);
///     } else {
///         drop(count);
///     }
///     load().await;
/// }
///
/// async fn alone(counter: Mutex<u32>) {
///     let mut count = counter.lock().unwrap();
///     *count += 1;
/// }
/// ```
///
/// ```rust
/// use std::sync::Mutex;
///
/// async fn copied(names: &Mutex<Vec<String>>) {
///     let name = names.lock().unwrap().first().cloned();
///     let all = names.lock().unwrap().len();
///     let _ = names.lock().unwrap();
///     if names.lock().unwrap().is_empty() {
///         load().await;
///     }
///     send(name).await;
///     let first = { let names = names.lock().unwrap(); names[0].clone() };
///     send(first).await;
/// }
/// ```
///
/// ```rust
/// fn spawned(count: &Mutex<u32>) {
///     let guard = count.lock().unwrap();
///     tokio::spawn(async { load().await });
///     block_on(async { load().await });
/// }
///
/// async fn later(count: &Mutex<u32>) {
///     let task = async { load().await };
///     {
///         let guard = count.lock().unwrap();
///         start(async move { load().await });
///     }
///     task.await;
/// }
/// ```
///
/// ```rust
/// use tokio::sync::{Mutex, RwLock};
///
/// async fn send(connection: &Mutex<Connection>, row: Row) {
///     let mut connection = connection.lock().await;
///     connection.write(&row).await;
///     let transaction = connection.begin().await;
///     transaction.commit().await;
/// }
///
/// async fn one_after_the_other(gate: &Mutex<()>) {
///     let _turn = gate.lock().await;
///     load().await;
/// }
///
/// async fn both(one: &Mutex<u32>, other: &Mutex<u32>) {
///     let mut one = one.lock().await;
///     let mut other = other.lock().await;
///     std::mem::swap(&mut *one, &mut *other);
/// }
/// ```
///
/// ```rust
/// async fn page(socket: &mut Socket) {
///     let body = socket.read().await;
///     let out = std::io::stdout().lock();
///     let lease = self.leases.lock();
///     answer(body).await;
/// }
/// ```
#[derive(Rule)]
#[rule(
    id = "lock-held-across-await",
    languages(Rust),
    severity = "warning",
    url = "https://docs.rs/tokio/latest/tokio/sync/struct.Mutex.html#which-kind-of-mutex-should-you-use",
    option(
        name = "async-locks",
        about = "Which guards of async locks count: those held across an `await` that has nothing to do with what they guard, all, or none.",
        one_of("unrelated", "all", "none"),
        default = "unrelated"
    ),
    cwe(833),
    since = "0.1.0"
)]
pub(super) struct LockHeldAcrossAwait;

/// How locks are taken: one of these stands in every file that takes one.
const TAKEN: &[&[u8]] = &[
    b"lock()",
    b"read()",
    b"write()",
    b"lock_owned()",
    b"read_owned()",
    b"write_owned()",
    b"upgradable_read()",
    b"lock_arc()",
];

impl NativeRule for LockHeldAcrossAwait {
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        &[&["lock", "read", "write"], &["async"]]
    }

    fn may_match(&self, _options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        TAKEN.iter().any(|taken| memchr::memmem::find(text, taken).is_some())
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["let_declaration", "match_expression", "let_condition", "for_expression", "await_expression"]
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let mut report = |guard: &GuardExpression, waits: Waits| {
            let is_wanted = match guard.kind {
                LockKind::Thread => true,
                LockKind::Task if options.has("async-locks", "none") => false,
                LockKind::Task => options.has("async-locks", "all") || waits.unrelated,
            };
            if !is_wanted || !runs_in_a_task(view, guard.node, true) || view.is_in_rust_test(guard.node) {
                return;
            }
            let span = view.span(if guard.kind == LockKind::Task { waits.first_unrelated } else { waits.first });
            let label = Label { span, style: LabelStyle::Secondary, message: Some("held here".to_owned()) };
            emit(NativeMatch { labels: vec![label], ..NativeMatch::of(analysis, guard.node) });
        };
        match view.kind(node) {
            "let_declaration" => {
                if let Some((guard, name)) = guard::kept_by(view, node)
                    && let Some(waits) = held::after_let(view, node, name, guard.kind)
                {
                    report(&guard, waits);
                }
            }
            "await_expression" => {
                let awaited = view.named(node).next();
                for guard in awaited.into_iter().flat_map(|awaited| temporaries_in(view, awaited)) {
                    // What an async lock guards is there to be awaited.
                    if guard.kind == LockKind::Thread {
                        report(&guard, Waits::at(node));
                    }
                }
            }
            _ => {
                let Some((value, pattern, body)) = guard::surroundings(view, node) else { return };
                let mut guards = temporaries_in(view, value);
                // `if let Ok(rows) = rows.lock()`
                guards.extend(guard::unhealed(view, value).filter(|_| guards.is_empty()));
                for guard in guards {
                    if let Some(waits) = held::below(view, body, pattern, guard.kind) {
                        report(&guard, waits);
                    }
                }
            }
        }
    }
}
