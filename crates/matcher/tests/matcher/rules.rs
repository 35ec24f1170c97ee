//! Every key of the matcher language beside `pattern`.

use crate::support::{check, check_error, check_with, read, read_util};
use auditlint_matcher::SharedUtils;
use auditlint_syntax::Language::{Rust, Tsx, TypeScript};

#[test]
fn kind() {
    check(TypeScript, "rule: {kind: number}", "f(«1», '2', «3»)");
    check(TypeScript, "rule: {kind: true}", "«true»; false");
    check(TypeScript, "rule: {kind: '=>'}", "() «=>» 1");
    check(Tsx, "rule: {kind: jsx_element}", "«<a></a>»; <b />");
    check_error(TypeScript, "rule: {kind: call_expresion}", "call_expresion", "did you mean `call_expression`?");
    check_error(TypeScript, "rule: {kind: expression}", "expression", "a group of kinds");
    check_error(Rust, "rule: {kind: jsx_element}", "jsx_element", "Rust has no kind `jsx_element`");
}

#[test]
fn selectors() {
    let ts = |selector: &str, code: &str| check(TypeScript, &format!("rule: {{kind: '{selector}'}}"), code);
    ts("call_expression > identifier", "«f»(a); b; c.d()");
    ts("call_expression identifier", "«f»(«a»); b; «c».d()");
    ts("number + number", "[1, 2]; [3 , 4]");
    ts("number ~ number", "[1, «2», a, «3»]");
    ts("number, string", "[«1», «'2'», a]");
    ts("call_expression:has(number)", "«f(1)»; f(a); «f(«g(2)»)»");
    ts("arguments:has(> number)", "f«(1)»; f(g«(2)»)");
    ts("arguments > :not(number)", "f«(»1«,» «a»«)»");
    ts(":is(number, string)", "[«1», «'2'», a]");
    ts("array > number:nth-child(2)", "[1, «2», 3]");
    ts("array > number:nth-last-child(1)", "[1, 2, «3»]");
    ts("array > number:nth-child(2n+1 of number)", "[a, «1», 2, «3»]");
    for (selector, message) in [
        ("a >", "ends unexpectedly"),
        ("number.x", "not supported yet: classes"),
        ("number:first", "needs `(…)`"),
        ("number:nth(1)", "unknown pseudo-class `nth`"),
        ("number > numbr", "did you mean `number`?"),
        ("number:nth-child(x)", "is not of the form An+B"),
        ("number)", "unexpected `)`"),
    ] {
        let rule = format!("rule: {{kind: '{selector}'}}");
        check_error(TypeScript, &rule, &format!("'{selector}'"), message);
    }
}

#[test]
fn regex() {
    check(TypeScript, "rule: {kind: identifier, regex: ^fo+$}", "«foo»; «fo»; bar; fooo1");
    check(TypeScript, "rule: {regex: '^1$', kind: number}", "«1»; 11");
    check(TypeScript, "rule: {kind: string, regex: é}", "«'é'»; 'e'");
    check_error(TypeScript, "rule: {regex: '(a'}", "'(a'", "invalid regular expression: unclosed group");
    check_error(TypeScript, "rule: {regex: '(?=a)'}", "'(?=a)'", "look-around");
    check_error(TypeScript, "rule: {regex: '\\w{9999}{9999}'}", "'\\w{9999}{9999}'", "size limit");
}

#[test]
fn nth_child() {
    let ts = |nth: &str, code: &str| check(TypeScript, &format!("rule: {{kind: number, nthChild: {nth}}}"), code);
    ts("1", "[«1», 2, 3]; f(«4», 5)");
    ts("2", "[1, «2», 3]; [a, «1»]");
    ts("2n+1", "[«1», 2, «3», 4, «5»]");
    ts("'-n+2'", "[«1», «2», 3]");
    ts("{position: 1, reverse: true}", "[1, 2, «3»]");
    ts("{position: 2n, reverse: true}", "[1, «2», 3, «4», 5]");
    ts("{position: 1, ofRule: {kind: number}}", "[a, «1», 2]");
    ts("{position: 1, reverse: true, ofRule: {kind: number}}", "[1, «2», a]");
    ts("{position: 2, ofRule: {pattern: $S, kind: number}}", "[1, a, «2»]");
    ts("1", "[/* a comment is a sibling */ 1, 2]");
    check_error(TypeScript, "rule: {nthChild: 2m}", "2m", "expected a position");
    check_error(TypeScript, "rule: {nthChild: -1}", "-1", "expected a position");
    check_error(TypeScript, "rule: {nthChild: {reverse: true}}", "{reverse: true}", "needs `position`");
}

