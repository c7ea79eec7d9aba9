"""Makes the edits of one expression, from the inside out: its arguments, then what replaces it, then the await."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from awaitify.plan.edit import (
    AddArgument,
    AwaitCall,
    Edit,
    MakeList,
    NameLambda,
    Rename,
    RenameArgument,
    ReplaceExpression,
    RunCall,
    ThreadCall,
    WrapExpression,
)
from awaitify.rewrite import nodes
from awaitify.rewrite.calls import add_argument, find_argument, on_a_thread, rename_arguments
from awaitify.rewrite.places import DidNotLandError, describe


def edit_expression(
    old: cst.BaseExpression,
    new: cst.BaseExpression,
    edits: Sequence[Edit],
    holes: Mapping[ReplaceExpression, Sequence[cst.BaseExpression]],
) -> cst.BaseExpression:
    """*new*, which is *old* with its children edited, after *edits*; *holes* are what they keep of it, edited as well.

    Raises ValueError where an edit has nothing to work on, or two of them don't go together.
    """
    _expect_they_go_together(edits)
    renames = [edit for edit in edits if isinstance(edit, RenameArgument)]
    if renames and isinstance(old, cst.Call) and isinstance(new, cst.Call):
        new = rename_arguments(new, {find_argument(old, edit.old): edit.new for edit in renames})
    for edit in sorted(edits, key=_from_the_inside):
        if not isinstance(edit, RenameArgument):
            new = _edited(new, edit, holes)
    return new


def _edited(
    node: cst.BaseExpression, edit: Edit, holes: Mapping[ReplaceExpression, Sequence[cst.BaseExpression]]
) -> cst.BaseExpression:
    match edit:
        case Rename(name=name):
            return nodes.renamed(node, name)
        case AddArgument():
            return add_argument(cst.ensure_type(node, cst.Call), edit.text)
        case ReplaceExpression():
            return nodes.from_template(edit.template, holes[edit])
        case MakeList():
            return nodes.as_list(cst.ensure_type(node, cst.GeneratorExp))
        case NameLambda(name=name):
            return cst.Name(name)
        case ThreadCall():
            return on_a_thread(cst.ensure_type(node, cst.Call))
        case RunCall():
            return nodes.run(node, edit.runner)
        case AwaitCall():
            return nodes.awaited(node)
        case WrapExpression(template=template):
            return nodes.from_template(template, [node])
    raise ValueError("it isn't an edit of an expression")


def expect_it_fits_f_strings(edit: Edit, path: Sequence[cst.CSTNode]) -> None:
    """Raises DidNotLandError where the edit's text can't stand in the f-strings on *path* in every Python from 3.8 on."""
    inserted = _text_of(edit)
    for node in path:
        if isinstance(node, cst.FormattedStringExpression) and node.equal:
            raise DidNotLandError(f"{describe(edit)}: f'{{…=}}' prints its own text, which would change")
        if isinstance(node, cst.FormattedString):
            quote = node.end
            if quote in inserted or (len(quote) == 1 and "\n" in inserted) or "\\" in inserted or "#" in inserted:
                raise DidNotLandError(f"{describe(edit)}: {inserted} can't stand in an f-string in {quote}")


def _expect_they_go_together(edits: Sequence[Edit]) -> None:
    if sum(isinstance(edit, AwaitCall | RunCall) for edit in edits) > 1:
        raise ValueError("it can't be awaited and run at once")
    if any(isinstance(edit, ThreadCall) for edit in edits):
        allowed = AwaitCall | ThreadCall | RenameArgument | AddArgument
        is_awaited = any(isinstance(edit, AwaitCall) for edit in edits)
        if not is_awaited or not all(isinstance(edit, allowed) for edit in edits):
            raise ValueError("a call on a thread is awaited, and nothing else is done with it")


def _from_the_inside(edit: Edit) -> int:
    match edit:
        case Rename():
            return 0
        case RenameArgument() | AddArgument():
            return 1
        case ReplaceExpression() | ThreadCall() | NameLambda():
            return 2
        case WrapExpression():
            return 4
    return 3


def _text_of(edit: Edit) -> str:
    match edit:
        case (
            ReplaceExpression(template=text)
            | WrapExpression(template=text)
            | AddArgument(text=text)
            | RunCall(runner=text)
            | RenameArgument(new=text)
            | NameLambda(name=text)
        ):
            return text
        case ThreadCall():
            return "asyncio.to_thread"
    return ""
