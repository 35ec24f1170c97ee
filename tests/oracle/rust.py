"""Rust: clippy, on the crates below `rust/Cargo.toml` and all that these are built from.

Clippy knows what each path means because the compiler has resolved it. Its lints `disallowed_methods`, `disallowed_macros` and `disallowed_types` are given
names of the standard library, and what they report is compared with rules that ask for the same names. What the compiler did not see is left out: code
that a `cfg` takes away, and the bodies and results of macros."""

import json
import os
import re
import shutil
import subprocess

from comparison import HERE, WORK, Place, call, compare, run_auditlint, write_rules

FOLDER = WORK / "rust"
SOURCES = FOLDER / "sources"
CRATES = HERE / "rust"
FUNCTIONS = """
    std::env::var std::env::var_os std::env::vars std::env::args std::env::current_dir std::env::temp_dir
    std::fs::read std::fs::read_to_string std::fs::write std::fs::create_dir_all std::fs::remove_file std::fs::read_dir std::fs::metadata
    std::fs::File::open std::fs::File::create std::fs::OpenOptions::new std::io::stdin std::io::stdout std::io::stderr
    std::process::exit std::process::Command::new std::thread::spawn std::thread::sleep std::thread::current
    std::mem::replace std::mem::take std::mem::swap std::mem::drop std::mem::forget std::mem::size_of std::mem::align_of std::mem::transmute
    std::cmp::min std::cmp::max std::iter::once std::iter::repeat std::iter::empty std::iter::from_fn std::iter::zip
    std::ptr::null std::ptr::null_mut std::ptr::read std::ptr::write std::ptr::copy_nonoverlapping
    std::slice::from_raw_parts std::slice::from_raw_parts_mut std::slice::from_ref std::str::from_utf8 std::str::from_utf8_unchecked
    std::any::type_name std::any::TypeId::of std::array::from_fn std::future::poll_fn std::future::ready
    std::vec::Vec::new std::vec::Vec::with_capacity std::string::String::new std::string::String::with_capacity std::string::String::from_utf8
    std::boxed::Box::new std::boxed::Box::pin std::rc::Rc::new std::sync::Arc::new std::sync::Arc::ptr_eq std::sync::Mutex::new std::sync::OnceLock::new
    std::cell::Cell::new std::cell::RefCell::new std::cell::UnsafeCell::new std::pin::Pin::new std::pin::Pin::new_unchecked
    std::collections::HashMap::new std::collections::HashSet::new std::collections::BTreeMap::new std::collections::VecDeque::new
    std::collections::VecDeque::with_capacity std::path::Path::new std::path::PathBuf::new std::time::Instant::now std::time::SystemTime::now
    std::time::Duration::from_secs std::time::Duration::from_millis std::time::Duration::new std::alloc::Layout::new
    std::io::Error::new std::io::Error::other std::io::Cursor::new std::char::from_u32
""".split()
# Not those that leave a literal, or nothing, where clippy looks: `concat!`, `env!`, `compile_error!`.
MACROS = """
    std::panic std::println std::eprintln std::print std::eprint std::format std::vec std::assert std::assert_eq std::assert_ne std::debug_assert
    std::debug_assert_eq std::debug_assert_ne std::unreachable std::todo std::unimplemented std::write std::writeln std::matches std::dbg
    std::thread_local std::format_args
""".split()
TYPES = """
    std::option::Option std::result::Result std::vec::Vec std::string::String std::boxed::Box std::rc::Rc std::sync::Arc std::sync::Mutex std::sync::RwLock
    std::collections::HashMap std::collections::HashSet std::collections::BTreeMap std::collections::VecDeque std::cell::Cell std::cell::RefCell
    std::path::Path std::path::PathBuf std::time::Duration std::time::Instant std::pin::Pin std::fmt::Formatter std::io::Error std::fs::File
    std::ops::RangeInclusive std::ops::ControlFlow std::cmp::Ordering std::borrow::Cow std::mem::MaybeUninit std::ptr::NonNull
    std::task::Poll std::task::Context std::net::SocketAddr std::ffi::OsStr std::ffi::CStr std::alloc::Layout
""".split()


