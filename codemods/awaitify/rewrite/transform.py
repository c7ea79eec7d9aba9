"""Makes all edits of one file in one pass over its LibCST tree."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import libcst as cst

from awaitify.plan.edit import (
    AddDecorator,
    AddToClass,
    Edit,
    ImportAlso,
    MakeAsync,
    MakeAsyncWith,
    Mark,
    NameLambda,
    RemoveDecorator,
    RemoveImport,
    RenameFunction,
)
from awaitify.rewrite.around import as_function, edit_around
from awaitify.rewrite.blocks import add_to_class, remove_decorator
from awaitify.rewrite.bodies import Bodies
from awaitify.rewrite.expressions import edit_expression, expect_it_fits_f_strings
from awaitify.rewrite.imports import drop_name, import_also
from awaitify.rewrite.lines import add_comments
from awaitify.rewrite.nodes import in_the_place_of
from awaitify.rewrite.places import DidNotLandError, OfParent, Places, Positions, describe, message_of

_NEWLINE = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was: its path, its text, and its tree with every node's position."""

    path: str
    text: str
    module: cst.Module
    positions: Positions


def make_edits(original: Original, places: Places, edits: Sequence[Edit]) -> cst.Module:
    """The module with every edit made exactly once. Raises DidNotLandError where one can't be."""
    one_pass = _Pass(original, places, edits)
    changed = original.module.visit(one_pass)
    for edit in edits:
        if one_pass.landed[edit] != 1:
            raise DidNotLandError(f"{describe(edit)}: made {one_pass.landed[edit]} times, not once")
    return changed


