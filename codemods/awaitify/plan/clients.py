"""Requests and the clients that make them: who owns the client, how long it lives, how it is closed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from awaitify.colour.blocking import BlockingSite
from awaitify.colour.colouring import ClientUse
from awaitify.index.references import Around, statement_of
from awaitify.index.summary import Binding, Class, Function, Module
from awaitify.plan.client_pairs import ClientPair
from awaitify.plan.context import Context, Piece, free_name, is_nested_in, name_uses
from awaitify.plan.edit import AddImport, AddToClass, AwaitCall, MakeAsyncWith, ReplaceExpression, WrapInWith
from awaitify.plan.plan import Note
from awaitify.plan.requests_made import translate_request
from awaitify.plan.results import follow_result
from awaitify.swap import ClientType, Swap

_LIFETIME = '''\
async def aclose(self) -> None:
    """Close the connections."""
    await self.{attribute}.aclose()

async def __aenter__(self):
    await self.{attribute}.__aenter__()
    return self

async def __aexit__(self, *exc_info):
    await self.{attribute}.__aexit__(*exc_info)
'''


def swap_module_calls(sites: list[BlockingSite], context: Context) -> Iterator[Piece]:
    """Calls like ``requests.get(url)`` in one function, as calls of a client that ``clients_around`` opens."""
    client = free_name(sites[0].function, "client", "http_client", "async_client")
    for site in sites:
        yield _module_call(site, client, context)


def clients_around(pieces: list[Piece]) -> Iterator[Piece]:
    """For the requests that are swapped: one client a function, around the smallest run of statements, outside loops."""
    by_function: dict[Function, list[tuple[BlockingSite, str]]] = {}
    for piece in pieces:
        if piece.request is not None and not piece.obstacles:
            by_function.setdefault(piece.functions[0], []).append(piece.request)
    for requests in by_function.values():
        yield _client_around([site for site, _ in requests], requests[0][1])


def _module_call(site: BlockingSite, client: str, context: Context) -> Piece:
    piece = Piece([site.function], swap=site.swap.name, request=(site, client), calls=[site])
    assert site.call is not None
    if code := context.why_no_await(site.node, site.function.module):
        piece.refuse(code, site.function.module, site.node, f"{site.name} is called where no await can stand")
        return piece
    translate_request(site, site.call.twin, client, piece, context)
    follow_result(site.node, site.function, site.swap, piece, context)
    return piece


def _client_around(sites: list[BlockingSite], client: str) -> Piece:
    function, module = sites[0].function, sites[0].function.module
    piece = Piece([function], swap=sites[0].swap.name)
    kind = sites[0].swap.clients[0]
    first, last = _common_run([site.node for site in sites], function)
    piece.edit(module, WrapInWith(module.span(first), module.span(last), f"{kind.twin}({kind.arguments}) as {client}"))
    piece.edit(module, AddImport(sites[0].swap.package))
    if len(sites) > 1:
        text = f"the requests in {function.name} share one client, and with it cookies and connections"
        piece.notes.append(Note("run", module.place(sites[0].node), text))
    text = (
        f"each call of {function.name} opens a client, which loads the TLS certificates: some 30 ms on the event loop"
    )
    piece.notes.append(Note("run", module.place(sites[0].node), text))
    return piece


def _common_run(nodes: list[ast.Call], function: Function) -> tuple[ast.stmt, ast.stmt]:
    """The shortest run of neighbouring statements that holds all *nodes*, no loop of the function around it."""
    paths = [_path_to(node, function) for node in nodes]
    depth = 0
    while all(len(path) > depth + 1 for path in paths) and len({id(path[depth][1]) for path in paths}) == 1:
        blocks = {id(path[depth + 1][0]) for path in paths}
        if len(blocks) > 1:
            break
        depth += 1
    statements = [path[depth][1] for path in paths]
    block = paths[0][depth][0]
    inside = [statement for statement in block if statement in statements]
    return inside[0], inside[-1]


def _path_to(node: ast.AST, function: Function) -> list[tuple[list[ast.stmt], ast.stmt]]:
    """The blocks from the function's body down to the statement of *node*, each with its statement; a loop ends the path."""
    parents = function.module.parents
    chain: list[ast.AST] = [node]
    while chain[-1] is not function.node:
        chain.append(parents[chain[-1]])
    path: list[tuple[list[ast.stmt], ast.stmt]] = []
    for parent, child in zip(chain[::-1], chain[-2::-1], strict=False):
        block = _block_of(parent, child)
        if block is None or _is_elif(parent, child):
            continue
        assert isinstance(child, ast.stmt)
        path.append((block, child))
        if isinstance(child, ast.For | ast.AsyncFor | ast.While):
            break
    return path


def _block_of(parent: ast.AST, child: ast.AST) -> list[ast.stmt] | None:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and child in block:
            return block
    return None