def bring():
    """Checks all crates with clippy. Their build scripts and procedural macros run, as they do in any build."""
    mark = FOLDER / "brought.json"
    version = subprocess.run(["clippy-driver", "--version"], capture_output=True, text=True, check=True).stdout
    wrapper = (CRATES / "rustc-wrapper").read_text()
    wanted = json.dumps([version, (CRATES / "Cargo.lock").read_text(), wrapper, FUNCTIONS, MACROS, TYPES])
    if mark.exists() and mark.read_text() == wanted:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "told").mkdir(parents=True)
    # A path is given with every crate that its macro or type can come from, as clippy knows each by its own definition.
    lines = [f"disallowed-{kind} = {json.dumps([{'path': path, 'allow-invalid': True} for path in spelled(paths)])}\n"
             for kind, paths in [("methods", FUNCTIONS), ("macros", MACROS), ("types", TYPES)]]
    (FOLDER / "clippy.toml").write_text("".join(lines).replace('"path":', "path =").replace('"allow-invalid": true', "allow-invalid = true"))
    environment = os.environ | {
        "RUSTC_WRAPPER": str(CRATES / "rustc-wrapper"),
        "CLIPPY_CONF_DIR": str(FOLDER),
        "CARGO_TARGET_DIR": str(FOLDER / "target"),
        "ORACLE_OUT": str(FOLDER / "told"),
        "CARGO_INCREMENTAL": "0",
    }
    call(["cargo", "check", "--quiet", "--locked"], CRATES, env=environment)
    shutil.rmtree(FOLDER / "target")
    mark.write_text(wanted)


def spelled(paths):
    return [path.replace("std", root, 1) for path in paths for root in ("std", "core", "alloc")]


def read_told():
    """By package: where it lies, the configurations in which its files were compiled, and the places that clippy named."""
    configurations, places, partly = {}, set(), set()
    base = subprocess.run(["rustc", "--print", "cfg"], capture_output=True, text=True, check=True).stdout.split("\n")
    for told in sorted((FOLDER / "told").iterdir()):
        kept = json.loads(told.read_text())
        root = os.path.realpath(kept["root"])

        def name(path):
            path = os.path.realpath(os.path.join(kept["folder"], path))
            return os.path.relpath(path, root) if path.startswith(root + os.sep) else None

        for path in filter(lambda path: path and path.startswith(kept["sources"]), map(name, kept["files"])):
            at = SOURCES / kept["package"] / path
            at.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(os.path.join(root, path), at)
            configurations.setdefault(f"{kept['package']}/{path}", []).append(frozenset(filter(None, base + kept["cfg"])))
        for diagnostic in kept["diagnostics"]:
            span = next(span for span in diagnostic["spans"] if span["is_primary"])
            path = name(span["file_name"])
            if path is None or not path.startswith(kept["sources"]):
                continue
            path = f"{kept['package']}/{path}"
            if span["expansion"]:
                partly.add((path, span["byte_start"]))
                continue
            places.add(Place(rule_of(diagnostic), path, span["byte_start"], 0))
    return configurations, places, partly


def rule_of(diagnostic):
    if diagnostic["code"]["code"] == "unused_variables":
        return "unused"
    kind, path = re.match(r"use of a disallowed (\w+) `([^`]*)`", diagnostic["message"]).groups()
    return rule_id(kind, re.sub("^(core|alloc)::", "std::", path))


def rule_id(kind, path):
    return f"{kind}s {path}".replace("::", ".").replace(" ", "-")


NAME = {"any": [{"kind": "identifier"}, {"kind": "scoped_identifier"}]}
TYPE = {"any": [*NAME["any"], {"kind": "type_identifier"}, {"kind": "scoped_type_identifier"}]}
SKIPPED = {"any": [{"kind": "attribute_item"}, {"kind": "line_comment"}, {"kind": "block_comment"}]}
CFG = r"^#!?\[\s*(cfg\s*\(|([\w:]+::)?(test|bench)\b)"


