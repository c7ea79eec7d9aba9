"""Makes the edits a second time, on Python's own tree: what the rewritten file must mean.

Shares no code with the pass over the LibCST tree, so that a mistake in either shows as a difference.
"""

from __future__ import annotations

import ast
import copy
import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from string import Formatter

from awaitify.names import Span
from awaitify.plan.edit import (
    AddArgument,
    AddAsyncTwin,
    AddDecorator,
    AddToClass,
    AwaitCall,
    CloseAfter,
    DefineLambda,
    Edit,
    EnterAsync,
    ImportAlso,
    IterateAsync,
    KeepBefore,
    MakeAsync,
    MakeAsyncWith,
    MakeList,
    Mark,
    NameLambda,
    RemoveDecorator,
    RemoveImport,
    Rename,
    RenameArgument,
    RenameFunction,
    ReplaceExpression,
    RunCall,
    SplitFunction,
    ThreadCall,
    WrapExpression,
    WrapInWith,
    YieldEach,
)
from awaitify.rewrite.expected_around import as_function, named_in, with_its_surroundings

_NEWLINE = re.compile(r"\r\n?|\n")
_Expressions = (
    AwaitCall
    | RunCall
    | ThreadCall
    | Rename
    | RenameArgument
    | AddArgument
    | ReplaceExpression
    | WrapExpression
    | MakeList
    | NameLambda
)
_Statements = (
    MakeAsync
    | MakeAsyncWith
    | RenameFunction
    | AddDecorator
    | RemoveDecorator
    | AddToClass
    | RemoveImport
    | SplitFunction
    | AddAsyncTwin
    | KeepBefore
    | ImportAlso
    | Mark
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Around = IterateAsync | EnterAsync | CloseAfter | YieldEach | DefineLambda


class UnexpectedError(Exception):
    """The edits can't be made on the old text; its text says why."""


def expected_tree(text: str, edits: Iterable[Edit]) -> ast.Module:
    """The tree of *text* after *edits*, but for what is added to the module: that may stand in several places.

    Raises UnexpectedError where an edit doesn't name exactly one node.
    """
    return _Redo(text, edits).module(ast.parse(text))


def fragment(text: str) -> list[ast.stmt]:
    """The statements of a piece of source."""
    return ast.parse(textwrap.dedent(text).strip("\n")).body


def binds(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """The name that one part of an import binds."""
    whole = alias.name.split(".")[0] if isinstance(statement, ast.Import) else alias.name
    return alias.asname or whole


class _Redo:
    """The edits by span, and what became of the expressions that replacements keep."""

    def __init__(self, text: str, edits: Iterable[Edit]) -> None:
        self._lines = [line.encode() for line in _NEWLINE.split(text)]
        self._plain = [line.isascii() for line in self._lines]
        self._of_expressions: dict[Span, list[_Expressions]] = defaultdict(list)
        self._of_statements: dict[Span, list[_Statements]] = defaultdict(list)
        self._around: dict[Span, list[_Around]] = defaultdict(list)
        self._wraps: list[WrapInWith] = []
        self._kept: dict[Span, ast.expr] = {}
        self._kept_before: set[int] = set()
        """The statements that stay above what is made of them, by ``id``."""
        self._holes: set[Span] = set()
        self._named: list[ast.stmt] = []
        """The functions that lambdas of the present statement became."""
        self._made: Counter[Edit] = Counter()
        for edit in edits:
            if isinstance(edit, ReplaceExpression):
                self._holes.update(edit.holes)
            if isinstance(edit, WrapInWith):
                self._wraps.append(edit)
            elif isinstance(edit, _Around):
                self._around[edit.span].append(edit)
            elif isinstance(edit, _Expressions):
                self._of_expressions[edit.span].append(edit)
            elif isinstance(edit, _Statements):
                self._of_statements[edit.span].append(edit)

    def module(self, tree: ast.Module) -> ast.Module:
        tree.body = self._body(tree.body)
        everything = [*self._wraps, *_flat(self._of_expressions), *_flat(self._of_statements), *_flat(self._around)]
        for edit in everything:
            if self._made[edit] != 1:
                raise UnexpectedError(f"{type(edit).__name__} names {self._made[edit]} nodes of the old text: {edit}")
        return tree

    def _body(self, old: Sequence[ast.stmt]) -> list[ast.stmt]:
        places = [self._span(statement) for statement in old]
        new = self._in_order([self._statement(statement) for statement in old])
        starts = {(place.line, place.column): index for index, place in enumerate(places)}
        stretches = []
        for edit in self._wraps:
            first, last = (starts.get((span.line, span.column)) for span in (edit.first, edit.last))
            if first is not None and last is not None:
                self._made[edit] += 1
                stretches.append((first, last, edit.opening))
        return _nest(new, 0, len(new) - 1, stretches)

    def _in_order(self, made: list[list[ast.stmt]]) -> list[list[ast.stmt]]:
        """What is put below functions of one name that follow each other moves below the last of them."""
        waiting: list[ast.stmt] = []
        for number, here in enumerate(made):
            if here and id(here[0]) in self._kept_before:
                waiting += here[1:]
                del here[1:]
            following = made[number + 1][:1] if number + 1 < len(made) else []
            if not _have_one_name(here[:1], following):
                here += waiting
                waiting = []
        return made

    def _statement(self, old: ast.stmt) -> list[ast.stmt]:
        edits = self._of_statements.get(self._span(old), ())
        around = [self._asked(expression) for expression in named_in(old)]
        twins = [edit for edit in edits if isinstance(edit, AddAsyncTwin | KeepBefore)]
        before = copy.deepcopy(old) if twins else old
        outer, self._named = self._named, []
        self._children(old)
        named, self._named = self._named, outer
        new: list[ast.stmt] = [with_its_surroundings(old, around)] if any(around) else [old]
        for edit in sorted(edits, key=lambda edit: isinstance(edit, SplitFunction)):
            if edit not in twins:
                self._made[edit] += 1
                new = _edit_statement(new, edit)
        for twin in twins:
            self._made[twin] += 1
            if isinstance(twin, KeepBefore):
                new = [before, *new]
                self._kept_before.add(id(before))
            else:
                new = _beside(new, before, twin)
        return [*named, *new]

    def _children(self, node: ast.AST) -> None:
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                setattr(node, field, self._node(value))
            elif isinstance(value, list) and value and all(isinstance(item, ast.stmt) for item in value):
                setattr(node, field, self._body(value) or [ast.Pass()])
            elif isinstance(value, list):
                setattr(node, field, [self._node(item) if isinstance(item, ast.AST) else item for item in value])

    def _asked(self, expression: ast.expr) -> list[_Around]:
        """The edits of what stands around *expression*."""
        edits = self._around.get(self._span(expression), []) if self._around else []
        self._made.update(edits)
        return edits

    def _node(self, old: ast.AST) -> ast.AST:
        if not isinstance(old, ast.expr):
            asked = self._asked(old.iter) if isinstance(old, ast.comprehension) else []
            self._children(old)
            if asked and isinstance(old, ast.comprehension):
                old.is_async = 1
            return old
        span = self._span(old)
        edits = self._of_expressions.get(span, ())
        positions = [(value.lineno, value.col_offset) for value in _values(old)]
        self._children(old)
        new = old
        renames = [edit for edit in edits if isinstance(edit, RenameArgument)]
        if renames and isinstance(new, ast.Call):
            self._made.update(renames)
            _rename(new, renames, positions)
        for edit in sorted(edits, key=_from_the_inside):
            if not isinstance(edit, RenameArgument) and not _is_piece_of_text(old):
                self._made[edit] += 1
                new = self._edit_expression(new, edit)
        if span in self._holes and not _is_piece_of_text(old):
            self._kept[span] = new
        return new

    def _edit_expression(self, node: ast.expr, edit: _Expressions) -> ast.expr:
        match edit, node:
            case ReplaceExpression(), _:
                return self._fill(edit)
            case AwaitCall(), _:
                return ast.Await(node)
            case MakeList(), ast.GeneratorExp(elt=element, generators=generators):
                return ast.ListComp(element, generators)
            case NameLambda(name=name), ast.Lambda(args=arguments, body=body):
                self._named.append(as_function(name, arguments, body))
                return ast.Name(name, ast.Load())
            case Rename(name=name), ast.Name():
                node.id = name
                return node
            case Rename(name=name), ast.Attribute():
                node.attr = name
                return node
            case WrapExpression(template=template), _:
                source = template.replace("{0}", "(__hole_0__)").replace("{{", "{").replace("}}", "}")
                return _Substitute({"__hole_0__": node}).put_into(_expression(source))
            case RunCall(runner=runner), ast.Call():
                return ast.Call(_expression(runner), [node], [])
            case ThreadCall(), ast.Call():
                return ast.Call(_expression("asyncio.to_thread"), [node.func, *node.args], node.keywords)
            case AddArgument(text=text), ast.Call():
                added = _expression(f"f({text})")
                if not isinstance(added, ast.Call) or len(_values(added)) != 1:
                    raise UnexpectedError(f"{text!r} isn't one argument")
                node.args, node.keywords = node.args + added.args, node.keywords + added.keywords
                return node
        raise UnexpectedError(f"{type(edit).__name__} names no call: {edit}")

    def _fill(self, edit: ReplaceExpression) -> ast.expr:
        """The template with its holes, each exactly once and in the order in which they stood."""
        order, source = [], ""
        for literal, field, *_ in Formatter().parse(edit.template):
            source += literal
            if field is not None:
                order.append(int(field))
                source += f"(__hole_{field}__)"
        if edit.is_reordered:
            order.sort(key=lambda number: edit.holes[number])
        if [edit.holes[number] for number in order] != sorted(edit.holes) or len(set(order)) != len(order):
            raise UnexpectedError(f"{edit.template!r} doesn't keep what it replaces once each and in order")
        missing = [hole for hole in edit.holes if hole not in self._kept]
        if missing:
            raise UnexpectedError(f"no expression stands at {missing[0]}: {edit}")
        names = {f"__hole_{number}__": self._kept[hole] for number, hole in enumerate(edit.holes)}
        return _Substitute(names).put_into(_expression(source))

    def _span(self, node: ast.stmt | ast.expr) -> Span:
        """In characters: ``ast`` counts the bytes of the line in UTF-8."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start, end = self._column(node.lineno, node.col_offset), self._column(node.end_lineno, node.end_col_offset)
        return Span(node.lineno, start, node.end_lineno, end)

    def _column(self, line: int, offset: int) -> int:
        if line > len(self._lines) or self._plain[line - 1]:
            return offset
        return len(self._lines[line - 1][:offset].decode(errors="replace"))


class _Substitute(ast.NodeTransformer):
    """Expressions for names."""

    def __init__(self, names: dict[str, ast.expr]) -> None:
        self._names = names

    def put_into(self, node: ast.expr) -> ast.expr:
        holder = ast.Expr(node)
        self.visit(holder)
        return holder.value

    def visit_Name(self, node: ast.Name) -> ast.expr:  # the name that ast looks for
        return self._names.get(node.id, node)


def _edit_statement(statements: list[ast.stmt], edit: _Statements) -> list[ast.stmt]:
    match edit, statements:
        case Mark(), _:
            return statements
        case MakeAsync(), [ast.FunctionDef() as function, *more]:
            return [ast.AsyncFunctionDef(**dict(ast.iter_fields(function))), *more]
        case MakeAsyncWith(), [ast.With() as block]:
            return [ast.AsyncWith(**dict(ast.iter_fields(block)))]
        case RenameFunction(name=name), [ast.FunctionDef() | ast.AsyncFunctionDef() as function, *_]:
            function.name = name
            return statements
        case RemoveDecorator(above=above), [
            ast.FunctionDef(decorator_list=all_) | ast.AsyncFunctionDef(decorator_list=all_)
        ]:
            if above >= len(all_):
                raise UnexpectedError(f"the function has no decorator that far up: {edit}")
            del all_[len(all_) - 1 - above]
            return statements
        case AddDecorator(text=text), [ast.FunctionDef() | ast.AsyncFunctionDef() as function]:
            function.decorator_list.insert(0, _expression(text))
            return statements
        case AddToClass(text=text), [ast.ClassDef(body=body)]:
            body.extend(fragment(text))
            return statements
        case RemoveImport(bound=bound), [ast.Import() | ast.ImportFrom() as statement]:
            return _without(statement, bound)
        case ImportAlso(), [ast.ImportFrom() as statement]:
            return _with_also(statement, edit)
        case SplitFunction(), [ast.FunctionDef() as function]:
            return _split(function, edit)
    raise UnexpectedError(f"{type(edit).__name__} names another kind of statement: {edit}")


def _with_also(statement: ast.ImportFrom, edit: ImportAlso) -> list[ast.stmt]:
    taken = [alias.name for alias in statement.names]
    if not {edit.name, edit.before or edit.name} <= set(taken):
        raise UnexpectedError(f"the import in line {statement.lineno} doesn't take {edit.name}")
    added, at = ast.alias(edit.new, edit.bound or None), taken.index(edit.name)
    if edit.instead:
        del statement.names[at], taken[at]
        statement.names.insert(taken.index(edit.before) if edit.before else at, added)
    else:
        statement.names.insert(taken.index(edit.before) if edit.before else at + 1, added)
    return [statement]


def _without(statement: ast.Import | ast.ImportFrom, bound: str) -> list[ast.stmt]:
    found = [alias for alias in statement.names if binds(statement, alias) == bound] or [
        alias for alias in statement.names if alias.name == bound and not alias.asname
    ]
    if len(found) != 1:
        raise UnexpectedError(f"the import in line {statement.lineno} doesn't bind {bound} once")
    statement.names.remove(found[0])
    return [statement] if statement.names else []


def _split(function: ast.FunctionDef, edit: SplitFunction) -> list[ast.stmt]:
    (new,) = fragment(f"{edit.header.strip()}\n    pass")
    assert isinstance(new, ast.AsyncFunctionDef | ast.FunctionDef)
    cut = 0 if ast.get_docstring(function) is None else 1
    new.body = function.body[cut:] or [ast.Pass()]
    function.body = [*function.body[:cut], *fragment(edit.call)]
    return [function, new]


def _beside(new: list[ast.stmt], before: ast.stmt, edit: AddAsyncTwin) -> list[ast.stmt]:
    """``if TEST:`` with the edited function, and the function as it was."""
    if not isinstance(before, ast.FunctionDef):
        raise UnexpectedError(f"AddAsyncTwin names no function: {edit}")
    if edit.given:
        return [ast.If(_expression(edit.test), [*new, *fragment(f"return {before.name}")], []), before]
    return [ast.If(_expression(edit.test), new, [before])]


def _have_one_name(one: Sequence[ast.stmt], other: Sequence[ast.stmt]) -> bool:
    names = [each.name for each in (*one, *other) if isinstance(each, _Function)]
    return len(names) == len(one) + len(other) == 2 and names[0] == names[1]


def _nest(
    statements: Sequence[list[ast.stmt]], first: int, last: int, stretches: list[tuple[int, int, str]]
) -> list[ast.stmt]:
    """Statements *first* to *last*, the stretches among them in their ``with``s, from the outermost in."""
    result: list[ast.stmt] = []
    index = first
    while index <= last:
        here = [stretch for stretch in stretches if stretch[0] == index]
        if not here:
            result += statements[index]
            index += 1
            continue
        outermost = max(here, key=lambda stretch: stretch[1])
        others = list(stretches)
        others.remove(outermost)
        (block,) = fragment(f"async def f():\n    {outermost[2]}:\n        pass")
        assert isinstance(block, ast.AsyncFunctionDef)
        header = block.body[0]
        assert isinstance(header, ast.With | ast.AsyncWith)
        header.body = _nest(statements, index, outermost[1], others)
        result.append(header)
        index = outermost[1] + 1
    return result


def _rename(call: ast.Call, renames: Sequence[RenameArgument], positions: Sequence[tuple[int, int]]) -> None:
    """Gives arguments their keywords; a positional one moves among the keywords, in the order of the text."""
    where = dict(zip(map(id, _values(call)), positions, strict=True))
    moved = [(edit.old, edit.new) for edit in renames if isinstance(edit.old, int)]
    named = {edit.old: edit.new for edit in renames if isinstance(edit.old, str)}
    if missing := named.keys() - {keyword.arg for keyword in call.keywords if keyword.arg}:
        raise UnexpectedError(f"the call in line {call.lineno} has no argument {min(missing)}=")
    for keyword in call.keywords:
        keyword.arg = named.get(keyword.arg, keyword.arg) if keyword.arg else keyword.arg
    for index, new in sorted(moved, reverse=True):
        if index >= len(call.args) or any(isinstance(arg, ast.Starred) for arg in call.args[: index + 1]):
            raise UnexpectedError(f"the call in line {call.lineno} has no argument {index}")
        call.keywords.append(ast.keyword(new, call.args.pop(index)))
    call.keywords.sort(key=lambda keyword: where[id(keyword.value)])


def _values(node: ast.expr) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)] if isinstance(node, ast.Call) else []


def _from_the_inside(edit: _Expressions) -> int:
    """A call's own arguments first, then what it becomes, then the await."""
    match edit:
        case AddArgument() | Rename():
            return 0
        case AwaitCall():
            return 2
        case WrapExpression():
            return 3
    return 1


def _is_piece_of_text(node: ast.expr) -> bool:
    """The literal pieces of an f-string, which Python 3.11 places where the whole string stands."""
    return isinstance(node, ast.FormattedValue)


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _flat(lists: Mapping[Span, Sequence[Edit]]) -> list[Edit]:
    return [item for items in lists.values() for item in items]
