"""Proves that a rewritten file is the old one with the planned edits, and nothing else.

The edits are made a second time on Python's own tree (``expected``), and both trees are walked side by side. What they
agree on is the guard of design §7: without the edits the meaning is what it was, and every expression that an edit
kept is there once and in its order.
"""

from __future__ import annotations

import ast
import inspect
import io
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence

from awaitify.plan.edit import (
    AddAsyncTwin,
    AddImport,
    AddToClass,
    AddToModule,
    Edit,
    KeepBefore,
    Mark,
    RemoveImport,
    SplitFunction,
)
from awaitify.rewrite.expected import UnexpectedError, expected_tree, fragment


def prove(old_text: str, new_text: str, edits: Sequence[Edit]) -> str | None:
    """None when *new_text* is *old_text* with *edits*; else the first reason why it isn't."""
    edits = tuple(dict.fromkeys(edits))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(new_text, "<result>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            return f"it doesn't compile: {error}"
        try:
            return _why_not(old_text, new_text, edits)
        except UnexpectedError as error:
            return str(error)
        except (SyntaxError, ValueError) as error:
            return f"an edit's text is no Python: {error}"


def _why_not(old_text: str, new_text: str, edits: Sequence[Edit]) -> str | None:
    expected, result = expected_tree(old_text, edits), ast.parse(new_text)
    if ast.get_docstring(expected, clean=True) != ast.get_docstring(result, clean=True):
        return "the module's docstring isn't what it was"
    for edit in edits:
        if isinstance(edit, AddImport):
            _take_out_import(edit, expected, result)
    for edit in edits:
        if isinstance(edit, AddToModule):
            _take_out_definition(edit, result)
    difference = _difference(_with_clean_docstrings(expected), _with_clean_docstrings(result), 1)
    return difference or _difference_of_comments(old_text, new_text, edits)


def _take_out_import(edit: AddImport, expected: ast.Module, result: ast.Module) -> None:
    """Takes the import out of *result*, where it must stand once; when it was there before, both keep it."""
    before, after = (list(_imports(tree, edit)) for tree in (expected, result))
    if before:
        return
    if len(after) != 1:
        raise UnexpectedError(f"{edit} stands there {len(after)} times, not once")
    statement, alias = after[0]
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    if any(isinstance(other, definitions) for other in result.body[: result.body.index(statement)]):
        raise UnexpectedError(f"{edit} stands below a definition")
    statement.names.remove(alias)
    if not statement.names:
        result.body.remove(statement)


def _imports(tree: ast.Module, edit: AddImport) -> Iterator[tuple[ast.Import | ast.ImportFrom, ast.alias]]:
    """The parts of the module's own imports that bind what *edit* asks for."""
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            same = [alias for alias in statement.names if edit.name is None and alias.name == edit.module]
        elif isinstance(statement, ast.ImportFrom) and edit.module == "." * statement.level + (statement.module or ""):
            same = [alias for alias in statement.names if alias.name == edit.name]
        else:
            continue
        yield from ((statement, alias) for alias in same if not alias.asname)


def _take_out_definition(edit: AddToModule, result: ast.Module) -> None:
    """Takes the definitions out of *result*, where they must stand together and once."""
    wanted = [ast.dump(statement) for statement in fragment(edit.text)]
    dumps = [ast.dump(statement) for statement in result.body]
    found = [at for at in range(len(dumps)) if dumps[at : at + len(wanted)] == wanted]
    if len(found) != 1:
        raise UnexpectedError(f"what is added to the module stands there {len(found)} times, not once")
    del result.body[found[0] : found[0] + len(wanted)]


def _with_clean_docstrings(tree: ast.Module) -> ast.Module:
    """Black may indent the docstring of a function that moved into a ``with``."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Module(body=[ast.Expr(ast.Constant(str() as text) as constant), *_])
                | ast.ClassDef(body=[ast.Expr(ast.Constant(str() as text) as constant), *_])
                | ast.FunctionDef(body=[ast.Expr(ast.Constant(str() as text) as constant), *_])
                | ast.AsyncFunctionDef(body=[ast.Expr(ast.Constant(str() as text) as constant), *_])
            ):
                constant.value = inspect.cleandoc(text)
    return tree


def _difference(expected: object, result: object, line: int) -> str | None:
    """The first place where the two trees differ, as a sentence."""
    if isinstance(expected, ast.AST) and isinstance(result, ast.AST):
        line = getattr(result, "lineno", line)
        if type(expected) is not type(result):
            return _sentence(expected, result, line)
        for field in expected._fields:
            wanted, found = getattr(expected, field, None), getattr(result, field, None)
            if difference := _difference(wanted, found, line):
                return difference
        return None
    if isinstance(expected, list) and isinstance(result, list):
        for wanted, found in zip(expected, result, strict=False):
            if difference := _difference(wanted, found, line):
                return difference
        rest = (*expected[len(result) :], None)[0], (*result[len(expected) :], None)[0]
        return _sentence(*rest, line) if any(rest) else None
    same = type(expected) is type(result) and expected == result
    return None if same else _sentence(expected, result, line)


def _sentence(expected: object, result: object, line: int) -> str:
    return f"line {getattr(result, 'lineno', line)}: {_shown(result)} where {_shown(expected)} should be"


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if not isinstance(value, ast.AST):
        return repr(value)
    try:
        text = ast.unparse(value).partition("\n")[0]
    except (AttributeError, ValueError, TypeError, RecursionError):
        text = ""
    return f"`{text[:60]}`" if text else type(value).__name__


def _difference_of_comments(old_text: str, new_text: str, edits: Sequence[Edit]) -> str | None:
    """Every comment stays, but those on lines of a removed import; none comes but those that the edits bring."""
    old, new = _comments(old_text), _comments(new_text)
    gone = Counter(text for line, text in old if not any(_covers(edit, line) for edit in edits))
    lost = gone - Counter(text for _, text in new)
    if lost:
        return f"the comment {min(lost)!r} is lost"
    marks = {f"# {edit.comment}" for edit in edits if isinstance(edit, Mark)}
    there = {text for _, text in new}
    if missing := {mark for mark in marks if mark not in there}:
        return f"the comment {min(missing)!r} is missing"
    brought = [text for edit in edits for _, text in _comments(_text_of(edit))]
    brought += [
        text for edit in edits if isinstance(edit, AddAsyncTwin | KeepBefore) for text in _inside(edit, old, old_text)
    ]
    came = Counter(text for _, text in new) - Counter(text for _, text in old) - Counter(brought)
    if strange := {text for text in came if text not in marks}:
        return f"the comment {min(strange)!r} comes from nowhere"
    return None


def _comments(text: str) -> list[tuple[int, str]]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [(token.start[0], token.string.rstrip()) for token in tokens if token.type == tokenize.COMMENT]


def _inside(edit: AddAsyncTwin | KeepBefore, comments: Sequence[tuple[int, str]], text: str) -> list[str]:
    """The comments of what stands there twice, those between a function's decorators with it."""
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    first = next((f for f in functions if f.lineno == edit.span.line), None)
    above = [d.lineno for d in first.decorator_list] if first is not None else []
    return [comment for line, comment in comments if min([edit.span.line, *above]) <= line <= edit.span.end_line]


def _covers(edit: Edit, line: int) -> bool:
    return isinstance(edit, RemoveImport) and edit.span.line <= line <= edit.span.end_line


def _text_of(edit: Edit) -> str:
    match edit:
        case AddToClass(text=text) | AddToModule(text=text):
            return text
        case SplitFunction(call=call, header=header):
            return f"{call}\n{header}"
    return ""
