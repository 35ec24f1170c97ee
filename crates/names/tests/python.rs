//! What names of Python refer to. Marked expressions, and beside them what they are.

mod support;

use auditlint_syntax::Language;
use support::{escaping, targets, unused};

#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    for (code, expected) in cases {
        assert_eq!(targets(Language::Python, code), *expected, "{code}");
    }
}

#[test]
fn imports() {
    check(&[
        ("import os\n«os.environ»['A']\n", &["os.environ"]),
        ("import os as o\n«o.environ.get»('A')\n", &["os.environ.get"]),
        ("from os import environ as e\n«e»['A']\n«e.get»('A')\n", &["os.environ", "os.environ.get"]),
        ("from os import environ\n«environ»\n", &["os.environ"]),
        ("import a.b.c\n«a.b.c.d»\n«a»\n", &["a.b.c.d", "a"]),
        ("import a.b as ab, c\n«ab.d»\n«c.d»\n", &["a.b.d", "c.d"]),
        ("import a.b\nimport a.c\n«a.b.x»\n«a.c.x»\n", &["a.b.x", "a.c.x"]),
        ("import a.b\nimport a.b\n«a.b.x»\n", &["a.b.x"]),
        ("from a.b import c, d as e\n«c.x»\n«e.x»\n", &["a.b.c.x", "a.b.d.x"]),
        (
            "from . import x\nfrom .. import y as z\nfrom .m import n\n«x.a»\n«z»\n«n»\n",
            &["opaque", "opaque", "opaque"],
        ),
        ("from a import (\n    b,  # c\n    d as e,\n)\n«b»\n«e»\n", &["a.b", "a.d"]),
        ("from «os» import «environ as e»\nimport «os.path as p»\n", &["nothing", "os.environ", "os.path"]),
        ("try:\n    import json\nexcept ImportError:\n    import simplejson as json\n«json.loads»\n", &["opaque"]),
        ("try:\n    import json\nexcept ImportError:\n    json = None\n«json.loads»\n", &["opaque"]),
        ("if a:\n    from os import environ\nelse:\n    from os import environ\n«environ»\n", &["os.environ"]),
        ("def f():\n    import os\n    «os.getenv»('A')\n«os.getenv»\n", &["os.getenv", "os.getenv"]),
        (
            "import importlib\n«importlib.import_module('os.path')»\n«__import__('os.path').path»\n",
            &["os.path", "os.path"],
        ),
        (
            "from importlib import import_module as i\no = i('os')\n«o.environ»\n«i(x)»\n«i('.a')»\n",
            &["os.environ", "opaque", "opaque"],
        ),
        ("from __future__ import print_function\n«print_function»\n", &["opaque"]),
    ]);
}

#[test]
fn builtins_and_globals() {
    check(&[
        ("«print»('a')\n«__file__»\n", &["print", "__file__"]),
        ("import builtins as b\n«b.print»('a')\n", &["print"]),
        ("from builtins import print as p\n«p»('a')\n", &["print"]),
        ("def print(a): pass\n«print»('a')\n", &["local"]),
        ("def f(print):\n    «print»('a')\n«print»\n", &["opaque", "print"]),
        ("from a import *\n«print»('a')\n«b»\n«open»(c)\n", &["print", "opaque", "opaque"]),
        ("from a import *\nimport os\n«os.environ»\n", &["os.environ"]),
        ("«(print)»('a')\np = print\n«p»('b')\n", &["print", "print"]),
        ("p = print if a else log\n«p»('b')\n", &["opaque"]),
    ]);
}

#[test]
fn values() {
    check(&[
        ("import os\nenv = os.environ\nget = env.get\n«get»('A')\n", &["os.environ.get"]),
        ("import os\nenv = os.environ\nenv = {}\n«env»\n", &["opaque"]),
        ("import os\na = b = os.environ\n«a.get»\n«b.get»\n", &["os.environ.get", "os.environ.get"]),
        ("import os\na, b = os.environ, 1\n«a.get»\n«b»\n", &["os.environ.get", "local"]),
        ("import os\na, *b = os.environ, 1\n«a»\n", &["opaque"]),
        ("import os\n(e := os.environ)\n«e.get»\n", &["os.environ.get"]),
        (
            "import os\ne: dict = os.environ\nf: dict\nf = os.environ\n«e.get»\n«f.get»\n",
            &["os.environ.get", "os.environ.get"],
        ),
        (
            "import os\n«getattr(os, 'environ')».get\nk = 'environ'\n«getattr(os, k)»\n«getattr(os, x)»\n",
            &["os.environ", "os.environ", "opaque"],
        ),
        ("import os\nfor e in os.environ: «e»\n", &["opaque"]),
        ("import os\nwith os.x as e: «e»\n", &["opaque"]),
        ("import os\ne = os.environ['A']\n«e»\n«e.b»\n", &["opaque", "opaque"]),
        ("import os\ne = os.environ\ne += 1\n«e»\n", &["opaque"]),
        ("import os\ne = os.environ\ndel e\n«e»\n", &["opaque"]),
        ("import os\ne = os.environ\nexec('e = 1')\n«e»\n«os.getenv»\n", &["opaque", "os.getenv"]),
        (
            "a = []\nb = 'x'\nc = lambda: 1\nd = [x for x in y]\n«a»\n«b»\n«c»\n«d»\n",
            &["local", "local", "local", "local"],
        ),
        ("import os\nx = f'{«os.environ»}' 'b'\n", &["os.environ"]),
        ("f(«a»=1)\n", &["nothing"]),
    ]);
}

