"""The mentions of a name with what each can reach, found once and kept."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from functools import cached_property

from awaitify.index.references import Mention, Use, mentions_of
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.index.values import FunctionValue, Open, Unknown, Values

_TAKES_A_NAME = frozenset(
    {
        "builtins.getattr",
        "builtins.setattr",
        "builtins.delattr",
        "operator.methodcaller",
        "operator.attrgetter",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """A mention and what it can reach: functions of the project, something else, something unknown."""

    mention: Mention
    functions: frozenset[Function]
    has_other: bool
    has_unknown: bool
    inferred: bool
    abstract: str = ""
    """The abstract type behind which the receiver may be anything that has its methods."""


class Sites:
    """Every mention of a name, resolved; the answers don't depend on colours, so they are found once a name."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._reached: dict[str, tuple[Reached, ...]] = {}
        self._renamed: dict[str, frozenset[str]] = {}

    @cached_property
    def argparse_commands(self) -> frozenset[Function]:
        """The functions that argparse keeps as a command's default: ``parser.set_defaults(func=now)``."""
        found: set[Function] = set()
        for module in self.resolver.program.mentioning("set_defaults"):
            for node in module.mentions.get("set_defaults", ()):
                call = module.parents.get(node)
                if isinstance(call, ast.Call) and call.func is node:
                    for keyword in call.keywords:
                        values = self.resolver.answer(keyword.value, module).values
                        found.update(value.function for value in values if isinstance(value, FunctionValue))
        return frozenset(found)

    def reaching(self, name: str) -> tuple[Reached, ...]:
        """The mentions of *name*, each with what it can reach."""
        if name not in self._reached:
            found = (self._resolve(mention, name) for mention in mentions_of(name, self.resolver))
            self._reached[name] = tuple(self._by_name(reached, name) for reached in found if reached is not None)
        return self._reached[name]

    def _by_name(self, reached: Reached, name: str) -> Reached:
        """Without the functions that go by another name: ``get = self.fetch`` is a mention of ``fetch``, and dealt with there."""
        named = frozenset(function for function in reached.functions if name in self.spellings(function))
        if named == reached.functions:
            return reached
        return replace(reached, functions=named, has_other=True)

    def spellings(self, function: Function) -> frozenset[str]:
        """The names under which *function* is mentioned: its own, and those that imports give it."""
        name = function.node.name
        if function.owner is not None or function.is_nested:
            return frozenset({name})
        if name not in self._renamed:
            self._renamed[name] = frozenset(self._import_names(name)) | {name}
        return self._renamed[name]

    def _import_names(self, name: str) -> set[str]:
        found: set[str] = set()
        queue = [name]
        while queue:
            current = queue.pop()
            for module in self.resolver.program.mentioning(current):
                for node in module.mentions.get(current, ()):
                    if isinstance(node, ast.alias) and node.asname and node.asname not in found | {current}:
                        found.add(node.asname)
                        queue.append(node.asname)
        return found

    def _resolve(self, mention: Mention, name: str) -> Reached | None:
        if mention.use is Use.NAMED:
            return self._resolve_string(mention, name)
        answer = self.resolver.answer(mention.node, mention.module)
        return _reached(mention, answer.values, answer.inferred)

    def _resolve_string(self, mention: Mention, name: str) -> Reached | None:
        """A string is a mention where something takes it as a name: ``getattr(client, "fetch")``, ``patch("shop.api.fetch")``."""
        assert isinstance(mention.node, ast.Constant)
        call = mention.module.parents.get(mention.node)
        if isinstance(call, ast.Subscript) and _is_namespace(call.value):
            return _reached(mention, frozenset(), True)
        if not isinstance(call, ast.Call):
            return None
        if self._looks_up_blindly(call, mention):
            return _reached(mention, frozenset(), True)
        text = str(mention.node.value).replace(":", ".")
        if "." in text:
            values = self._dotted_path(text)
            return _reached(mention, values, True) if any(isinstance(v, FunctionValue) for v in values) else None
        if len(call.args) < 2 or call.args[1] is not mention.node or not self._takes_a_name(call, mention):
            return None
        receiver = self.resolver.answer(call.args[0], mention.module)
        values = frozenset(v for owner in receiver.values for v in self.resolver.members.attribute(owner, name))
        return _reached(mention, values, True)

    def _looks_up_blindly(self, call: ast.Call, mention: Mention) -> bool:
        """``operator.methodcaller("fetch")``: of which object, is seen only later."""
        names = ("operator.methodcaller", "operator.attrgetter")
        return call.args[:1] == [mention.node] and self.resolver.dotted(call.func, mention.module) in names

    def _takes_a_name(self, call: ast.Call, mention: Mention) -> bool:
        if self.resolver.dotted(call.func, mention.module) in _TAKES_A_NAME:
            return True
        return isinstance(call.func, ast.Attribute) and call.func.attr in (
            "setattr",
            "delattr",
            "object",
            "patch_object",
        )

    def _dotted_path(self, text: str) -> Values:
        """What ``shop.clients.Client.fetch`` names."""
        parts = text.split(".")
        for split in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:split])
            if self.resolver.program.has_package(module):
                values = self.resolver.bindings.member_of_module(module, parts[split])
                for part in parts[split + 1 :]:
                    values = frozenset(v for owner in values for v in self.resolver.members.attribute(owner, part))
                return values
        return frozenset()


def _is_namespace(node: ast.expr) -> bool:
    """``globals()``, ``vars(shop)``, ``shop.__dict__``"""
    match node:
        case ast.Call(func=ast.Name(id="globals" | "locals" | "vars")) | ast.Attribute(attr="__dict__"):
            return True
    return False


def _reached(mention: Mention, values: Values, inferred: bool) -> Reached:
    functions = frozenset(v.function for v in values if isinstance(v, FunctionValue))
    others = [v for v in values if not isinstance(v, FunctionValue | Unknown | Open)]
    unknown = not values or any(isinstance(v, Unknown | Open) for v in values)
    abstract = next((v.abstract for v in values if isinstance(v, Open)), "")
    return Reached(mention, functions, bool(others), unknown, inferred, abstract)
