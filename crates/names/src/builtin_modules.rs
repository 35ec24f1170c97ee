//! The modules of Node.js, and which of their exports are the globals of the same name.
//!
//! Source: `require("node:module").builtinModules` of Node.js 24, and the pages of its documentation on the modules below.

/// Modules that may be named with and without `node:`.
const MODULES: &[&str] = &[
    "node:assert",
    "node:assert/strict",
    "node:async_hooks",
    "node:buffer",
    "node:child_process",
    "node:cluster",
    "node:console",
    "node:constants",
    "node:crypto",
    "node:dgram",
    "node:diagnostics_channel",
    "node:dns",
    "node:dns/promises",
    "node:domain",
    "node:events",
    "node:fs",
    "node:fs/promises",
    "node:http",
    "node:http2",
    "node:https",
    "node:inspector",
    "node:inspector/promises",
    "node:module",
    "node:net",
    "node:os",
    "node:path",
    "node:path/posix",
    "node:path/win32",
    "node:perf_hooks",
    "node:process",
    "node:punycode",
    "node:querystring",
    "node:readline",
    "node:readline/promises",
    "node:repl",
    "node:stream",
    "node:stream/consumers",
    "node:stream/promises",
    "node:stream/web",
    "node:string_decoder",
    "node:sys",
    "node:timers",
    "node:timers/promises",
    "node:tls",
    "node:trace_events",
    "node:tty",
    "node:url",
    "node:util",
    "node:util/types",
    "node:v8",
    "node:vm",
    "node:wasi",
    "node:worker_threads",
    "node:zlib",
];

/// Modules that are a global as a whole.
const WHOLE: &[(&str, &str)] = &[("node:process", "process"), ("node:console", "console")];

/// Exports that are a global.
const EXPORTS: &[(&str, &[&str])] = &[
    ("node:timers", &["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate"]),
    ("node:buffer", &["Buffer", "Blob", "File", "atob", "btoa"]),
    ("node:url", &["URL", "URLSearchParams"]),
    ("node:util", &["TextEncoder", "TextDecoder"]),
    ("node:perf_hooks", &["performance"]),
];

/// Objects whose members are the globals.
pub(crate) const GLOBAL_OBJECTS: &[&str] = &["globalThis", "window", "self", "global"];

/// The name with `node:` of a module of Node.js, from its name with or without.
pub(crate) fn canonical(module: &[u8]) -> Option<&'static str> {
    let bare = module.strip_prefix(b"node:").unwrap_or(module);
    let place = MODULES.binary_search_by(|known| known.as_bytes()["node:".len()..].cmp(bare));
    place.ok().map(|index| MODULES[index])
}

/// Whether a canonical name is one of these modules. Their default export is the module itself.
pub(crate) fn is_builtin(module: &[u8]) -> bool {
    module.starts_with(b"node:") && canonical(module).is_some()
}

/// The global that a module is as a whole.
pub(crate) fn global_of_module(module: &[u8]) -> Option<&'static str> {
    WHOLE.iter().find(|(name, _)| name.as_bytes() == module).map(|(_, global)| *global)
}

/// The global that an export of a module is.
pub(crate) fn global_of_export(module: &[u8], export: &[u8]) -> Option<&'static str> {
    let (_, exports) = EXPORTS.iter().find(|(name, _)| name.as_bytes() == module)?;
    exports.iter().find(|name| name.as_bytes() == export).copied()
}

/// Whether a module is one of Node.js, with or without `node:`.
#[must_use]
pub fn is_builtin_module(name: &str) -> bool {
    is_builtin(name.as_bytes()) || canonical(name.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_and_without_prefix() {
        assert!(MODULES.is_sorted());
        for (module, expected) in [
            ("fs", Some("node:fs")),
            ("node:fs/promises", Some("node:fs/promises")),
            ("path/posix", Some("node:path/posix")),
            ("lodash", None),
            ("node:none", None),
            ("", None),
        ] {
            assert_eq!(canonical(module.as_bytes()), expected, "{module}");
        }
    }
}