class _Pass(cst.CSTTransformer):
    """Children first: what an edit builds on is there, already edited, when the pass leaves its node."""

    def __init__(self, original: Original, places: Places, edits: Sequence[Edit]) -> None:
        super().__init__()
        self.landed: Counter[Edit] = Counter()
        self._lines = _NEWLINE.split(original.text)
        self._positions, self._places = original.positions, places
        self._bodies = Bodies(places.at, places.wraps, edits, original.path)
        self._header = original.module.header
        self._first = next(iter(original.module.body), None)
        self._path: list[cst.CSTNode] = []
        self._holes = {hole for holes in places.holes.values() for hole in holes}
        self._edited: dict[cst.CSTNode, cst.BaseExpression] = {}
        self._comments: dict[cst.CSTNode, list[str]] = defaultdict(list)

    def on_visit(self, node: cst.CSTNode) -> bool:
        for edit in self._places.at.get(node, ()):
            if isinstance(edit, Mark):
                self._comments[self._owner_of_comments(node)].append(f"# {edit.comment}")
                self.landed[edit] += 1
        self._path.append(node)
        return not isinstance(node, cst.BaseStatement) or self._holds_an_edit(node)

    def on_leave(  # type: ignore[override]  # one for all kinds of nodes, none of which goes away
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        self._path.pop()
        changed, landed = edit_around(original_node, updated_node, self._places.at)
        self.landed.update(landed)
        if edits := [edit for edit in self._places.at.get(original_node, ()) if not isinstance(edit, OfParent)]:
            if isinstance(original_node, cst.BaseExpression) and isinstance(changed, cst.BaseExpression):
                changed = self._expression(original_node, changed, edits)
            else:
                changed = self._statement(original_node, changed, edits)
        if original_node in self._holes and original_node not in self._edited:
            assert isinstance(changed, cst.BaseExpression)
            self._edited[original_node] = changed
        if original_node in self._comments:
            above: Sequence[cst.EmptyLine] = changed.leading_lines  # type: ignore[attr-defined]  # an owner has them
            there = self._header if original_node is self._first else ()
            lines = add_comments(above, self._comments[original_node], there)
            changed = changed.with_changes(leading_lines=lines)
        changed, landed = self._bodies.leave(original_node, changed, self._path)
        self.landed.update(landed)
        return changed

    def _expression(
        self, old: cst.BaseExpression, new: cst.BaseExpression, edits: Sequence[Edit]
    ) -> cst.BaseExpression:
        holes = {
            edit: [self._edited[hole] for hole in hole_nodes]
            for edit, hole_nodes in self._places.holes.items()
            if edit in edits
        }
        for edit in edits:
            expect_it_fits_f_strings(edit, self._path)
        with _named(edits[0]):
            bare = edit_expression(old, new, edits, holes)
        for edit in edits:
            if isinstance(edit, NameLambda):
                statement = next(node for node in reversed(self._path) if isinstance(node, cst.BaseStatement))
                self._bodies.define_above(statement, as_function(cst.ensure_type(new, cst.Lambda), cst.Name(edit.name)))
        placed = in_the_place_of(old, bare, self._path[-1], beside_a_word=self._touches_a_word(old))
        self._keep_comments(old, placed)
        self._edited[old] = placed if old.lpar else bare
        self.landed.update(edits)
        return placed

    def _statement(self, old: cst.CSTNode, new: cst.CSTNode, edits: Sequence[Edit]) -> cst.CSTNode:
        for edit in edits:
            with _named(edit):
                changed = self._edited_statement(old, new, edit)
            if changed is not None:
                new = changed
                self.landed[edit] += 1
        return new

    def _edited_statement(self, old: cst.CSTNode, new: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
        """None for an edit that is made elsewhere."""
        match edit, new:
            case (MakeAsync() | MakeAsyncWith(), cst.FunctionDef() | cst.With()):
                if new.asynchronous:
                    raise ValueError("it is async already")
                return new.with_changes(asynchronous=cst.Asynchronous())
            case RenameFunction(name=name), cst.FunctionDef():
                return new.with_changes(name=new.name.with_changes(value=name))
            case AddDecorator(text=text), cst.FunctionDef(decorators=others):
                return new.with_changes(decorators=(cst.Decorator(cst.parse_expression(text)), *others))
            case RemoveDecorator(above=above), cst.FunctionDef():
                return remove_decorator(new, above)
            case AddToClass(text=text), cst.ClassDef(body=body):
                return new.with_changes(body=add_to_class(body, text, self._indent()))
            case ImportAlso(), cst.ImportFrom():
                return import_also(new, edit)
            case RemoveImport(bound=bound), cst.Import() | cst.ImportFrom():
                smaller = None if self._bodies.is_gone(old) else drop_name(new, bound)
                if smaller is None:
                    self._bodies.remove(old)
                return smaller or new
        return None

    def _keep_comments(self, old: cst.BaseExpression, new: cst.BaseExpression) -> None:
        """The comments of a part that is replaced move above the statement."""
        code = cst.Module([]).code_for_node(old)
        if "#" in code:
            lost = Counter(_comments_in(old)) - Counter(_comments_in(new))
            self._comments[self._owner_of_comments(old)] += [text for text in _comments_in(old) if lost[text]]

    def _owner_of_comments(self, node: cst.CSTNode) -> cst.CSTNode:
        """The line or compound statement, the ``else`` or decorator, above which a comment about *node* can stand."""
        return next(outer for outer in (node, *reversed(self._path)) if hasattr(outer, "leading_lines"))

    def _holds_an_edit(self, node: cst.CSTNode) -> bool:
        place = self._positions[node]
        first = place.start.line
        if isinstance(node, cst.FunctionDef | cst.ClassDef) and node.decorators:
            first = self._positions[node.decorators[0]].start.line
        at = bisect_left(self._places.lines, first)
        return at < len(self._places.lines) and self._places.lines[at] <= place.end.line

    def _touches_a_word(self, node: cst.CSTNode) -> bool:
        place = self._positions[node]
        before = self._lines[place.start.line - 1][: place.start.column][-1:]
        after = self._lines[place.end.line - 1][place.end.column :][:1]
        return any(neighbour.isalnum() or neighbour == "_" for neighbour in (before, after))

    def _indent(self) -> str | None:
        """The indent of the block around, where it isn't the file's usual one."""
        return next((node.indent for node in reversed(self._path) if isinstance(node, cst.IndentedBlock)), None)


class _Comments(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def visit_Comment(self, node: cst.Comment) -> None:  # noqa: N802  # LibCST's name
        self.found.append(node.value)


def _comments_in(node: cst.CSTNode) -> list[str]:
    visitor = _Comments()
    node.visit(visitor)
    return visitor.found


@contextmanager
def _named(edit: Edit) -> Iterator[None]:
    """Inside, what can't be done becomes a failure that names the edit."""
    try:
        yield
    except (ValueError, cst.ParserSyntaxError, cst.CSTValidationError) as error:
        raise DidNotLandError(f"{describe(edit)}: {message_of(error)}") from error
