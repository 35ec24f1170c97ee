//! One allocator for everything, the C code of tree-sitter included.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Lets the C code of tree-sitter use the same allocator as the rest; a global allocator of Rust does not reach it.
#[expect(unsafe_code, reason = "the allocator of a C library can only be set through C functions")]
pub(crate) fn use_for_trees() {
    let mimalloc = tree_sitter::Allocator {
        malloc: libmimalloc_sys::mi_malloc,
        calloc: libmimalloc_sys::mi_calloc,
        realloc: libmimalloc_sys::mi_realloc,
        free: libmimalloc_sys::mi_free,
    };
    // SAFETY: the four functions belong to one allocator and follow the contracts of malloc, calloc, realloc and free, and
    // this runs before anything else of tree-sitter and before there is a second thread.
    unsafe { tree_sitter::set_allocator(Some(mimalloc)) }
}
