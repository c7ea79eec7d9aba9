"""Every use of the names under which functions are kept, as mentions that are judged like those of their own names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from awaitify.colour.action import Refused
from awaitify.colour.common_names import is_common
from awaitify.colour.held import GETS, Held
from awaitify.colour.kept import ADDS, By, Keeping, Kept
from awaitify.colour.reached import Reached, reached_from
from awaitify.index.references import Mention, Use, describe, mentions_of
from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Class, Function, FunctionNode, Module
from awaitify.index.values import NOTHING, UNKNOWN, ClassValue, FunctionValue, Instance, ModuleValue, Unknown, Values

_MOST_FILES = 40
"""An attribute that more files mention isn't followed into each."""
_Node = tuple[ast.expr, Module]
_CHANGES = frozenset("append add insert appendleft clear remove discard update extend sort reverse keys".split())
_LOOKS_UP = frozenset({"getattr", "setattr", "delattr", "hasattr", "attrgetter", "methodcaller"})


class Following:
    """What was found of each name is kept; it depends on no colour."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._keeping = Keeping(resolver)
        self._held = Held(resolver)
        self._destinations: dict[ast.expr, tuple[Kept, ...] | Refused] = {}
        self._names: dict[Function, frozenset[str]] = {}
        self._kept: dict[str, Kept] = {}
        self._holders: dict[str, set[Function]] = {}
        self._reached: dict[str, tuple[Reached, ...]] = {}
        self._outdated: list[tuple[Reached, ...]] = []
        """Kept, for mentions are told apart by their ids."""

    def destinations(self, node: ast.expr, module: Module) -> tuple[Kept, ...] | Refused:
        """The names under which what *node* is is kept, where every use of each can be followed."""
        if node not in self._destinations:
            found = self._keeping.destinations(node, module)
            refusals = (self._why_not(kept) for kept in (() if isinstance(found, Refused) else found))
            self._destinations[node] = next((r for r in refusals if r is not None), found)
        return self._destinations[node]

    def is_name(self, key: str) -> bool:
        """Whether it is the key of a name under which functions are kept."""
        return key in self._kept

    def names(self, function: Function, mentions: Iterable[Mention]) -> frozenset[str]:
        """The keys of the names under which *function*, which *mentions* store or pass on, is kept."""
        if function not in self._names:
            self._names[function] = frozenset()  # it may be asked while it is looked for
            self._names[function] = frozenset(self._find_names(function, mentions))
        return self._names[function]

    def _find_names(self, function: Function, mentions: Iterable[Mention]) -> set[str]:
        queue: list[_Node] = [(mention.node, mention.module) for mention in mentions]
        found: set[str] = set()
        while queue:
            destinations = self.destinations(*queue.pop())
            for kept in () if isinstance(destinations, Refused) else destinations:
                if kept.key not in found:
                    found.add(kept.key)
                    self._kept[kept.key] = kept
                    self._hold(kept, function)
                    again = [r.mention for r in self.reaching(kept.key) if function in r.functions]
                    queue += [(m.node, m.module) for m in again if m.use is Use.PASSED]
        return found

    def _hold(self, kept: Kept, function: Function) -> None:
        holders = self._holders.setdefault(kept.key, set())
        if function not in holders:
            holders.add(function)
            self._outdated.append(self._reached.pop(kept.key, ()))

    def reaching(self, key: str) -> tuple[Reached, ...]:
        """The uses of a name under which functions are kept; where it isn't known what stands there, any of them may."""
        if key not in self._reached:
            kept = self._kept[key]
            added = self._added(kept) if kept.holds else NOTHING
            found = (self._reach(node, module, kept, added) for node, module in dict(self._uses(kept)).items())
            self._reached[key] = tuple(reached for reached in found if reached is not None)
        return self._reached[key]

    def _reach(self, node: ast.expr, module: Module, kept: Kept, added: Values) -> Reached | None:
        """The use as a mention; None where it is none of the functions that are known to be kept there."""
        holders = self._holders[kept.key]
        mention, how = describe(node, module, self._resolver), self._resolver.answer(node, module).how
        if isinstance(node, ast.Constant):
            return reached_from(mention, frozenset(map(FunctionValue, holders)), how)
        values = self._held.returned(kept.function) if kept.by is By.RESULT and kept.function else NOTHING
        values = values or self._held.values(node, module) | added
        if any(isinstance(value, Unknown) for value in values):
            if kept.by is By.ATTRIBUTE and self._is_doubtful(node, module, kept):
                return reached_from(mention, values, how)
            values |= frozenset(map(FunctionValue, holders))
        reached = reached_from(mention, values, how)
        here = holders & reached.functions
        by_their_names = {f for f in here if f.node.name == _name(node)} & self._functions(node, module)
        return reached if here - by_their_names else None  # by its own name it is a mention of its own anyway

    def _functions(self, node: ast.expr, module: Module) -> set[Function]:
        values = self._resolver.answer(node, module).values
        return {value.function for value in values if isinstance(value, FunctionValue)}

    def _is_doubtful(self, node: ast.expr, module: Module, kept: Kept) -> bool:
        """Whether nothing but a common name says that an attribute is the one under which a function is kept."""
        assert kept.owner is not None
        is_other = isinstance(node, ast.Attribute) and self._has(node.value, module, kept.owner) is None
        return is_other and is_common(kept.name, self._resolver.program.text.imported)

    def _added(self, kept: Kept) -> Values:
        """What is put into a list or dict, wherever that is done."""
        found = NOTHING
        for node, module in self._mentions(kept):
            match module.parents[node]:
                case ast.Subscript(ctx=ast.Store()) as item:
                    statement = module.parents[item]
                    is_plain = isinstance(statement, ast.Assign) and len(statement.targets) == 1
                    found |= self._held.values(statement.value, module) if is_plain else UNKNOWN  # type: ignore[attr-defined]
                case ast.Attribute(attr=method) as member if isinstance(call := module.parents[member], ast.Call):
                    if method in ADDS and len(call.args) > ADDS[method]:
                        found |= self._held.values(call.args[ADDS[method]], module)
                    elif method in ("update", "extend"):
                        found |= UNKNOWN
        return found

    # where a name is used

    def _uses(self, kept: Kept) -> Iterator[_Node]:
        """The expressions that are one of the functions kept under the name."""
        for node, module in self._mentions(kept):
            if not kept.holds or isinstance(node, ast.Constant):
                yield node, module
                continue
            for element in self._elements(node, module) or ():
                if isinstance(element, Kept):
                    yield from self._uses(element)
                else:
                    yield element, module

    def _mentions(self, kept: Kept) -> Iterator[_Node]:
        match kept.by:
            case By.LOCAL:
                assert kept.scope is not None
                for node in kept.scope.module.mentions.get(kept.name, ()):
                    if isinstance(node, ast.Name) and self._is_local(node, kept):
                        yield node, kept.scope.module
            case By.GLOBAL:
                yield from self._of_module(kept)
            case By.ATTRIBUTE:
                yield from self._of_attribute(kept)
            case By.RESULT:
                yield from ((result, m.module) for m in self._calls(kept) if (result := _result(m)) is not None)

    def _is_local(self, node: ast.Name, kept: Kept) -> bool:
        assert kept.scope is not None
        scopes = self._resolver.scopes
        return (
            isinstance(node.ctx, ast.Load)
            and scopes.find_scope(node.id, scopes.scope_of(node, kept.scope.module)) is kept.scope
        )

    def _of_module(self, kept: Kept) -> Iterator[_Node]:
        assert kept.scope is not None
        own = kept.scope.module
        for module in self._resolver.program.mentioning(kept.name):
            imports = [found for found in module.mentions.get(kept.name, ()) if isinstance(found, ast.alias)]
            for name in dict.fromkeys((kept.name, *(found.asname for found in imports if found.asname))):
                for node in module.mentions.get(name, ()):
                    match node:
                        case ast.Name(ctx=ast.Load()) if self._is_of_module(node, module, own, kept.name):
                            yield node, module
                        case ast.Attribute(ctx=ast.Load(), attr=attr) if attr == kept.name:
                            if ModuleValue(own) in self._resolver.answer(node.value, module).values:
                                yield node, module

    def _is_of_module(self, node: ast.Name, module: Module, own: Module, name: str) -> bool:
        scope = self._resolver.scopes.find_scope(node.id, self._resolver.scopes.scope_of(node, module))
        if module is own and node.id == name:
            return scope is own.scope
        if scope is None:
            return any(self._resolver.program.absolute(star, module) == own.name for star in module.stars)
        sources = [b.source for b in scope.bindings[node.id] if b.kind is BindingKind.IMPORT]
        return any(source.rpartition(":")[2].rpartition(".")[2] == name for source in sources)

    def _of_attribute(self, kept: Kept) -> Iterator[_Node]:
        assert kept.owner is not None
        for module in self._resolver.program.mentioning(kept.name):
            for node in module.mentions.get(kept.name, ()):
                match node:
                    case ast.Attribute(ctx=ast.Load(), value=receiver):
                        if self._has(receiver, module, kept.owner) is not False:
                            yield node, module
                    case ast.Name(ctx=ast.Load()) if module is kept.owner.module:
                        scopes = self._resolver.scopes
                        if scopes.find_scope(node.id, scopes.scope_of(node, module)) is kept.owner.scope:
                            yield node, module
                    case ast.Constant() if self._is_looked_up(node, module, kept.owner):
                        yield node, module

    def _has(self, receiver: ast.expr, module: Module, owner: Class) -> bool | None:
        """Whether an object of the class, or of one below or above it, stands there; None where that isn't known."""
        hierarchy = self._resolver.hierarchy
        values = self._resolver.answer(receiver, module).values
        classes = [value.cls for value in values if isinstance(value, Instance | ClassValue)]
        if any(owner in hierarchy.order(cls) or cls in hierarchy.order(owner) for cls in classes):
            return True
        return None if not values or any(isinstance(value, Unknown) for value in values) else False

    def _is_looked_up(self, node: ast.Constant, module: Module, owner: Class) -> bool:
        """``getattr(job, "run")``"""
        match module.parents.get(node):
            case ast.Call(func=ast.Name(id=name), args=[receiver, asked, *_]) if asked is node and name in _LOOKS_UP:
                return self._has(receiver, module, owner) is not False
        return False

    def _calls(self, kept: Kept) -> Iterator[Mention]:
        """The mentions of the function whose result it is."""
        assert kept.function is not None
        family = self._resolver.hierarchy.family(kept.function)
        for mention in mentions_of(kept.name, self._resolver):
            if not self._functions(mention.node, mention.module).isdisjoint(family) and mention.use is not Use.MEMBER:
                yield mention

    def _elements(self, node: ast.expr, module: Module) -> list[ast.expr | Kept] | None:
        """What one of the functions in the list or dict *node* is; None where the list itself goes elsewhere."""
        parent = module.parents[node]
        match parent:
            case ast.Subscript(value=value, slice=index) if value is node and not isinstance(index, ast.Slice):
                return [parent] if isinstance(parent.ctx, ast.Load) else []
            case ast.For(target=target, iter=iterable) | ast.comprehension(target=target, iter=iterable):
                return self._targets(target, module) if iterable is node else None
            case ast.Compare() | ast.If() | ast.While() | ast.BoolOp() | ast.UnaryOp() | ast.Expr():
                return []
            case ast.Call(func=ast.Name(id="len" | "bool" | "print")):
                return []
            case ast.Attribute(attr=method) if isinstance(call := module.parents[parent], ast.Call):
                if method in GETS:
                    return [call]
                if method in ("values", "copy"):
                    return self._elements(call, module)
                if method == "items":
                    return self._second(call, module)
                return [] if method in _CHANGES else None
        return None

    def _second(self, items: ast.expr, module: Module) -> list[ast.expr | Kept] | None:
        """``for name, handler in handlers.items()``"""
        match module.parents[items]:
            case ast.For(target=ast.Tuple(elts=[_, target]), iter=iterable) | ast.comprehension(
                target=ast.Tuple(elts=[_, target]), iter=iterable
            ) if (iterable is items):
                return self._targets(target, module)
        return None

    def _targets(self, target: ast.expr, module: Module) -> list[ast.expr | Kept] | None:
        if not isinstance(target, ast.Name):
            return None
        found = self._keeping.named(target.id, target, module, holds=False)
        return None if isinstance(found, Refused) else list(found)

    def _why_not(self, kept: Kept) -> Refused | None:
        """Why the uses of a name can't be followed."""
        text = self._resolver.program.text
        if kept.by is not By.LOCAL and text.number_mentioning(kept.name, _MOST_FILES + 1) > _MOST_FILES:
            return Refused("AW301", f"it is kept as {kept.words}, a name that too many files use")
        if kept.by is By.RESULT and any(_result(mention) is None for mention in self._calls(kept)):
            return Refused("AW301", f"{kept.name} returns it, and is passed on or named itself")
        if kept.by is By.LOCAL and kept.function is not None and self._decorates(kept.function):
            return Refused("AW301", f"{kept.function.node.name} is a decorator too, and gets other functions as one")
        if kept.holds and any(self._elements(n, m) is None for n, m in self._mentions(kept) if not _is_text(n)):
            return Refused("AW301", f"the list or dict {kept.words} that holds it is passed on")
        if kept.by is not By.LOCAL and next(self._mentions(kept), None) is None:
            return Refused("AW301", f"it is kept as {kept.words}, and nothing here is seen to use that")
        return None

    def _decorates(self, function: Function) -> bool:
        """Whether the function is used as a decorator somewhere, called or not."""
        for mention in mentions_of(function.node.name, self._resolver):
            parent = mention.module.parents.get(mention.call or mention.node)
            if (
                isinstance(parent, FunctionNode | ast.ClassDef)
                and (mention.call or mention.node) in parent.decorator_list
            ):
                if function in self._functions(mention.node, mention.module):
                    return True
        return False


def _result(mention: Mention) -> ast.expr | None:
    """The expression that is what the mentioned function returns; None where a decorator gets it, or it isn't called."""
    around = mention.module.parents.get(mention.call) if mention.call is not None else None
    if isinstance(around, FunctionNode | ast.ClassDef) and mention.call in around.decorator_list:
        return None
    if mention.use is Use.AWAITED and mention.call is not None:
        awaited = mention.module.parents[mention.call]
        return awaited if isinstance(awaited, ast.Await) else None
    return mention.call if mention.use is Use.CALLED else None


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)