#[test]
fn scopes() {
    check(&[
        // The body of a class cannot be seen from its methods, nor from a comprehension but for its first iterable.
        (
            "import os\nclass A:\n    os = 1\n    b = «os»\n    def m(self):\n        return «os.environ»\n",
            &["local", "os.environ"],
        ),
        ("import os\nclass A:\n    os = 1\n    b = [«os.a» for x in «os»]\n", &["os.a", "local"]),
        ("import os\nclass A:\n    os = 1\n    b = [x for x in y for z in «os.c»]\n", &["os.c"]),
        (
            "import os\nclass A:\n    os = 1\n    class B:\n        c = «os.d»\n        def m(self, a=«os.e»): «os.f»\n",
            &["os.d", "os.e", "os.f"],
        ),
        (
            "import os\nclass A:\n    os = 1\n    def m(self, a=«os»): pass\n    f = lambda b=«os»: «os.c»\n",
            &["local", "local", "os.c"],
        ),
        (
            "class A:\n    def print(self): pass\n    def m(self):\n        «print»('a')\n    x = «print»\n",
            &["print", "local"],
        ),
        // Functions see functions, and everything that they bind is theirs from the start.
        ("import os\ndef f():\n    «os»\n    os = 1\n", &["local"]),
        ("def f():\n    import os\n    def g():\n        «os.a»\n    «os.b»\n", &["os.a", "os.b"]),
        (
            "import os\ndef f(a=«os.a», *, b: «os.b» = «os.c») -> «os.d»:\n    os = 1\n    «os»\n",
            &["os.a", "os.b", "os.c", "os.d", "local"],
        ),
        ("import os\n@«os.a»\ndef os(): pass\n", &["opaque"]),
        ("import os\nf = lambda os, b=«os.a»: «os»\n", &["os.a", "opaque"]),
        // Comprehensions.
        ("import os\n[«os» for os in «os.a»]\n«os.b»\n", &["opaque", "os.a", "os.b"]),
        ("import os\n{«k»: «os.a» for k in «os.b» if «k»}\n", &["opaque", "os.a", "os.b", "opaque"]),
        ("import os\n[[«os» for x in «os»] for os in «os.c»]\n", &["opaque", "opaque", "os.c"]),
        ("import os\n[(os := x) for x in y]\n«os»\n", &["opaque"]),
        ("import os\ndef f():\n    [(os := x) for x in y]\n    «os»\n«os.a»\n", &["opaque", "os.a"]),
        // `global` and `nonlocal`.
        ("import os\ndef f():\n    global os\n    os = 1\n«os»\n", &["opaque"]),
        ("import os\ndef f():\n    os = 1\n    def g():\n        global os\n        «os.a»\n", &["os.a"]),
        ("def f():\n    global e\n    e = 1\n    «e»\n«e»\n", &["opaque", "opaque"]),
        ("import os\ndef f():\n    e = os.a\n    def g():\n        nonlocal e\n        e = 1\n    «e»\n", &["opaque"]),
        ("import os\ndef f():\n    e = os.a\n    def g():\n        nonlocal e\n        «e»\n", &["os.a"]),
        // Other binders.
        ("import os\ntry: pass\nexcept A as os: pass\n«os»\n", &["opaque"]),
        ("import os\nmatch a:\n    case os: pass\n«os»\n", &["opaque"]),
        (
            "import os\nmatch a:\n    case «os.b»: pass\n    case A(x=y, z=[w, *v], **u): «y»\n«os.c»\n",
            &["nothing", "opaque", "os.c"],
        ),
        ("import os\nmatch a:\n    case {'k': os, **rest}: pass\n«os»\n«rest»\n", &["opaque", "opaque"]),
        ("import T\ndef f[T: «T.a»](x: «T») -> «T»:\n    «T»\n«T.b»\n", &["opaque", "local", "local", "local", "T.b"]),
        ("import T\nclass C[T](«T»): pass\ntype X[T] = «T»\n«T.b»\n", &["local", "local", "T.b"]),
    ]);
}

#[test]
fn what_is_given_to_others() {
    for (code, expected) in [
        ("import os\n_a = 1\ndef f(b): pass\n", &["_a", "b"][..]),
        ("__all__ = ['a']\na = 1\n_b = 2\nc = 3\n", &["_b", "c"]),
        ("__all__ = ('_a',)\n_a = 1\n", &[]),
        ("__all__ = ['a']\n__all__ += b.__all__\nc = 1\n", &[]),
        ("__all__ = [x for x in y]\n_c = 1\n", &[]),
        ("def f():\n    a = 1\n    b: 'a' = 2\n    return b\n", &[]),
        ("def f():\n    a = 1\n    a = 2\n", &[]),
        ("def f():\n    a = 1\n    exec(b)\n", &[]),
    ] {
        assert_eq!(unused(Language::Python, code), expected, "{code}");
    }
}

#[test]
fn what_can_be_reached_from_elsewhere() {
    for (code, expected) in [
        ("def f():\n    a = {}\n    a['b'] = 1\n    if a and a.get('c'): print(a['d'])\n", &["f"][..]),
        ("def f():\n    a = {}\n    return a\n", &["f", "a"]),
        ("def f():\n    a = {}\n    b = a\n    b.c()\n", &["f"]),
        ("def f():\n    a = {}\n    g(a)\n", &["f", "a"]),
    ] {
        assert_eq!(escaping(Language::Python, code), expected, "{code}");
    }
}
