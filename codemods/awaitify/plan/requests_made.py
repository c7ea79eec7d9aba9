"""The arguments of one request: ``session.get(url, allow_redirects=False)`` in the words of the async client."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.colour.blocking import BlockingSite
from awaitify.index.values import Container, Foreign
from awaitify.plan.context import Context, Piece, spans
from awaitify.plan.edit import AddArgument, AddImport, AddToModule, AwaitCall, Edit, RenameArgument, ReplaceExpression
from awaitify.swap import Swap


@dataclass(frozen=True, slots=True)
class _Argument:
    """An argument as it is written: its name, its value, and its keyword or position."""

    name: str
    value: ast.expr
    written: str | int

    @property
    def is_positional(self) -> bool:
        return isinstance(self.written, int)


def translate_request(site: BlockingSite, verb: str, receiver: str | None, piece: Piece, context: Context) -> None:
    """Add to *piece* the edits that turn the call at *site* into an awaited request of the client.

    *receiver* is the new client's name; None keeps the receiver that is written.
    """
    module, call = site.function.module, site.node
    piece.sites.add(call)
    arguments = list(_arguments(site, verb, piece))
    _refuse_arguments(site, verb, arguments, piece, context)
    if piece.obstacles:
        return
    given = {argument.name: argument for argument in arguments}
    has_body = verb in site.swap.bodyless and ("data" in given or "json" in given)
    needs_helper = "params" in given and not _are_plain_params(given, site, context)
    if has_body or needs_helper:
        _write_anew(site, verb, receiver, arguments, piece, has_body=has_body, needs_helper=needs_helper)
        return
    edits = [edit for argument in arguments for edit in _edit_argument(argument, verb, site, context)]
    if receiver is not None:
        edits.insert(0, ReplaceExpression(module.span(call.func), f"{receiver}.{verb}"))
    if verb == "head" and "allow_redirects" not in given:
        edits.append(AddArgument(module.span(call), "follow_redirects=False"))
    for edit in (*edits, AwaitCall(module.span(call))):
        piece.edit(module, edit)


def _arguments(site: BlockingSite, verb: str, piece: Piece) -> Iterator[_Argument]:
    names = dict(site.swap.positional).get(verb, ())
    for number, value in enumerate(site.node.args):
        if isinstance(value, ast.Starred) or number >= len(names):
            piece.refuse("AW402", site.function.module, value, "it isn't known which parameter it is")
        else:
            yield _Argument(names[number], value, number)
    for keyword in site.node.keywords:
        if keyword.arg is None:
            reason = f"**{ast.unparse(keyword.value)} may hold arguments that the async client doesn't know"
            piece.refuse("AW402", site.function.module, keyword.value, reason)
        else:
            yield _Argument(keyword.arg, keyword.value, keyword.arg)


def _refuse_arguments(site: BlockingSite, verb: str, given: list[_Argument], piece: Piece, context: Context) -> None:
    known = {argument.name: argument for argument in site.swap.arguments}
    for argument in given:
        rule = known.get(argument.name)
        reason = _objection(argument, verb, site, context)
        if rule is None:
            piece.refuse("AW402", site.function.module, argument.value, f"{argument.name}= isn't known")
        elif rule.code:
            piece.refuse(
                rule.code, site.function.module, argument.value, f"{argument.name}= has no counterpart in a call"
            )
        elif reason:
            code = "AW403" if argument.name == "data" else "AW401"
            piece.refuse(code, site.function.module, argument.value, reason)


def _objection(argument: _Argument, verb: str, site: BlockingSite, context: Context) -> str:
    match argument.name:
        case "data" if _body_keyword(argument.value, site, context) is None:
            return "data= may be text, pairs or a mapping with values that are encoded differently"
        case "headers" if isinstance(argument.value, ast.Dict) and any(_is_none(v) for v in argument.value.values):
            return "a header with the value None is left out by requests only"
        case "auth" if not _is_basic_auth(argument.value, site, context):
            return "only a (user, password) pair is known to mean the same"
        case "method" if not isinstance(argument.value, ast.Constant):
            return ""
    return ""


def _body_keyword(value: ast.expr, site: BlockingSite, context: Context) -> str | None:
    """``data`` for a mapping whose values are encoded alike, ``content`` for text and bytes, None when it isn't known."""
    match value:
        case ast.Dict(keys=keys, values=values) if all(keys) and all(_is_plain_constant(v) for v in values):
            return "data"
        case ast.Constant(value=str() | bytes()) | ast.JoinedStr():
            return "content"
        case ast.Call(func=ast.Attribute(attr="encode")):
            return "content"
    if isinstance(value, ast.Call) and context.resolver.dotted(value.func, site.function.module) == "json.dumps":
        return "content"
    values_known = context.resolver.answer(value, site.function.module).values
    if values_known and values_known <= {Foreign("builtins.str", made=True), Foreign("builtins.bytes", made=True)}:
        return "content"
    return None


def _is_basic_auth(value: ast.expr, site: BlockingSite, context: Context) -> bool:
    if isinstance(value, ast.Tuple) and len(value.elts) == 2 or _is_none(value):
        return True
    found = context.resolver.answer(value, site.function.module).values
    return bool(found) and all(isinstance(v, Container) and len(v.items) == 2 for v in found)