def name_rules():
    used = {"inside": {"kind": "use_declaration", "stopBy": "end"}}
    called = {"inside": {"kind": "macro_invocation", "field": "macro"}}
    # `Cow::Owned` names the variant, not the type.
    of_variant = {"inside": {"kind": "scoped_identifier", "regex": r"::[A-Z]\w*$"}}
    for path in FUNCTIONS:
        yield {"id": rule_id("method", path), "rule": {"resolves-to": path, **NAME, "not": {"any": [used, called]}}}
    for path in MACROS:
        yield {"id": rule_id("macro", path), "rule": {"resolves-to": path, **NAME, **called}}
    for path in TYPES:
        yield {"id": rule_id("type", path), "rule": {"resolves-to": path, **TYPE, "not": {"any": [used, called, of_variant]}}}
    variable = {"any": [{"kind": kind} for kind in ("let_declaration", "parameter", "closure_parameters", "tuple_pattern", "match_pattern",
                                                   "tuple_struct_pattern", "mut_pattern", "ref_pattern", "let_condition", "for_expression",
                                                   "field_pattern", "slice_pattern", "reference_pattern", "captured_pattern", "or_pattern")]}
    unused = {"any": [{"kind": "identifier"}, {"kind": "shorthand_field_identifier"}], "regex": "^[^_A-Z]", "references": {"max": 0}, "inside": variable}
    # A parameter of a function without a body cannot be used.
    of_signature = {"inside": {"kind": "function_signature_item", "stopBy": "end"}}
    yield {"id": "unused", "rule": {**unused, "not": of_signature}}


def rules_about_code():
    """What the compiler does not see or reports elsewhere: `use`, and what a `cfg` decides on."""
    yield {"id": "use", "rule": {"kind": "use_declaration"}}
    yield {"id": "macro", "rule": {"kind": "macro_invocation"}}
    yield {"id": "definition", "rule": {"kind": "macro_definition"}}
    yield {"id": "cfg", "rule": {"any": [{"kind": "attribute_item"}, {"kind": "inner_attribute_item"}], "regex": CFG}}
    follows = {"kind": "attribute_item", "regex": CFG, "stopBy": {"not": SKIPPED}}
    yield {"id": "governed", "rule": {"follows": follows, "not": SKIPPED}}
    yield {"id": "around", "rule": {"has": {"kind": "inner_attribute_item", "regex": CFG}}}
    yield {"id": "arm", "rule": {"kind": "match_arm", "has": {"kind": "attribute_item", "regex": CFG}}}


def evaluate(predicate, configuration):
    """A `cfg` predicate as it is written: names, `name = "value"`, `all`, `any`, `not`."""
    tokens = re.findall(r'"[^"]*"|\w+|[(),=]', predicate)

    def parse(at):
        name = tokens[at]
        if tokens[at + 1 : at + 2] == ["("]:
            parts, at = [], at + 2
            while tokens[at] != ")":
                value, at = parse(at)
                parts.append(value)
                at += tokens[at] == ","
            return {"all": all, "any": any, "not": lambda of: not of[0]}[name](parts), at + 1
        if tokens[at + 1 : at + 2] == ["="]:
            return f"{name}={tokens[at + 2]}" in configuration, at + 3
        return name == "true" or name in configuration, at + 1

    return parse(0)[0]


def spans_of(findings, rule):
    spans = {}
    for finding in findings:
        if finding["rule"] == rule:
            spans.setdefault(finding["path"], []).append((finding["start"]["byte"], finding["end"]["byte"]))
    return {path: sorted(places) for path, places in spans.items()}


def predicate_of(attribute):
    written = re.sub(r"//[^\n]*", "", attribute)
    condition = re.match(r"^#!?\[\s*cfg\s*\((.*)\)\s*\]$", written, re.DOTALL)
    return condition.group(1) if condition else "test"


def configured_parts(findings):
    """By file: the spans that a `cfg` decides on, with the predicate."""
    governed, around, arms = (spans_of(findings, rule) for rule in ("governed", "around", "arm"))
    parts = {}
    for path, attributes in spans_of(findings, "cfg").items():
        text = (SOURCES / path).read_bytes()
        for start, end in attributes:
            written = text[start:end].decode(errors="replace")
            if written.startswith("#!"):
                holders = [span for span in around.get(path, []) if span[0] <= start and end <= span[1]]
                span = min(holders, key=lambda span: span[1] - span[0], default=(0, len(text)))
            elif holders := [span for span in arms.get(path, []) if span[0] <= start and end <= span[1]]:
                span = min(holders, key=lambda span: span[1] - span[0])
            else:
                first = next((span[0] for span in governed.get(path, []) if span[0] >= end), None)
                # Of nodes that begin together the one around the others.
                span = max((span for span in governed.get(path, []) if span[0] == first), default=None)
            if span:
                parts.setdefault(path, []).append((*span, predicate_of(written)))
    return parts


