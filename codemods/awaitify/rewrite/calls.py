"""Adds an argument to a call, and gives one a keyword."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from awaitify.rewrite.nodes import with_parentheses
from awaitify.rewrite.spaces import continued_like, without_comment


def find_argument(call: cst.Call, name: str | int) -> int:
    """The index of the argument with this keyword or position. Raises ValueError where there is no such argument."""
    return _position(call, name) if isinstance(name, int) else _keyword(call, name)


def rename_arguments(call: cst.Call, names: Mapping[int, str]) -> cst.Call:
    """``f(a, old=1)`` → ``f(x=a, new=1)``: keywords by the index of the argument that gets them."""
    args = [_renamed(arg, names[index]) if index in names else arg for index, arg in enumerate(call.args)]
    return call.with_changes(args=args)


def add_argument(call: cst.Call, text: str) -> cst.Call:
    """``f(a)`` → ``f(a, text)``, laid out as the arguments before it: one a line stays one a line."""
    match cst.parse_expression(f"f({text})"):
        case cst.Call(func=cst.Name(), args=[added]):
            pass
        case _:
            raise ValueError(f"{text!r} isn't one argument")
    if not call.args:
        return call.with_changes(args=[added])
    *others, last = call.args
    if isinstance(last.value, cst.GeneratorExp) and not last.value.lpar:
        last = last.with_changes(value=with_parentheses(last.value))
    between = others[-1].comma if others else _comma_like(call.whitespace_before_args)
    last, added = _append(last, added, between)
    return call.with_changes(args=(*others, last, added))


def on_a_thread(call: cst.Call) -> cst.Call:
    """``f(a)`` → ``asyncio.to_thread(f, a)``, laid out as it was: what is called stands where the first argument stood."""
    target = cst.Attribute(cst.Name("asyncio"), cst.Name("to_thread"))
    value = call.func
    if isinstance(value, cst.GeneratorExp | cst.NamedExpr) and not value.lpar:
        value = with_parentheses(value)
    given = list(call.args)
    if given and isinstance(given[0].value, cst.GeneratorExp) and not given[0].value.lpar:
        given[0] = given[0].with_changes(value=with_parentheses(given[0].value))
    comma = _comma_like(call.whitespace_before_args) if given else cst.MaybeSentinel.DEFAULT
    no_space = cst.SimpleWhitespace("")
    return call.with_changes(
        func=target, whitespace_after_func=no_space, args=(cst.Arg(value, comma=comma), *given), lpar=(), rpar=()
    )


def _renamed(arg: cst.Arg, keyword: str) -> cst.Arg:
    if arg.keyword is not None:
        return arg.with_changes(keyword=arg.keyword.with_changes(value=keyword))
    value = arg.value
    if isinstance(value, cst.GeneratorExp | cst.NamedExpr) and not value.lpar:
        value = with_parentheses(value)
    no_space = cst.SimpleWhitespace("")
    return arg.with_changes(keyword=cst.Name(keyword), value=value, equal=cst.AssignEqual(no_space, no_space))


def _append(last: cst.Arg, added: cst.Arg, between: cst.Comma | cst.MaybeSentinel) -> tuple[cst.Arg, cst.Arg]:
    """What stood behind the last argument, a trailing comma with it, now stands behind the one that is added."""
    gap = between.whitespace_after if isinstance(between, cst.Comma) else cst.SimpleWhitespace(" ")
    if isinstance(last.comma, cst.Comma):
        tail = last.comma.whitespace_after
        added = added.with_changes(
            comma=last.comma.with_changes(whitespace_after=without_comment(tail)),
            whitespace_after_arg=cst.SimpleWhitespace(""),
        )
        return last.with_changes(comma=last.comma.with_changes(whitespace_after=continued_like(tail, gap))), added
    tail = last.whitespace_after_arg
    added = added.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=without_comment(tail))
    comma = cst.Comma(whitespace_after=continued_like(tail, gap))
    return last.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace("")), added


def _comma_like(before_first: cst.BaseParenthesizableWhitespace) -> cst.Comma:
    """The comma of a call with one argument: as its line breaks before that, so it does before the next."""
    if isinstance(before_first, cst.ParenthesizedWhitespace):
        return cst.Comma(whitespace_after=without_comment(before_first))
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _keyword(call: cst.Call, name: str) -> int:
    found = [index for index, arg in enumerate(call.args) if arg.keyword is not None and arg.keyword.value == name]
    if len(found) != 1:
        raise ValueError(f"the call has no argument {name}=")
    return found[0]


def _position(call: cst.Call, position: int) -> int:
    plain = 0
    for index, arg in enumerate(call.args):
        if arg.star == "*":
            break
        if arg.keyword is None and not arg.star:
            if plain == position:
                return index
            plain += 1
    raise ValueError(f"the call has no argument at position {position}")