#[test]
fn range() {
    let rule = "rule: {kind: number, range: {start: {line: 1, column: 1}, end: {line: 1, column: 2}}}";
    check(TypeScript, rule, "[1,\n «2»,3]");
    let rule = "rule: {kind: number, range: {start: {line: 0, column: 5}, end: {line: 0}}}";
    check(TypeScript, rule, "'é', «2»; 3");
    let rule = "rule: {range: {start: {line: 2}, end: {line: 1}}}";
    check_error(TypeScript, rule, "{start: {line: 2}, end: {line: 1}}", "ends before it starts");
}

#[test]
fn inside() {
    let ts =
        |inside: &str, code: &str| check(TypeScript, &format!("rule: {{kind: number, inside: {{{inside}}}}}"), code);
    ts("kind: array", "[«1», [«2»], f(3)]");
    ts("kind: array, stopBy: end", "[«1», [«2»], f(«3»)]; 4");
    ts("kind: array, stopBy: neighbor", "[«1», f(2)]");
    ts("kind: array, stopBy: {kind: arrow_function}", "[«1», f(«2»), () => 3]");
    ts("kind: arrow_function, stopBy: {kind: arrow_function}", "() => f(«1»)");
    ts("kind: pair, field: value", "({ a: «1», 2: b })");
    ts("kind: pair, field: key", "({ a: 1, «2»: b })");
    ts("kind: pair, field: value, stopBy: end", "({ a: «1», b: f(«2»), 3: c })");
    check(TypeScript, "rule: {kind: number, within: {kind: array}}", "[«1», f(«2»)]; 3");
    check_error(TypeScript, "rule: {inside: {kind: pair, field: valu}}", "valu", "did you mean `value`?");
    check_error(TypeScript, "rule: {inside: {kind: pair, stopBy: ends}}", "ends", "did you mean `end`?");
    check_error(TypeScript, "rule: {within: {kind: pair, stopBy: end}}", "stopBy", "unknown key `stopBy`");
    check_error(TypeScript, "rule: {inside: {stopBy: end}}", "{stopBy: end}", "empty matcher");
}

#[test]
fn has() {
    let ts = |has: &str, code: &str| check(TypeScript, &format!("rule: {{kind: array, has: {{{has}}}}}"), code);
    ts("kind: number", "«[1]»; [f(2)]; [«[3]»]");
    ts("kind: number, stopBy: end", "«[1]»; «[f(2)]»; «[«[3]»]»; [a]");
    ts("kind: number, stopBy: {kind: call_expression}", "«[1]»; [f(2)]; «[«[3]»]»");
    ts("kind: call_expression, stopBy: {kind: call_expression}", "«[f()]»");
    let ts = |has: &str, code: &str| check(TypeScript, &format!("rule: {{kind: pair, has: {{{has}}}}}"), code);
    ts("kind: number, field: value", "({ «a: 1», 2: b, c: f(1) })");
    ts("kind: number, field: value, stopBy: end", "({ «a: 1», 2: b, «c: f(1)» })");
    ts("kind: number, field: value, stopBy: {kind: arrow_function}", "({ «a: f(g(1))», b: () => 1, 2: c })");
    check(TypeScript, "rule: {kind: array, contains: {kind: number}}", "«[f(1)]»; [a]");
}

#[test]
fn precedes_and_follows() {
    let ts = |relation: &str, code: &str| check(TypeScript, &format!("rule: {{kind: number, {relation}}}"), code);
    ts("precedes: {kind: string, stopBy: end}", "[«1», «2», 'a', 3]");
    ts("precedes: {regex: '^,$'}", "[«1», 2]");
    ts("precedes: {kind: string}", "[1, 'a']");
    ts("follows: {kind: string, stopBy: end}", "[1, 'a', «2», «3»]");
    ts("follows: {kind: string, stopBy: {kind: number}}", "[1, 'a', «2», 3]");
    ts("precedes: {kind: string, stopBy: {kind: number}}", "[1, «2», 'a']");
    let rule = "rule: {follows: {kind: string, field: value}}";
    check_error(TypeScript, rule, "field", "unknown key `field`");
}