PRELUDE = {"Option", "Result", "Vec", "String", "Box", "drop", "size_of", "align_of"} | {path.rpartition("::")[2] for path in MACROS}


class Brought:
    """What a file itself brings in, read from the texts of its `use` and nothing else: auditlint follows names inside of one file."""

    def __init__(self, path, uses):
        self.text = (SOURCES / path).read_bytes()
        texts = [re.sub(r"//[^\n]*", "", self.text[start:end].decode(errors="replace")) for start, end in uses]
        is_standard = [bool(re.match(r"(pub(\([^)]*\))? )?use (::)?(\{|(std|core|alloc)\b)", text)) for text in texts]
        self.standard = {word for text, standard in zip(texts, is_standard) if standard for word in re.findall(r"\w+", text)}
        self.other = {word for text, standard in zip(texts, is_standard) if not standard for word in re.findall(r"\w+", text)}

    def holds(self, start):
        """Whether the first name at a place is of the standard library, of a `use` of it, or of the prelude."""
        head = re.match(rb"(?:<|::)*(?:r#)?(\w*)", self.text[start : start + 80]).group(1).decode()
        return head in ("std", "core", "alloc") or (head not in self.other and head in self.standard | PRELUDE)


def run(show_all):
    bring()
    shutil.rmtree(SOURCES, ignore_errors=True)
    configurations, expected, expanded = read_told()
    write_rules(SOURCES, [{"language": "Rust"} | rule for rule in [*name_rules(), *rules_about_code()]])
    findings, unclear = run_auditlint(SOURCES)
    parts, uses, calls = configured_parts(findings), spans_of(findings, "use"), spans_of(findings, "macro")
    definitions = spans_of(findings, "definition")

    def is_seen(path, predicates):
        return any(all(evaluate(predicate, configuration) for predicate in predicates) for configuration in configurations[path])

    def is_mentioned_elsewhere(place):
        text = brought[place.path].text
        name = re.match(rb"\w+", text[place.start :])
        macros = (text[start:end] for start, end in calls.get(place.path, []) if start > place.start)
        hidden = (text[start:end] for start, end, predicate in parts.get(place.path, []) if not is_seen(place.path, [predicate]))
        return name and any(re.search(rb"\b" + name.group() + rb"\b", part) for part in (*hidden, *macros))

    def is_compared(place):
        if any(start <= place.start < end for start, end in uses.get(place.path, [])) or (place.path, place.start) in expanded:
            return False
        # What a `macro_rules!` writes is code only where it is called, and there the compiler sees it.
        if any(start <= place.start < end for start, end in definitions.get(place.path, [])):
            return False
        around = [predicate for start, end, predicate in parts.get(place.path, []) if start <= place.start < end]
        is_compiled = is_seen(place.path, around)
        if place.rule == "unused":
            # A mention that the parser did not understand is none; one that a `cfg` or a macro takes away is none for the compiler.
            return is_compiled and place.path not in unclear and not is_mentioned_elsewhere(place)
        return is_compiled

    brought = {path: Brought(path, uses.get(path, [])) for path in configurations}
    by_others = {place for place in expected if place.rule != "unused" and not brought[place.path].holds(place.start)}
    helpers = {rule["id"] for rule in rules_about_code()}
    found = {Place(finding["rule"], finding["path"], finding["start"]["byte"], 0) for finding in findings if finding["rule"] not in helpers}
    alike = compare(SOURCES, set(filter(is_compared, expected - (by_others - found))), set(filter(is_compared, found)), show_all, lambda rule: rule.partition("-")[0])
    print(f"{len(set(filter(is_compared, by_others - found)))} places more have their names through another file or crate")
    print(f"{len(configurations)} files; `unused` in the {len(configurations.keys() - unclear)} of them in which all was understood")
    return alike
