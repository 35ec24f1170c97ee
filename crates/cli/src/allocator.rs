//! One allocator for everything, the C code of tree-sitter included, of which it can tell how much it holds.
#![expect(unsafe_code, reason = "the allocator of a C library can only be set through C functions")]

use std::cell::Cell;
use std::ffi::c_void;

use auditlint_syntax::Meter;
use libmimalloc_sys::{mi_calloc, mi_free, mi_malloc, mi_realloc, mi_usable_size};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

thread_local! {
    /// What C code holds on this thread, in bytes, while somebody counts.
    // auditlint-ignore static-mutable-state: C code hands its allocator no state of its own
    static HELD: Cell<Option<i64>> = const { Cell::new(None) };
    /// How many blocks C code took on this thread.
    // auditlint-ignore static-mutable-state: C code hands its allocator no state of its own
    static BLOCKS: Cell<u64> = const { Cell::new(0) };
}

/// Lets the C code of tree-sitter use the same allocator as the rest; a global allocator of Rust does not reach it.
pub(crate) fn use_for_trees() {
    let counted = tree_sitter::Allocator { malloc, calloc, realloc, free };
    // SAFETY: the four functions belong to one allocator and follow the contracts of malloc, calloc, realloc and free, and
    // this runs before anything else of tree-sitter and before there is a second thread.
    unsafe { tree_sitter::set_allocator(Some(counted)) }
    Meter {
        start: || HELD.set(Some(0)),
        held: || HELD.get().unwrap_or(0).max(0).unsigned_abs(),
        blocks: || BLOCKS.get(),
        stop: || HELD.set(None),
    }
    .install();
}

/// Counts a block that was taken.
fn take(block: *mut c_void) {
    BLOCKS.set(BLOCKS.get() + 1);
    count_bytes(block, 1);
}

/// Counts the bytes of a block that was taken or given back. Most parses are not counted, so the size is asked only if need
/// be.
fn count_bytes(block: *mut c_void, sign: i64) {
    if let Some(held) = HELD.get() {
        // SAFETY: the block is null, for which the size is 0, or belongs to this allocator and is not given back yet.
        let size = unsafe { mi_usable_size(block) };
        HELD.set(Some(held + sign * size as i64));
    }
}

unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    // SAFETY: the contract is that of malloc.
    let block = unsafe { mi_malloc(size) };
    take(block);
    block
}

unsafe extern "C" fn calloc(count_of: usize, size: usize) -> *mut c_void {
    // SAFETY: the contract is that of calloc.
    let block = unsafe { mi_calloc(count_of, size) };
    take(block);
    block
}

unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    count_bytes(block, -1);
    // SAFETY: the contract is that of realloc.
    let block = unsafe { mi_realloc(block, size) };
    take(block);
    block
}

unsafe extern "C" fn free(block: *mut c_void) {
    count_bytes(block, -1);
    // SAFETY: the contract is that of free.
    unsafe { mi_free(block) }
}