#[test]
fn composites() {
    check(TypeScript, "rule: {all: [{kind: number}, {regex: '1'}]}", "«1»; 2; '1'");
    check(TypeScript, "rule: {any: [{kind: number}, {kind: string}]}", "[«1», «'a'», b]");
    check(TypeScript, "rule: {kind: number, not: {regex: '1'}}", "1; «2»");
    check(TypeScript, "rule: {kind: number, any: []}", "1");
    check(TypeScript, "rule: {kind: number, all: []}", "«1»");
    // Several keys are tried atomic first, so the metavariable is bound when `has` looks at it.
    check(TypeScript, "rule: {has: {pattern: $A, kind: number}, pattern: 'f($A, $$$)'}", "f(1, 2)");
    check_error(TypeScript, "rule: {all: {kind: number}}", "{kind: number}", "expected a list of matchers");
    check_error(TypeScript, "rule: {patern: a}", "patern", "did you mean `pattern`?");
    check_error(TypeScript, "rule: {}", "{}", "empty matcher");
    check_error(TypeScript, "rule: {pattern: }", "pattern", "`pattern` has no value");
}

#[test]
fn rules_without_a_kind() {
    check(TypeScript, "rule: {regex: ^foo$}", "«foo»(bar)");
    check(TypeScript, "rule: {has: {kind: number}}", "f«(1)»");
}

#[test]
fn metavariables_across_matchers() {
    check(
        TypeScript,
        "rule: {pattern: 'f($A)', inside: {pattern: 'g($A, $$$)', stopBy: end}}",
        "g(1, «f(1)»); g(2, f(1))",
    );
    check(TypeScript, "rule: {all: [{pattern: $A + $B}, {pattern: $B + $A}]}", "«a + a»; a + b");
    // What a failed branch has bound is gone.
    check(
        TypeScript,
        "rule: {any: [{all: [{pattern: 'f($A, $B)'}, {regex: zzz}]}, {pattern: 'f($B, $A)'}], has: {pattern: $A, kind: number, stopBy: end}}",
        "«f(a, 1)»; f(a, b)",
    );
    check(TypeScript, "rule: {pattern: 'f($A, $B)', not: {pattern: 'f($A, $A)'}}", "f(1, 1); «f(1, 2)»");
    // The first descendant that matches is taken, and there is no way back from it.
    check(
        TypeScript,
        "rule: {pattern: 'f($A)', has: {all: [{pattern: $N, kind: number}, {regex: '2'}], stopBy: end}}",
        "«f([1, 2])»",
    );
    // A matcher after `stopBy` neither sees nor sets what is bound.
    check(
        TypeScript,
        "rule: {pattern: 'f($A)', inside: {kind: array, stopBy: {pattern: 'g($A)'}}}",
        "[«f(1)»]; [g(f(2))]; [g(h(f(3)))]",
    );
}

#[test]
fn constraints() {
    check(TypeScript, "rule: {pattern: 'f($A)'}\nconstraints: {A: {kind: number}}", "«f(1)»; f(a)");
    check(TypeScript, "rule: {pattern: 'f($A)'}\nconstraints: {A: {regex: ^a, not: {regex: b$}}}", "«f(a)»; f(ab)");
    check(TypeScript, "rule: {pattern: 'f($A, $B)'}\nconstraints: {A: {pattern: $B}}", "«f(1, 1)»; f(1, 2)");
    // Where the metavariable is not bound, nothing is asked of it.
    check(
        TypeScript,
        "rule: {any: [{pattern: 'f($A)'}, {pattern: 'g($B)'}]}\nconstraints: {A: {kind: number}}",
        "«f(1)»; f(a); «g(a)»",
    );
    let rule = "rule: {pattern: 'f($ARG)'}\nconstraints: {ARGS: {kind: number}}";
    check_error(TypeScript, rule, "ARGS", "unknown metavariable `ARGS` | did you mean `ARG`?");
    let rule = "rule: {pattern: 'f($$$A)'}\nconstraints: {A: {kind: number}}";
    check_error(TypeScript, rule, "A", "`$$$A` is a list");
}

