//! Names that every module has without importing them.
//!
//! Source: the documentation of `std::prelude` (edition 2024) and of the macros of `std`.

/// Types, traits, functions and variants with their full paths.
const NAMES: &[(&str, &[&str])] = &[
    ("AsMut", &["std", "convert", "AsMut"]),
    ("AsRef", &["std", "convert", "AsRef"]),
    ("Box", &["std", "boxed", "Box"]),
    ("Clone", &["std", "clone", "Clone"]),
    ("Copy", &["std", "marker", "Copy"]),
    ("Default", &["std", "default", "Default"]),
    ("DoubleEndedIterator", &["std", "iter", "DoubleEndedIterator"]),
    ("Drop", &["std", "ops", "Drop"]),
    ("Eq", &["std", "cmp", "Eq"]),
    ("Err", &["std", "result", "Result", "Err"]),
    ("ExactSizeIterator", &["std", "iter", "ExactSizeIterator"]),
    ("Extend", &["std", "iter", "Extend"]),
    ("Fn", &["std", "ops", "Fn"]),
    ("FnMut", &["std", "ops", "FnMut"]),
    ("FnOnce", &["std", "ops", "FnOnce"]),
    ("From", &["std", "convert", "From"]),
    ("FromIterator", &["std", "iter", "FromIterator"]),
    ("Future", &["std", "future", "Future"]),
    ("Into", &["std", "convert", "Into"]),
    ("IntoFuture", &["std", "future", "IntoFuture"]),
    ("IntoIterator", &["std", "iter", "IntoIterator"]),
    ("Iterator", &["std", "iter", "Iterator"]),
    ("None", &["std", "option", "Option", "None"]),
    ("Ok", &["std", "result", "Result", "Ok"]),
    ("Option", &["std", "option", "Option"]),
    ("Ord", &["std", "cmp", "Ord"]),
    ("PartialEq", &["std", "cmp", "PartialEq"]),
    ("PartialOrd", &["std", "cmp", "PartialOrd"]),
    ("Result", &["std", "result", "Result"]),
    ("Send", &["std", "marker", "Send"]),
    ("Sized", &["std", "marker", "Sized"]),
    ("Some", &["std", "option", "Option", "Some"]),
    ("String", &["std", "string", "String"]),
    ("Sync", &["std", "marker", "Sync"]),
    ("ToOwned", &["std", "borrow", "ToOwned"]),
    ("ToString", &["std", "string", "ToString"]),
    ("TryFrom", &["std", "convert", "TryFrom"]),
    ("TryInto", &["std", "convert", "TryInto"]),
    ("Unpin", &["std", "marker", "Unpin"]),
    ("Vec", &["std", "vec", "Vec"]),
    ("align_of", &["std", "mem", "align_of"]),
    ("align_of_val", &["std", "mem", "align_of_val"]),
    ("drop", &["std", "mem", "drop"]),
    ("size_of", &["std", "mem", "size_of"]),
    ("size_of_val", &["std", "mem", "size_of_val"]),
];

/// Macros, all of them `std::NAME`.
const MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include",
    "include_bytes",
    "include_str",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// The full path of a name of the prelude.
pub(crate) fn path_of(name: &[u8]) -> Option<&'static [&'static str]> {
    NAMES.binary_search_by(|(known, _)| known.as_bytes().cmp(name)).ok().map(|index| NAMES[index].1)
}

/// The name of a macro of `std`.
pub(crate) fn macro_of(name: &[u8]) -> Option<&'static str> {
    MACROS.binary_search_by(|known| known.as_bytes().cmp(name)).ok().map(|index| MACROS[index])
}

/// Whether a module can name a path, or the start of it, without spelling all of it.
pub(crate) fn may_be_bare(path: &[String]) -> bool {
    let begins_with =
        |known: &[&str]| path.len() >= known.len() && known.iter().zip(path).all(|(one, other)| one == other);
    let is_macro = matches!(path, [root, name] if root == "std" && macro_of(name.as_bytes()).is_some());
    is_macro || NAMES.iter().any(|(_, known)| begins_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(NAMES.is_sorted() && MACROS.is_sorted());
        assert_eq!(path_of(b"drop"), Some(["std", "mem", "drop"].as_slice()));
        assert_eq!((macro_of(b"println"), macro_of(b"info")), (Some("println"), None));
    }
}
