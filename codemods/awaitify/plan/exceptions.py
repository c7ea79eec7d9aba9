"""Exception handlers around what is swapped: they catch what the twin raises."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.index.summary import Function
from awaitify.plan.context import Context, Piece, spans
from awaitify.plan.edit import AddImport, ReplaceExpression
from awaitify.swap import Swap


@dataclass(frozen=True, slots=True)
class _Raised:
    """What a ``try`` body may raise: exceptions of the twin, of the blocking library, of reading JSON."""

    by_twin: bool
    by_library: bool
    by_json: bool


class Handlers:
    """Maps the ``except`` clauses of one swap; *swapped* are the calls that are replaced in the whole program.

    A clause is mapped when its ``try`` body, or what that calls, makes a request that is swapped; the library's own
    exception stays beside it when another request there isn't, or when the program raises it itself.
    """

    def __init__(self, swap: Swap, swapped: set[ast.AST], context: Context) -> None:
        self.swap = swap
        self.swapped = swapped
        self.context = context
        self.exceptions = dict(swap.exceptions)
        self.builtins = dict(swap.builtin_exceptions)

    def pieces(self, function: Function) -> Iterator[Piece]:
        """A piece for each clause of *function* that names an exception of the library."""
        for node in self.context.resolver.scopes.own_nodes(function):
            named = [h for h in node.handlers if self.names_ours(h, function)] if isinstance(node, ast.Try) else []
            if isinstance(node, ast.Try) and named:
                raised = self.raised_in(node.body, function)
                for handler in named if raised.by_twin else ():
                    yield from self.handler(handler, raised, function)

    def names_ours(self, handler: ast.ExceptHandler, function: Function) -> bool:
        """Whether the clause names an exception of the library, or one that its exceptions derive from."""
        types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []
        names = [self.context.resolver.dotted(part, function.module) for part in types]
        return any(name in self.builtins or name.startswith(f"{self.swap.name}.") for name in names)

    def raised_in(self, body: list[ast.stmt], function: Function) -> _Raised:
        """What the statements, and the functions that they call, may raise."""
        inside = {inner for statement in body for inner in ast.walk(statement)}
        reached = self.context.blocking.below(
            target
            for callee in self.context.blocking.callees(function)
            if callee.node in inside
            for target in callee.functions
        )
        sites = [s for s in self.context.blocking.sites(function) if s.node in inside]
        sites += [site for member in reached for site in self.context.blocking.sites(member)]
        own = [site for site in sites if site.swap.name == self.swap.name]
        nodes = [*inside, *(n for member in reached for n in self.context.resolver.scopes.own_nodes(member))]
        return _Raised(
            by_twin=any(site.node in self.swapped for site in own),
            by_library=any(site.node not in self.swapped for site in own)
            or any(self.is_raised(n, f) for f in (function, *reached) for n in self.raises(f, inside, function)),
            by_json=any(isinstance(node, ast.Attribute) and node.attr == "json" for node in nodes),
        )

    def raises(self, member: Function, inside: set[ast.AST], function: Function) -> Iterator[ast.Raise]:
        for node in self.context.resolver.scopes.own_nodes(member):
            if isinstance(node, ast.Raise) and (member is not function or node in inside):
                yield node

    def is_raised(self, node: ast.Raise, function: Function) -> bool:
        """``raise requests.HTTPError(…)``, or a class of the project that is one."""
        target = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if target is None:
            return False
        names = {getattr(v, "name", None) for v in self.context.resolver.answer(target, function.module).values}
        return any(str(name) in self.exceptions for name in names) or self.has_subclasses()

    def has_subclasses(self) -> bool:
        """Whether a class of the project may derive from an exception of the library."""
        text = self.context.resolver.program.text
        names = {exception.rpartition(".")[2] for exception in self.exceptions}
        return any(self.swap.name.encode() in text.files[line.path] for n in names for line in text.subclass_lines(n))

    def handler(self, handler: ast.ExceptHandler, raised: _Raised, function: Function) -> Iterator[Piece]:
        """The clause in terms of the twin; a name without a counterpart is a piece of its own, which is refused."""
        piece, module = Piece([function], swap=self.swap.name), function.module
        assert handler.type is not None
        named = list(handler.type.elts) if isinstance(handler.type, ast.Tuple) else [handler.type]
        kept: list[ast.expr] = []
        texts: list[str] = []
        caught: list[str] = []
        for part in named:
            name = self.context.resolver.dotted(part, module)
            twins, keeps = self.twins(name, raised)
            if name.startswith(f"{self.swap.name}.") and not twins:
                refused = Piece([function])
                refused.refuse("AW407", module, part, f"nothing that the async client raises means the same as {name}")
                yield refused
            if keeps:
                kept.append(part)
                texts.append(f"{{{len(kept) - 1}}}")
            texts += [twin for twin in twins if twin not in texts]
            caught += twins
        if not caught:
            return
        if kept == [handler.type]:  # the node itself can't be a hole of what replaces it
            texts = [ast.unparse(handler.type) if text == "{0}" else text for text in texts]
            kept = []
        template = texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
        piece.edit(module, ReplaceExpression(module.span(handler.type), template, spans(module, kept)))
        for package in sorted({twin.rpartition(".")[0] for twin in caught}):
            piece.edit(module, AddImport(package))
        if handler.name and not all(self.context.resolver.dotted(n, module).endswith(".HTTPError") for n in named):
            _use_response_with_care(handler, piece, function)
        yield piece

    def twins(self, name: str, raised: _Raised) -> tuple[tuple[str, ...], bool]:
        """What is caught instead of the exception *name*, and whether the exception itself stays too."""
        if name in self.builtins:
            return self.builtins[name], True
        if name not in self.exceptions:
            return (), True
        twins = self.exceptions[name]
        if name.endswith("RequestException") and raised.by_json:
            twins = (*twins, "json.JSONDecodeError")
        return twins, raised.by_library


def _use_response_with_care(handler: ast.ExceptHandler, piece: Piece, function: Function) -> None:
    """``error.response`` is None in requests where there is none; most exceptions of httpx don't have it."""
    for part in handler.body:
        for node in ast.walk(part):
            if (
                not isinstance(node, ast.Attribute)
                or not isinstance(node.value, ast.Name)
                or node.value.id != handler.name
            ):
                continue
            module = function.module
            if node.attr == "response" and isinstance(node.ctx, ast.Load):
                template = 'getattr({0}, "response", None)'
                piece.edit(module, ReplaceExpression(module.span(node), template, (module.span(node.value),)))
            elif node.attr in ("errno", "strerror"):
                piece.refuse("AW405", module, node, f"what httpx raises has no {node.attr}")