#[test]
fn utils() {
    check(TypeScript, "rule: {matches: n}\nutils: {n: {kind: number}}", "«1»; a");
    check(TypeScript, "rule: {matches: b}\nutils: {a: {kind: number}, b: {matches: a, regex: '1'}}", "«1»; 2");
    // A local util shares the metavariables of the rule.
    let rule = "rule: {pattern: 'f($A, $B)', has: {matches: u, stopBy: end}}\nutils: {u: {pattern: 'g($A)'}}";
    check(TypeScript, rule, "«f(1, g(1))»; f(1, g(2))");
    // A util may come back to itself through a relation.
    let rule =
        "rule: {matches: n}\nutils: {n: {any: [{kind: number}, {kind: parenthesized_expression, has: {matches: n}}]}}";
    check(TypeScript, rule, "«(«(«1»)»)»; (a)");
    let rule = "rule: {matches: a}\nutils: {a: {matches: b}, b: {any: [{kind: number}, {not: {matches: a}}]}}";
    check_error(TypeScript, rule, "a", "the util `a` refers to itself: a → b → a");
    let rule = "rule: {matches: a}\nutils: {a: {nthChild: {position: 1, ofRule: {matches: a}}}}";
    check_error(TypeScript, rule, "a", "refers to itself");
    check_error(TypeScript, "rule: {matches: foo}\nutils: {fob: {kind: number}}", "foo", "did you mean `fob`?");
    check_error(TypeScript, "rule: {matches: foo}", "foo", "unknown util `foo`");
    check_error(TypeScript, "rule: {matches: {foo: {A: {kind: number}}}}", "foo", "unknown util `foo`");
    check_error(TypeScript, "rule: {matches: {}}", "{}", "`matches` names no util");
    let local = "rule: {matches: {n: {A: {kind: number}}}}\nutils: {n: {kind: number}}";
    check_error(TypeScript, local, "n", "the util `n` takes no arguments");
}

#[test]
fn shared_utils_with_arguments() {
    let mut shared = SharedUtils::default();
    let mut add = |id: &str, text: &str| assert!(shared.insert(id.into(), read_util(text).unwrap()));
    add(
        "call-with",
        "arguments: [NAME, PART]\nrule: {kind: call_expression, all: [{has: {field: function, matches: NAME}}, {has: {field: arguments, has: {matches: PART, stopBy: end}}}, {pattern: '$A($$$)'}]}",
    );
    add(
        "twice",
        "arguments: [X]\nrule: {kind: array, all: [{has: {nthChild: 1, matches: X}}, {has: {nthChild: 2, matches: X}}]}",
    );
    add("plain", "rule: {kind: number}");
    add("itself", "arguments: [X]\nrule: {has: {matches: {itself: {X: {matches: X}}}}}");
    let check = |rule: &str, code: &str| check_with(TypeScript, rule, code, &shared);
    check("rule: {matches: {call-with: {NAME: {regex: ^f$}, PART: {kind: number}}}}", "«f(1)»; f(a); g(1); «f(g(2))»");
    // What the arguments bind is bound in the rule, and the same name is the same code; the names of the util are its own.
    let rule = "rule: {all: [{pattern: 'f($A, $_)'}, {matches: {call-with: {NAME: {kind: identifier}, PART: {pattern: 'g($A)'}}}}]}";
    check(rule, "«f(1, g(1))»; f(1, g(2))");
    check("rule: {matches: {twice: {X: {pattern: $B}}}}", "«[1, 1]»; [1, 2]");
    check("rule: {any: [{matches: {twice: {X: {pattern: $B}}}}, {matches: plain}]}", "«[«1», «1»]»; [«1», «2»]");
    // A call in an argument of a call.
    let rule = "rule: {matches: {call-with: {NAME: {regex: ^f$}, PART: {matches: {twice: {X: {pattern: $B}}}}}}}";
    check(rule, "«f([1, 1])»; f([1, 2]); g([1, 1])");
    for (rule, expected) in [
        ("{matches: {twice: {Y: {kind: number}}}}", "the util `twice` has no argument `Y`"),
        ("{matches: {call-with: {NAME: {kind: number}}}}", "the util `call-with` needs the argument `PART`"),
        ("{matches: twice}", "the util `twice` needs arguments"),
        ("{matches: {plain: {X: {kind: number}}}}", "the util `plain` takes no arguments"),
        ("{matches: {itself: {X: {kind: number}}}}", "the util `itself` gives arguments to itself"),
    ] {
        let Err(errors) = crate::support::compile_with(TypeScript, &format!("rule: {rule}"), &shared) else {
            panic!("compiles: {rule}")
        };
        assert!(errors[0].message.contains(expected), "{errors:?}");
    }
}