def _is_elif(parent: ast.AST, child: ast.AST) -> bool:
    """An ``elif`` is an ``if`` in the tree, and no place for a ``with`` around it."""
    if not isinstance(parent, ast.If) or not isinstance(child, ast.If) or parent.orelse != [child]:
        return False
    return child.col_offset == parent.col_offset


def swap_owned_client(owner: tuple[Class, str], sites: list[BlockingSite], context: Context) -> Piece:
    """A client that an object keeps: it is made, used and closed as an async one, everywhere or nowhere."""
    cls, attribute = owner
    kind, swap = sites[0].client, sites[0].swap
    assert kind is not None
    uses = context.colouring.clients[owner]
    functions = [use.function for use in uses if use.function is not None and context.becomes_async(use.function)]
    piece = Piece(list(dict.fromkeys([*(site.function for site in sites), *functions])))
    piece.client, piece.calls, piece.swap = owner, list(sites), swap.name
    pair = ClientPair.beside(owner, uses, piece, context)
    for binding in _bindings(cls, attribute, context):
        if pair is None or not pair.leaves(binding, piece, context):
            _make_client(binding, kind, swap, piece, context)
    for use in uses:
        if pair is None or not pair.leaves_use(use, kind, piece, context):
            _use_client(use, kind, swap, piece, context)
    if not any(_closes(use) and (pair is None or context.is_async_after(use.function)) for use in uses):
        _add_lifetime(cls, pair.name if pair is not None else attribute, piece, context)
    return piece


def _bindings(cls: Class, attribute: str, context: Context) -> list[Binding]:
    below = context.resolver.hierarchy.below(cls, mentioning=attribute)
    return [binding for owner in (cls, *below) for binding in owner.attributes.get(attribute, ())]


def _make_client(binding: Binding, kind: ClientType, swap: Swap, piece: Piece, context: Context) -> None:
    """``requests.Session()`` → ``httpx.AsyncClient(…)`` where it is assigned, and in its annotation."""
    module = binding.scope.module
    if binding.annotation is not None:
        _replace_annotation(binding.annotation, kind, piece, module, context)
    node = binding.node
    if isinstance(node, ast.Constant) and node.value is None or not isinstance(node, ast.expr):
        return
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(getattr(node, "ctx", None), ast.Store):
        return  # an annotation without a value
    if binding.scope.is_class:
        piece.refuse("AW408", module, node, "all objects of the class share it, over any number of event loops")
        return
    if not _is_made(node, kind, module, context) or binding.steps:
        piece.refuse("AW408", module, node, "the client isn't made here: others may use it too")
        return
    _make(node, kind, swap, piece, module)


def _make(node: ast.AST, kind: ClientType, swap: Swap, piece: Piece, module: Module) -> None:
    """The client is made as one of the async kind."""
    assert isinstance(node, ast.Call)
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg in kind.refused:
            piece.refuse("AW404", module, node, f"{keyword.arg or 'what **'}= must be of another kind for {kind.twin}")
    if kind.takes_the_same:
        piece.edit(module, ReplaceExpression(module.span(node.func), kind.twin))
    else:
        piece.edit(module, ReplaceExpression(module.span(node), f"{kind.twin}({kind.arguments})"))
    piece.edit(module, AddImport(swap.package))


def _is_made(node: ast.AST, kind: ClientType, module: Module, context: Context) -> bool:
    """Whether the node is ``requests.Session()``."""
    if not isinstance(node, ast.Call) or (not kind.takes_the_same and (node.args or node.keywords)):
        return False
    return context.resolver.dotted(node.func, module) in kind.factories


def _replace_annotation(node: ast.expr, kind: ClientType, piece: Piece, module: Module, context: Context) -> None:
    for part in ast.walk(node):
        if isinstance(part, ast.Name | ast.Attribute) and context.resolver.dotted(part, module) in kind.factories:
            piece.edit(module, ReplaceExpression(module.span(part), kind.twin))


def _use_client(use: ClientUse, kind: ClientType, swap: Swap, piece: Piece, context: Context) -> None:
    if isinstance(use.node.ctx, ast.Store):
        return
    call = use.method_call
    if call is not None and isinstance(call.func, ast.Attribute) and kind.method_twin(call.func.attr) is not None:
        if use.around is Around.BODY and context.is_async_after(use.function):
            assert use.function is not None
            site = BlockingSite(call, use.function, kind.name, swap, client=kind, method=call.func.attr)
            _method_call(site, kind, piece, context)
        else:
            piece.refuse("AW404", use.module, call, f"{use.around.value} uses the client and stays sync")
    elif not _is_plain_use(use, kind):
        piece.refuse("AW404", use.module, use.node, "the client is used in a way that has no counterpart")


