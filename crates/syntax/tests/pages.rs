//! The scripts of pages are found, and nothing else of them is read as code.

use auditlint_source::FilePath;
use auditlint_syntax::{Code, Language, Parser};
use proptest::prelude::*;

/// The code of a page with each run of blanks as one, or what is not understood of it.
fn check(path: &str, text: &str, expected: Option<(Language, &str)>) {
    let path = FilePath::new(path);
    let code = Code::of(&path, text.as_bytes());
    let found = code.as_ref().map(|code| {
        let words = String::from_utf8_lossy(code.text()).split_whitespace().collect::<Vec<_>>().join(" ");
        (code.language(), words)
    });
    assert_eq!(found, expected.map(|(language, code)| (language, code.to_owned())), "{text}");
    let Some(code) = code else { return };
    assert_eq!(code.not_understood(), [], "{text}");
    let tree = Parser::default().parse(code.language(), code.text()).expect("within the limits");
    assert_eq!(tree.not_understood(), [], "{text}");
}

fn check_not_understood(path: &str, text: &str, expected: &[&str]) {
    let code = Code::of(&FilePath::new(path), text.as_bytes()).expect("a script is there");
    let found: Vec<_> = code.not_understood().iter().map(|span| span.of(text.as_bytes())).collect();
    assert_eq!(found, expected.iter().map(|text| text.as_bytes()).collect::<Vec<_>>(), "{text}");
}

const TS: Language = Language::TypeScript;
const TSX: Language = Language::Tsx;
const JS: Language = Language::JavaScript;

#[test]
fn scripts_are_code_in_the_language_that_they_name() {
    check("a.vue", "<template>{{ a < b }}</template><script>a()</script>", Some((JS, "a()")));
    check("a.vue", "<script lang=\"ts\">let a: A</script>", Some((TS, "let a: A")));
    check("a.vue", "<SCRIPT SETUP LANG='TS' generic=\"T extends A<B>\">let a: T</SCRIPT >", Some((TS, "let a: T")));
    check("a.vue", "<script lang=tsx>let a: A = <b/></script>", Some((TSX, "let a: A = <b/>")));
    check("a.vue", "<script lang=\"jsx\">let a = <b/></script>", Some((JS, "let a = <b/>")));
    check("a.svelte", "<script context=\"module\">a()</script>\n<script>b()</script>", Some((JS, "a() b()")));
    check("a.svelte", "<script module lang=\"ts\">a<T>()</script>\n<script>b()</script>", Some((TS, "a<T>() b()")));
    check("a.vue", "<script lang=ts>a()</script>\n<script lang=jsx>b</script>", Some((TSX, "a() b")));
    check(
        "a.html",
        "<script type=module>a()</script><script type='text/javascript'>b()</script>",
        Some((JS, "a() b()")),
    );
    check("a.astro", "---\nconst a: A = b;\nreturn a;\n---\n<p>{a}</p>\n<script>let b: C</script>", {
        Some((TS, "const a: A = b; return a; let b: C"))
    });
    check("a.astro", "\u{feff}\n--- \na()\n  ---\n<p>---</p>", Some((TS, "a()")));
    check("a.astro", "<p>\n---\n</p><script is:inline>a()</script>", Some((TS, "a()")));
}

#[test]
fn two_scripts_are_two_statements() {
    check("a.html", "<script>a</script><script>(b)</script>", Some((JS, "a ; (b)")));
    check("a.html", "<script>a // b</script><script>c</script>", Some((JS, "a // b c")));
    check("a.html", "<script>a\n</script>\n<script>[b]</script>", Some((JS, "a ; [b]")));
    let code = "<script>a // b</script><script>c()</script>";
    let path = FilePath::new("a.html");
    let code = Code::of(&path, code.as_bytes()).expect("it holds scripts");
    let tree = Parser::default().parse(JS, code.text()).expect("within the limits");
    let calls = (0..tree.len()).map(auditlint_syntax::NodeId).filter(|id| tree.kind_name(*id) == "call_expression");
    assert_eq!(calls.count(), 1);
}