#[test]
fn a_metavariable_behind_the_last_operand_is_one() {
    check(TypeScript, "rule: {pattern: 'f($A, true $$$)'}", "«f(1, true)»; «f(1, true, 2)»; f(1, false)");
    check_error(TypeScript, "rule: {pattern: 'f($A, true +++)'}", "'f($A, true +++)'", "does not parse");
}

#[test]
fn shared_utils() {
    let mut shared = SharedUtils::default();
    let document = "rule: {pattern: 'g($A)', matches: local}\nutils: {local: {kind: call_expression}}\nconstraints: {A: {kind: number}}";
    assert!(shared.insert("g-of-number".into(), read(document).unwrap()));
    assert!(!shared.insert("g-of-number".into(), read("rule: {kind: number}").unwrap()));
    check_with(TypeScript, "rule: {matches: g-of-number}", "«g(1)»; g(a)", &shared);
    // It neither sees nor sets the metavariables of the rule.
    let rule = "rule: {pattern: 'f($A, $B)', has: {matches: g-of-number, stopBy: end}}";
    check_with(TypeScript, rule, "«f(a, g(1))»; f(a, g(b))", &shared);
    // A local util of the same name comes first.
    let rule = "rule: {matches: g-of-number}\nutils: {g-of-number: {kind: string}}";
    check_with(TypeScript, rule, "g(1); «'a'»", &shared);
    let Err(errors) = crate::support::compile_with(TypeScript, "rule: {matches: g-of-numbers}", &shared) else {
        panic!()
    };
    assert!(errors[0].help.as_deref().unwrap().contains("did you mean `g-of-number`?"));
    let Err(errors) = crate::support::compile_with(Rust, "rule: {matches: g-of-number}", &shared) else {
        panic!("`call_expression` exists in Rust, `number` does not")
    };
    assert!(errors[0].message.contains("in the shared util `g-of-number`: Rust has no kind `number`"), "{errors:?}");
}

#[test]
fn deep_code_does_not_overflow_the_stack() {
    let depth = 20_000;
    let code = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let run = |rule: &str| {
        let program = crate::support::compile_with(TypeScript, rule, &SharedUtils::default()).unwrap();
        let analysis = auditlint_matcher::Analysis::new(crate::support::parse(TypeScript, &code), code.as_bytes());
        let root = analysis.tree().root();
        let deepest = auditlint_syntax::NodeId(analysis.tree().len() / 2);
        let mut scratch = auditlint_matcher::Scratch::default();
        (
            program.match_at(&analysis, root, &mut scratch).is_some(),
            program.match_at(&analysis, deepest, &mut scratch).is_some(),
        )
    };
    assert!(run("rule: {has: {kind: number, stopBy: end}}").0);
    assert!(run("rule: {inside: {kind: program, stopBy: end}}").1);
    // Comparing two deep nodes.
    assert!(run("rule: {kind: program, all: [{has: {pattern: $A, kind: array, stopBy: end}}, {has: {pattern: $A, stopBy: end}}]}").0);
    // A util that follows the tree through a relation stops at a limit; beyond it nothing matches, negated or not.
    for rule in [
        "rule: {kind: program, has: {matches: n, stopBy: end}}\nutils: {n: {any: [{kind: number}, {kind: array, has: {matches: n}}]}}",
        "rule: {kind: program, not: {has: {matches: n, stopBy: end}}}\nutils: {n: {any: [{kind: string}, {kind: array, has: {matches: n}}]}}",
    ] {
        assert!(!run(rule).0, "{rule}");
    }
}