def _method_call(site: BlockingSite, kind: ClientType, piece: Piece, context: Context) -> None:
    module = site.function.module
    twin = kind.method_twin(site.method)
    assert twin is not None
    assert isinstance(site.node.func, ast.Attribute)
    if site.method in kind.verbs:
        translate_request(site, twin, None, piece, context)
        follow_result(site.node, site.function, site.swap, piece, context)
        return
    if twin != site.method:
        receiver = module.span(site.node.func.value)
        piece.edit(module, ReplaceExpression(module.span(site.node.func), f"{{0}}.{twin}", (receiver,)))
    piece.edit(module, AwaitCall(module.span(site.node)))


def _is_plain_use(use: ClientUse, kind: ClientType) -> bool:
    """``self.session.headers.update(…)``, ``self.session.headers["X"] = …``, ``self.session.auth = …``"""
    parents = use.module.parents
    member = parents.get(use.node)
    if not isinstance(member, ast.Attribute) or member.attr not in kind.attributes:
        return isinstance(member, ast.Compare) and isinstance(member.ops[0], ast.Is | ast.IsNot)
    above = parents.get(member)
    match above:
        case ast.Attribute(attr=attr):
            return attr in kind.attribute_methods and isinstance(parents.get(above), ast.Call)
        case ast.Subscript(value=value):
            return value is member
    return member.attr != "headers" or isinstance(member.ctx, ast.Store)


def _closes(use: ClientUse) -> bool:
    call = use.method_call
    return call is not None and isinstance(call.func, ast.Attribute) and call.func.attr == "close"


def _add_lifetime(cls: Class, attribute: str, piece: Piece, context: Context) -> None:
    """An owner that never closed its session gets the means to close its client."""
    names = ("aclose", "__aenter__", "__aexit__")
    if any(context.resolver.hierarchy.find(cls, name) for name in names):
        text = f"{cls.name} must close self.{attribute}: it has an aclose or __aenter__ of its own that doesn't"
        piece.notes.append(Note("look", cls.module.place(cls.node), text))
        return
    piece.edit(cls.module, AddToClass(cls.module.span(cls.node), _LIFETIME.format(attribute=attribute)))
    text = f"{cls.name} never closed its session; close its client with aclose() or `async with`"
    piece.notes.append(Note("look", cls.module.place(cls.node), text))


def swap_local_client(sites: list[BlockingSite], context: Context) -> Iterator[Piece]:
    """``with requests.Session() as s:`` → ``async with httpx.AsyncClient(…) as s:``, and ``s = requests.Session()`` that
    the function itself closes; any other local session is refused."""
    by_name: dict[str, list[BlockingSite]] = {}
    for site in sites:
        func = site.node.func
        receiver = func.value if isinstance(func, ast.Attribute) else None
        if isinstance(receiver, ast.Name):
            by_name.setdefault(receiver.id, []).append(site)
        else:
            yield _without_owner(site)
    for name, group in by_name.items():
        yield _swap_local(name, group, context)


def _without_owner(site: BlockingSite) -> Piece:
    piece = Piece([site.function], calls=[site])
    piece.refuse("AW408", site.function.module, site.node, "it isn't known who made the client and who closes it")
    return piece


def _swap_local(name: str, sites: list[BlockingSite], context: Context) -> Piece:
    function, module = sites[0].function, sites[0].function.module
    kind, swap = sites[0].client, sites[0].swap
    assert kind is not None
    piece = Piece([function], swap=swap.name, calls=list(sites))
    bindings = function.scope.bindings.get(name, [])
    if len(bindings) != 1 or not _is_made(bindings[0].node, kind, module, context):
        piece.refuse("AW408", module, sites[0].node, f"{name} isn't made, and made once, by this function")
        return piece
    made, statement = bindings[0].node, statement_of(bindings[0].node, module)
    if isinstance(statement, ast.With):
        if len(statement.items) > 1 or context.why_no_await(statement, module):
            piece.refuse("AW408", module, made, "it shares a with statement with something else")
        piece.edit(module, MakeAsyncWith(module.span(statement)))
    elif not any(site.method == "close" for site in sites):
        piece.refuse("AW408", module, made, f"{name} is never closed")
    _make(made, kind, swap, piece, module)
    for use in name_uses(name, function):
        if isinstance(use.ctx, ast.Load):
            _use_local(use, sites, kind, piece, context)
    return piece


def _use_local(use: ast.Name, sites: list[BlockingSite], kind: ClientType, piece: Piece, context: Context) -> None:
    function, module = piece.functions[0], piece.functions[0].module
    call = next((site for site in sites if _receiver(site) is use), None)
    if call is not None and not is_nested_in(use, function):
        _method_call(call, kind, piece, context)
        return
    member = module.parents.get(use)
    above = module.parents.get(member) if member is not None else None
    is_plain = isinstance(member, ast.Attribute) and member.attr in kind.attributes
    if not is_plain or isinstance(above, ast.Attribute) and above.attr not in kind.attribute_methods:
        piece.refuse("AW404", module, use, "the client is used in a way that has no counterpart")


def _receiver(site: BlockingSite) -> ast.expr | None:
    return site.node.func.value if isinstance(site.node.func, ast.Attribute) else None
