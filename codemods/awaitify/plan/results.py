"""Follows what a request returns: every use of a response is kept, rewritten by rule, or refused."""

from __future__ import annotations

import ast

from awaitify.index.references import Use, statement_of
from awaitify.index.summary import BindingKind, Function, Module
from awaitify.plan.context import Context, Piece, is_nested_in, name_uses
from awaitify.plan.edit import AddImport, ReplaceExpression
from awaitify.swap import ResultType, Swap

_LOOKED_UP = frozenset({"headers", "cookies"})
"""Mappings whose items are the same, and whose iteration isn't."""


def follow_result(call: ast.expr, function: Function, swap: Swap, piece: Piece, context: Context) -> None:
    """Account for every use of the response that the expression *call* in *function* gives."""
    _Follow(swap, swap.results[0], piece, context).expression(call, function.module, function)


class _Follow:
    """One walk along a response, into the callers of the functions that return it."""

    def __init__(self, swap: Swap, result: ResultType, piece: Piece, context: Context) -> None:
        self.swap = swap
        self.result = result
        self.piece = piece
        self.context = context
        self.seen: set[ast.AST | Function] = set()
        self.seen_names: set[tuple[ast.stmt, str]] = set()

    def expression(self, node: ast.expr, module: Module, function: Function | None) -> None:
        """What is done with the value of *node*, a call or a name."""
        parent = module.parents[node]
        match parent:
            case ast.Await() | ast.NamedExpr() if not isinstance(parent, ast.NamedExpr) or parent.value is node:
                if isinstance(parent, ast.NamedExpr):
                    self.name(parent.target.id, module, function, node)
                self.expression(parent, module, function)
            case ast.Attribute():
                self.attribute(parent, module)
            case ast.Expr():
                return
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                self.name(name, module, function, node)
                if isinstance(parent, ast.AnnAssign):
                    self.annotation(parent.annotation, module)
            case ast.Return() if function is not None:
                self.returned(function)
            case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
                return
            case _ if _is_tested(node, parent):
                self.truth(node, parent, module)
            case _:
                self.piece.refuse("AW406", module, node, "the response goes where its uses can't be seen")

    def name(self, name: str, module: Module, function: Function | None, value: ast.AST) -> None:
        """Every use of the local name that holds the response."""
        if function is None:
            self.piece.refuse("AW406", module, value, "the response is kept at module level")
            return
        self.piece.responses[function, name] = value
        statement = statement_of(value, module)
        if (statement, name) in self.seen_names:
            return
        self.seen_names.add((statement, name))
        if self.has_other_values(name, function):
            self.piece.refuse("AW406", module, value, f"{name} holds other things than responses too")
            return
        for use in name_uses(name, function):
            if isinstance(use.ctx, ast.Load) and use not in self.seen:
                self.seen.add(use)
                if is_nested_in(use, function):
                    self.piece.refuse("AW406", module, use, f"{name} is used in a nested function")
                else:
                    self.expression(use, module, function)

    def has_other_values(self, name: str, function: Function) -> bool:
        """Whether the name is bound to something that isn't such a response, None aside."""
        for binding in function.scope.bindings.get(name, ()):
            if binding.kind is not BindingKind.VALUE or binding.steps or not isinstance(binding.node, ast.expr):
                return True
            values = self.context.resolver.answer(binding.node, function.module).values
            if any(getattr(value, "name", "") != self.result.name for value in values):
                return True
        return False

    def attribute(self, node: ast.Attribute, module: Module) -> None:
        """``response.ok`` and its like."""
        template = self.result.template(node.attr)
        if not isinstance(node.ctx, ast.Load):
            self.piece.refuse("AW405", module, node, f"{node.attr} is assigned to")
        elif template is not None:
            self.rewrite(node, node.value, template, module)
        elif node.attr not in self.result.kept:
            self.piece.refuse(
                "AW405", module, node, f"a response of {self.swap.package} has no {node.attr} that means the same"
            )
        elif node.attr in _LOOKED_UP and not _is_looked_up(node, module):
            self.piece.refuse("AW405", module, node, f"{node.attr} is used in another way than looking up one name")

    def rewrite(self, node: ast.expr, value: ast.expr, template: str, module: Module) -> None:
        """Replace *node*; a ``not`` around it and one in the template cancel out."""
        if node in self.seen:
            return
        self.seen.add(node)
        parent = module.parents[node]
        negated = template.removeprefix("not ")
        if negated != template and isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
            node, template = parent, negated
        self.piece.edit(module, ReplaceExpression(module.span(node), template, (module.span(value),)))

    def truth(self, node: ast.expr, parent: ast.AST, module: Module) -> None:
        """``if response:`` is false for 400 and above in requests; an httpx response is always true."""
        template = self.result.template("ok")
        if template is None or not isinstance(node, ast.Name):
            self.piece.refuse("AW405", module, node, "the truth of a response differs")
            return
        if isinstance(parent, ast.UnaryOp):
            text = template.removeprefix("not ").format(node.id)
            self.piece.edit(module, ReplaceExpression(module.span(parent), text))
        else:
            self.piece.edit(module, ReplaceExpression(module.span(node), template.format(node.id)))

    def returned(self, function: Function) -> None:
        """The response leaves the function: it is followed into every call of the function that becomes async."""
        if function in self.seen:
            return
        self.seen.add(function)
        family = self.context.resolver.hierarchy.family(function)
        for member in family:
            if member.node.returns is not None:
                self.annotation(member.node.returns, member.module)
        for site in self.context.colouring.sites:
            mention = site.reached.mention
            value = mention.node if mention.use is Use.READ else mention.call
            if value is not None and not site.callees.isdisjoint(family):
                self.expression(value, mention.module, mention.function)

    def annotation(self, annotation: ast.expr, module: Module) -> None:
        """``-> requests.Response`` → ``-> httpx.Response``"""
        twin = f"{self.swap.package}.{self.result.name.rpartition('.')[2]}"
        for node in ast.walk(annotation):
            if (
                isinstance(node, ast.Name | ast.Attribute)
                and self.context.resolver.dotted(node, module) == self.result.name
            ):
                self.piece.edit(module, ReplaceExpression(module.span(node), twin))
                self.piece.edit(module, AddImport(self.swap.package))


def _is_tested(node: ast.expr, parent: ast.AST) -> bool:
    match parent:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return test is node
        case ast.UnaryOp(op=ast.Not()):
            return True
    return False


def _is_looked_up(node: ast.Attribute, module: Module) -> bool:
    """``response.headers["ETag"]``, ``response.headers.get("ETag")``, ``"ETag" in response.headers``"""
    match module.parents[node]:
        case ast.Subscript(value=value):
            return value is node
        case ast.Attribute(attr="get"):
            return True
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return True
    return False