def _are_plain_params(given: dict[str, _Argument], site: BlockingSite, context: Context) -> bool:
    """Whether the client encodes the params as requests does: no query in the URL, and values that both write alike."""
    params = given["params"].value
    if _is_none(params):
        return True
    if "url" not in given or not _has_no_query(given["url"].value):
        return False
    if not isinstance(params, ast.Dict) or not all(params.keys):
        return False
    return all(_is_plain_constant(value) or _is_text(value, site, context) for value in params.values)


def _has_no_query(url: ast.expr) -> bool:
    """A literal without ``?``, or one behind a base URL: ``f"{base}/search"``, ``BASE + "/search"``."""
    match url:
        case ast.Constant(value=str(text)):
            return "?" not in text and "#" not in text
        case ast.JoinedStr(values=[ast.FormattedValue(), ast.Constant(value=str(text))]):
            return text.startswith("/") and "?" not in text and "#" not in text
        case ast.BinOp(op=ast.Add(), left=ast.Name() | ast.Attribute(), right=ast.Constant(value=str(text))):
            return text.startswith("/") and "?" not in text and "#" not in text
    return False


def _is_text(value: ast.expr, site: BlockingSite, context: Context) -> bool:
    """Whether the value is surely a str: a variable that is annotated so."""
    found = context.resolver.answer(value, site.function.module).values
    return bool(found) and found <= {Foreign("builtins.str", made=True)}


def _is_plain_constant(value: ast.expr) -> bool:
    """A constant that isn't None, a bool or bytes, or an f-string: encoded alike by both libraries."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str | int | float) and not isinstance(value.value, bool)
    return isinstance(value, ast.JoinedStr)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _edit_argument(argument: _Argument, verb: str, site: BlockingSite, context: Context) -> Iterator[Edit]:
    module, call_span = site.function.module, site.function.module.span(site.node)
    twin = _twin(argument.name, argument.value, site, context)
    stays = argument.is_positional and argument.name in ("url", "method")
    if not stays and (argument.is_positional or twin != argument.name):
        yield RenameArgument(call_span, argument.written, twin)
    if argument.name == "timeout" and isinstance(argument.value, ast.Tuple) and len(argument.value.elts) == 2:
        template = f"{context.package}.Timeout(connect={{0}}, read={{1}}, write=None, pool=None)"
        yield ReplaceExpression(module.span(argument.value), template, spans(module, argument.value.elts))
        yield AddImport(context.package)


def _twin(name: str, value: ast.expr, site: BlockingSite, context: Context) -> str:
    if name == "data":
        return _body_keyword(value, site, context) or name
    return next((rule.twin or rule.name for rule in site.swap.arguments if rule.name == name), name)


def _write_anew(
    site: BlockingSite,
    verb: str,
    receiver: str | None,
    arguments: list[_Argument],
    piece: Piece,
    *,
    has_body: bool,
    needs_helper: bool,
) -> None:
    """Write the whole call from its arguments, in their order."""
    module, call = site.function.module, site.node
    assert isinstance(call.func, ast.Attribute | ast.Name)
    holes: list[ast.expr] = []

    def hole(node: ast.expr) -> str:
        holes.append(node)
        return f"{{{len(holes) - 1}}}"

    written_receiver = receiver or hole(call.func.value if isinstance(call.func, ast.Attribute) else call.func)
    method = "request" if has_body else verb
    parts = [f'"{verb.upper()}"'] if has_body else []
    by_name = {argument.name: argument for argument in arguments}
    if needs_helper and _order_would_change(arguments):
        piece.refuse("AW401", module, call, "params= stands before the URL or behind arguments with calls in them")
        return
    for argument in arguments:
        if needs_helper and argument.name == "url":
            helper = _helper(site.swap, piece, site)
            parts.append(f"{helper}({hole(argument.value)}, {hole(by_name['params'].value)})")
        elif not (needs_helper and argument.name == "params"):
            parts.append(_written(argument, hole(argument.value), site))
    if verb == "head" and "allow_redirects" not in by_name:
        parts.append("follow_redirects=False")
    template = f"await {written_receiver}.{method}({', '.join(parts)})"
    piece.edit(module, ReplaceExpression(module.span(call), template, spans(module, holes)))


def _written(argument: _Argument, text: str, site: BlockingSite) -> str:
    if argument.is_positional and argument.name in ("url", "method"):
        return text
    twin = next((rule.twin or rule.name for rule in site.swap.arguments if rule.name == argument.name), argument.name)
    if argument.name == "data" and not isinstance(argument.value, ast.Dict):
        twin = "content"
    return f"{twin}={text}"


def _order_would_change(arguments: list[_Argument]) -> bool:
    """The params move up to the URL: what is evaluated between the two must have no effect."""
    names = [argument.name for argument in arguments]
    first, last = names.index("url"), names.index("params")
    between = arguments[first + 1 : last]
    return last < first or any(isinstance(n, ast.Call | ast.Await) for a in between for n in ast.walk(a.value))


def _helper(swap: Swap, piece: Piece, site: BlockingSite) -> str:
    name, text = swap.helpers[0]
    module = site.function.module
    piece.edit(module, AddToModule(text))
    piece.edit(module, AddImport("urllib.parse"))
    piece.edit(module, AddImport("typing", "Any"))
    return name
