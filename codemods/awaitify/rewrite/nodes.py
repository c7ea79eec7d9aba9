"""Builds expressions, and gives them the parentheses that their new surroundings need."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from string import Formatter

import libcst as cst

_HOLE = "_awaitify_hole_{}_"

_TIGHT = (
    cst.Attribute | cst.Subscript | cst.Call | cst.Name | cst.SimpleString | cst.FormattedString | cst.ConcatenatedString
    | cst.List | cst.Set | cst.Dict | cst.ListComp | cst.SetComp | cst.DictComp | cst.Ellipsis
)  # fmt: skip
"""What binds as tightly as a name, so that it needs no parentheses anywhere."""

_LOOSE = cst.NamedExpr | cst.Yield | cst.Tuple | cst.GeneratorExp | cst.Lambda | cst.StarredElement
"""What always gets parentheses: the places that do without them are few."""

_ROOMY = (
    cst.Arg | cst.Assign | cst.AugAssign | cst.AnnAssign | cst.Return | cst.Expr | cst.Element | cst.DictElement
    | cst.Index | cst.Annotation | cst.Assert | cst.Raise | cst.If | cst.While | cst.For | cst.Param | cst.WithItem
    | cst.FormattedStringExpression | cst.Decorator | cst.Match | cst.ListComp | cst.SetComp
)  # fmt: skip
"""What takes an operator or a conditional expression without parentheses."""


def awaited(call: cst.BaseExpression) -> cst.Await:
    """``f(x)`` → ``await f(x)``; parentheses around the call move around the await."""
    bare = without_parentheses(call)
    if not isinstance(bare, _TIGHT):
        bare = with_parentheses(bare)
    return cst.Await(expression=bare)


def run(call: cst.BaseExpression, runner: str) -> cst.Call:
    """``main(x)`` → ``asyncio.run(main(x))``."""
    return cst.Call(func=cst.parse_expression(runner), args=[cst.Arg(without_parentheses(call))])


def renamed(node: cst.BaseExpression, name: str) -> cst.BaseExpression:
    """``fetch`` or ``api.fetch`` under another *name*. Raises ValueError for anything else."""
    bare = without_parentheses(node)
    match bare:
        case cst.Name():
            return bare.with_changes(value=name)
        case cst.Attribute(attr=attr):
            return bare.with_changes(attr=attr.with_changes(value=name))
    raise ValueError("it is neither a name nor an attribute")


def as_list(generator: cst.GeneratorExp) -> cst.ListComp:
    """``(f(x) for x in xs)`` → ``[f(x) for x in xs]``; the spaces inside its own parentheses stay."""
    left = cst.LeftSquareBracket(generator.lpar[-1].whitespace_after) if generator.lpar else cst.LeftSquareBracket()
    right = cst.RightSquareBracket(generator.rpar[0].whitespace_before) if generator.rpar else cst.RightSquareBracket()
    return cst.ListComp(generator.elt, generator.for_in, lbracket=left, rbracket=right)


def from_template(template: str, holes: Sequence[cst.BaseExpression]) -> cst.BaseExpression:
    """*template* with ``{0}``, ``{1}`` … filled by *holes*. Raises ValueError unless each stands there once."""
    pieces, used = [], []
    for literal, field, *_ in Formatter().parse(template):
        pieces.append(literal)
        if field is not None:
            used.append(int(field))
            pieces.append(_HOLE.format(field))
    if sorted(used) != list(range(len(holes))):
        raise ValueError(f"{template!r} doesn't use each of {len(holes)} holes once")
    return _Fill(holes).fill(cst.parse_expression("".join(pieces)))


def in_the_place_of(
    old: cst.BaseExpression, new: cst.BaseExpression, parent: cst.CSTNode, *, beside_a_word: bool
) -> cst.BaseExpression:
    """*new* where *old* stands in *parent*: in the parentheses that were there, else in such as it needs.

    *beside_a_word*: a letter touches it, as in ``return"a".join(x)``.
    """
    if around := _own_parentheses(old):
        return new.with_changes(lpar=(*around[0], *new.lpar), rpar=(*new.rpar, *around[1]))
    if not new.lpar and (beside_a_word or _needs_parentheses(new, old, parent) or _is_cut_by_a_newline(new)):
        return with_parentheses(new)
    return new


def with_parentheses(node: cst.BaseExpression) -> cst.BaseExpression:
    """``(node)``."""
    return node.with_changes(lpar=(cst.LeftParen(), *node.lpar), rpar=(*node.rpar, cst.RightParen()))


def without_parentheses(node: cst.BaseExpression) -> cst.BaseExpression:
    """*node* itself, out of the parentheses around it; a tuple's and a generator's belong to it."""
    if isinstance(node, cst.Tuple | cst.GeneratorExp):
        return node.with_changes(lpar=node.lpar[-1:], rpar=node.rpar[:1])
    return node.with_changes(lpar=(), rpar=())


class _Fill(cst.CSTTransformer):
    """Puts the holes where their names stand."""

    def __init__(self, holes: Sequence[cst.BaseExpression]) -> None:
        super().__init__()
        self._holes = {_HOLE.format(number): hole for number, hole in enumerate(holes)}
        self._path: list[cst.CSTNode] = []

    def fill(self, template: cst.BaseExpression) -> cst.BaseExpression:
        filled = cst.ensure_type(cst.Expr(template).visit(self), cst.Expr)
        return filled.value

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._path.append(node)
        return True

    def on_leave(  # type: ignore[override]  # one for all kinds of nodes
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        self._path.pop()
        if not isinstance(original_node, cst.Name) or original_node.value not in self._holes:
            return updated_node
        hole, parent = self._holes[original_node.value], self._path[-1]
        if hole.lpar or not _needs_parentheses(hole, original_node, parent):
            return hole
        return with_parentheses(hole)


def _own_parentheses(
    node: cst.BaseExpression,
) -> tuple[Sequence[cst.LeftParen], Sequence[cst.RightParen]] | None:
    belongs = isinstance(node, cst.Tuple | cst.GeneratorExp)
    left, right = (node.lpar[:-1], node.rpar[1:]) if belongs else (node.lpar, node.rpar)
    return (left, right) if left else None


def _needs_parentheses(new: cst.BaseExpression, old: cst.BaseExpression, parent: cst.CSTNode) -> bool:
    if isinstance(new, _TIGHT):
        return False
    if _takes_only_a_primary(parent, old):
        return True
    if isinstance(new, cst.Await | cst.BaseNumber) or isinstance(new, cst.Lambda) and isinstance(parent, cst.Arg):
        return False
    return isinstance(new, _LOOSE) or not isinstance(parent, _ROOMY)


def _takes_only_a_primary(parent: cst.CSTNode, old: cst.BaseExpression) -> bool:
    """``old.x``, ``old[0]``, ``old()`` and ``await old``; operators, even ``**``, bind more loosely than an await."""
    match parent:
        case cst.Attribute(value=child) | cst.Subscript(value=child) | cst.Call(func=child) | cst.Await(child):
            return child is old
    return False


def _is_cut_by_a_newline(node: cst.BaseExpression) -> bool:
    """Whether *node* runs over a line's end outside of its own brackets."""
    code = cst.Module([]).code_for_node(node)
    if "\n" not in code:
        return False
    try:
        ast.parse(code, mode="eval")
    except SyntaxError:
        return True
    return False