#[test]
fn what_is_no_script_is_not_read() {
    check("a.vue", "<template><p>{{ a }}</p></template>", None);
    check("a.html", "<script src=\"a.js\"></script><script src=b.js> \n </script>", None);
    check("a.astro", "<script src=\"a.ts\"/><p>a()</p>", None);
    check("a.vue", "<script src=\"./a.ts\" lang=\"ts\" />\n<script>a()</script>", Some((JS, "a()")));
    check("a.html", "<script type=\"application/json\">{ \"a\": }</script>", None);
    check("a.html", "<script type=importmap>{}</script><script type='text/x-template'><b></script>", None);
    check("a.html", "<!-- <script>a()</script> --><style>/* <script>a()</script> */</style>", None);
    check("a.html", "<p title='<script>'>a</p><scripts>b()</scripts><script-a>c()</script-a>", None);
}

#[test]
fn a_closing_tag_ends_a_script_wherever_it_stands() {
    let text = "<script>a = '</script>'</script><script>b()</script>";
    let code = Code::of(&FilePath::new("a.html"), text.as_bytes()).map(|code| code.text().to_vec());
    let words = String::from_utf8_lossy(&code.unwrap_or_default()).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words, "a = ' b()");
    check("a.html", "<script>a = '<\\/script>'; b = \"</scripts>\"</script>", {
        Some((JS, "a = '<\\/script>'; b = \"</scripts>\""))
    });
}

#[test]
fn a_script_that_cannot_be_read_is_said_to_be_one() {
    check_not_understood("a.vue", "<p/><script>a()", &["<script>a()"]);
    check_not_understood("a.vue", "<script lang=\"ts", &["<script lang=\"ts"]);
    check_not_understood("a.vue", "<script lang=\"coffee\">a b</script><script>c()</script>", &["a b"]);
    check_not_understood("a.astro", "---\na()\n<p/>", &["---\na()\n<p/>"]);
}

#[test]
fn all_else_is_blank_and_no_place_moves() {
    let text = "\u{feff}<p>é\r\n</p>\n<script>\n  a('ü')\n</script>\n<b>\n";
    let path = FilePath::new("a.vue");
    let code = Code::of(&path, text.as_bytes()).expect("it holds a script");
    let start = text.find("\n  a").expect("it is there");
    let end = text.find("</script>").expect("it is there");
    assert_eq!(&code.text()[start..end], &text.as_bytes()[start..end]);
    let breaks =
        |text: &[u8]| text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect::<Vec<_>>();
    assert_eq!(breaks(code.text()), breaks(text.as_bytes()));
    assert!(code.is_part());
}

/// Work that grows with the square of the input would take minutes here.
#[test]
fn takes_a_step_for_each_byte() {
    let n = 300_000;
    let pieces = [
        "<script>",
        "<style>",
        "<!--",
        "<a b='",
        "<a<",
        "---\n",
        "------",
        "</script",
        "<script lang=x>a</script>",
        "<title>",
    ];
    for piece in pieces {
        for path in ["a.html", "a.astro"] {
            let text = format!("---\n{}", piece.repeat(n));
            let _ = Code::of(&FilePath::new(path), text.as_bytes());
        }
    }
}

proptest! {
    #[test]
    fn any_text(parts in proptest::collection::vec(proptest::sample::select(vec![
        "<script", "</script", ">", "/>", " lang=\"ts\"", " type=module", "'", "\"", "<!--", "-->", "---", "\n", "\r\n", "a()",
        "<style>", "</style>", "é", "\u{feff}", "{", "}", "(", "//", "`", "=", " ",
    ]), 0..40)) {
        let text = parts.concat();
        for path in ["a.vue", "a.svelte", "a.astro", "a.html"] {
            let path = FilePath::new(path);
            let Some(code) = Code::of(&path, text.as_bytes()) else { continue };
            prop_assert_eq!(code.text().len(), text.len());
            for (blank, byte) in code.text().iter().zip(text.as_bytes()) {
                prop_assert!(blank == byte || matches!(blank, b' ' | b'\n' | b';'));
                prop_assert!(*byte != b'\n' || *blank == b'\n');
            }
            Parser::default().parse(code.language(), code.text()).expect("within the limits");
        }
    }
}
