//! How much is analysed at one time.
//!
//! A source takes many times its size while it is analysed, and each thread has one. Ordinary sources are small, and pass;
//! large ones wait, in the order in which they came, until what they may take is free.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::limits::{MEMORY_AT_ONCE, WAITS_FROM, memory_of};

/// Memory that sources take turns to use.
#[derive(Debug)]
pub(crate) struct Turns {
    all: u64,
    state: Mutex<QueueState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct QueueState {
    used: u64,
    /// The number that the next one to come gets, and the number whose turn it is.
    next: u64,
    served: u64,
    /// The most that was ever used at one time.
    peak: u64,
}

/// The right to analyse one source; given back when it is dropped.
pub(crate) struct AnalysisTurn<'t> {
    turns: &'t Turns,
    cost: u64,
}

impl Turns {
    pub(crate) fn new() -> Self {
        Self::of(MEMORY_AT_ONCE)
    }

    fn of(all: u64) -> Self {
        Self { all, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Waits until a source of `bytes` bytes may be analysed. What takes more than there is at all runs alone.
    pub(crate) fn take(&self, bytes: u64) -> Option<AnalysisTurn<'_>> {
        (bytes >= WAITS_FROM).then(|| self.take_memory(memory_of(bytes)))
    }

    fn take_memory(&self, cost: u64) -> AnalysisTurn<'_> {
        let cost = cost.min(self.all);
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        while state.served != number || state.used + cost > self.all {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.served += 1;
        state.used += cost;
        state.peak = state.peak.max(state.used);
        drop(state);
        self.changed.notify_all();
        AnalysisTurn { turns: self, cost }
    }

    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AnalysisTurn<'_> {
    fn drop(&mut self) {
        self.turns.lock().used -= self.cost;
        self.turns.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_used_than_there_is() {
        let turns = Turns::of(100);
        std::thread::scope(|scope| {
            for cost in [60, 60, 40, 500, 1, 99, 100, 30, 30, 30].repeat(20) {
                let turns = &turns;
                scope.spawn(move || {
                    let _turn = turns.take_memory(cost);
                    std::thread::yield_now();
                });
            }
        });
        let state = turns.lock();
        assert_eq!((state.used, state.served), (0, 200));
        assert!(state.peak <= 100, "{state:?}");
    }

    #[test]
    fn small_sources_do_not_wait() {
        assert!(Turns::new().take(WAITS_FROM - 1).is_none());
    }
}
