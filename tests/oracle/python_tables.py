"""Prints for every name in the files on standard input, below the folder that is given, which variable it is by `symtable`.

One line of JSON a file: its path, and pairs of the first byte of a name and what tells its variable, `free` where no scope of the file binds it."""

import ast
import json
import sys
import symtable
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Reader:
    def __init__(self, text, source, path):
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.found = []
        self.tables = {}
        self.top = symtable.symtable(source, path, "exec")
        self.read(ast.parse(source), [self.top], None)

    def child(self, stack, kind, name, line):
        """The next table below the innermost one that is of this kind and name. Tables stand in the order in which they are entered."""
        parent = stack[-1]
        key = parent.get_id()
        left = self.tables.setdefault(key, list(parent.get_children()))
        for index, table in enumerate(left):
            if table.get_name() == name and table.get_lineno() == line and kind in str(table.get_type()):
                return left.pop(index)
        raise LookupError(f"{name} in line {line}")

    def note(self, node, stack, of_class):
        name = node.id
        if of_class and name.startswith("__") and not name.endswith("__"):
            return
        place = self.starts[node.lineno - 1] + node.col_offset
        table = stack[-1]
        try:
            symbol = table.lookup(name)
        except KeyError:
            # What an annotation names that is never evaluated.
            return
        self.found.append((place, self.variable(name, symbol, stack)))

    def variable(self, name, symbol, stack):
        if symbol.is_global() or stack[-1].get_type() == "module":
            try:
                top = self.top.lookup(name)
                bound = top.is_assigned() or top.is_imported() or top.is_namespace()
            except KeyError:
                bound = False
            bound = bound or name in self.assigned_globals()
            return f"0 {name}" if bound else "free"
        if symbol.is_free():
            for table in reversed(stack[:-1]):
                if table.get_type() == "function" or "type" in str(table.get_type()).lower():
                    try:
                        outer = table.lookup(name)
                    except KeyError:
                        continue
                    if outer.is_local() or outer.is_parameter():
                        return f"{table.get_id()} {name}"
            return "free"
        return f"{stack[-1].get_id()} {name}"

    def assigned_globals(self):
        if not hasattr(self, "globals"):
            self.globals = set()
            left = [self.top]
            while left:
                table = left.pop()
                left.extend(table.get_children())
                for symbol in table.get_symbols():
                    if symbol.is_declared_global() and (symbol.is_assigned() or symbol.is_imported()):
                        self.globals.add(symbol.get_name())
        return self.globals

    def read(self, node, stack, of_class):
        if isinstance(node, ast.Name):
            self.note(node, stack, of_class)
        elif isinstance(node, (ast.JoinedStr, *TEMPLATES)) and sys.version_info < (3, 12):
            self.skip(node, stack)
        elif isinstance(node, FUNCTIONS):
            self.function(node, stack, of_class)
        elif isinstance(node, ast.Lambda):
            self.all(node.args.defaults + [one for one in node.args.kw_defaults if one], stack, of_class)
            inner = self.child(stack, "function", "lambda", node.lineno)
            self.read(node.body, [*stack, inner], of_class)
        elif isinstance(node, ast.ClassDef):
            self.all(node.decorator_list, stack, of_class)
            stack = self.parameters_of_type(node, stack, of_class)
            self.all(node.bases + [one.value for one in node.keywords], stack, of_class)
            line = node.lineno
            inner = self.child(stack, "class", node.name, line)
            self.all(node.body, [*stack, inner], node.name)
        elif isinstance(node, COMPREHENSIONS):
            first, *others = node.generators
            self.read(first.iter, stack, of_class)
            name = {ast.ListComp: "listcomp", ast.SetComp: "setcomp", ast.DictComp: "dictcomp", ast.GeneratorExp: "genexpr"}[type(node)]
            inner = [*stack, self.child(stack, "function", name, node.lineno)]
            # In the order in which Python enters the scopes inside.
            self.read(first.target, inner, of_class)
            self.all(first.ifs, inner, of_class)
            for one in others:
                self.all([one.target, one.iter, *one.ifs], inner, of_class)
            if isinstance(node, ast.DictComp):
                self.all([node.key, node.value] if sys.version_info < (3, 8) else [node.value, node.key], inner, of_class)
            else:
                self.read(node.elt, inner, of_class)
        elif isinstance(node, ast.NamedExpr) and self.is_comprehension(stack[-1]):
            self.read(node.value, stack, of_class)
            outer = stack
            while self.is_comprehension(outer[-1]):
                outer = outer[:-1]
            self.note(node.target, outer, of_class)
        elif isinstance(node, TYPE_ALIASES):
            self.skip(node, stack)
        else:
            self.all(ast.iter_child_nodes(node), stack, of_class)

    @staticmethod
    def is_comprehension(table):
        return table.get_name() in ("listcomp", "setcomp", "dictcomp", "genexpr")

    def skip(self, node, stack):
        """Enters the scopes inside and notes nothing."""
        kept, self.found = self.found, []
        self.all(ast.iter_child_nodes(node), stack, None)
        self.found = kept

    def all(self, nodes, stack, of_class):
        for node in nodes:
            self.read(node, stack, of_class)

    def parameters_of_type(self, node, stack, of_class):
        if not getattr(node, "type_params", None):
            return stack
        raise LookupError("type parameters")

    def function(self, node, stack, of_class):
        self.all(node.decorator_list, stack, of_class)
        arguments = node.args
        self.all(arguments.defaults + [one for one in arguments.kw_defaults if one], stack, of_class)
        stack = self.parameters_of_type(node, stack, of_class)
        every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
        every += [one for one in (arguments.vararg, arguments.kwarg) if one]
        annotations = [one.annotation for one in every if one.annotation] + ([node.returns] if node.returns else [])
        self.all(annotations, stack, of_class)
        inner = self.child(stack, "function", node.name, node.lineno)
        self.all(node.body, [*stack, inner], of_class)


TEMPLATES = (ast.TemplateStr,) if hasattr(ast, "TemplateStr") else ()
TYPE_ALIASES = (ast.TypeAlias,) if hasattr(ast, "TypeAlias") else ()


def main():
    folder = Path(sys.argv[1])
    sys.setrecursionlimit(20_000)
    for path in sys.stdin.read().splitlines():
        text = (folder / path).read_bytes()
        try:
            source = text.decode("utf-8")
            # A mark at the start and returns alone shift the places that Python gives.
            if source.startswith("\ufeff") or "\f" in source or "\r" in source.replace("\r\n", ""):
                continue
            found = Reader(text, source, path).found
        except (SyntaxError, UnicodeDecodeError, ValueError, LookupError, RecursionError):
            continue
        star = any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(ast.parse(source)))
        found = [(place, variable) for place, variable in found if not (star and variable == "free")]
        print(json.dumps([path, found]))


main()
