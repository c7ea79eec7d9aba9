"""Why a function can't become async."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from awaitify.colour.aliases import function_behind
from awaitify.colour.caches import async_cache, is_cached_property, why_no_cached_property
from awaitify.colour.class_decorators import by_class_decorators
from awaitify.colour.contracts import LOOKED_UP, Contract, bases_below, bases_of, contract_of
from awaitify.colour.decorator_barriers import by_hidden_kind, by_unknown_decorator, sleep_of_its_own
from awaitify.colour.forms import ASYNC_NAMES, TWIN_HOMES, TWINS, Forms
from awaitify.colour.frameworks import row_of
from awaitify.colour.properties import has_a_getter, method_name, why_it_stays
from awaitify.colour.special_methods import why_it_stays_sync
from awaitify.colour.treatments import Treatment
from awaitify.colour.unittests import cases_of, is_taken, is_test_case
from awaitify.index.environment import Contract as Found
from awaitify.index.environment import Environment, Holds
from awaitify.index.published import Changed, Was
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module
from awaitify.names import Place, is_borrowed, lies_in

CONSTRUCTORS = frozenset(
    {"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__", "__class_getitem__"}
)
LOOP_STARTERS = frozenset({"asyncio.run", "anyio.run", "trio.run"})
_BY_TREATMENT = {
    Treatment.PROPERTY: ("AW202", "it is a property"),
}
CALLED_OTHERWISE = {Treatment.TASK: "AW302", Treatment.LOOP_EACH: "AW306"}
"""The codes for a function that is called, and not awaited where a loop runs already."""


@dataclass(frozen=True, slots=True)
class Barrier:
    """A function that can't become async: the code, and the reason in words."""

    function: Function
    code: str
    reason: str
    node: ast.AST
    """Where it stands: the function, or what gives its name another meaning."""
    module: Module | None = None
    """The module of *node* when it isn't the function's."""

    @property
    def place(self) -> Place:
        return (self.module or self.function.module).place(self.node)


PublishedFunctions = Mapping[Function, Changed]
"""The functions of libraries that are async in the version that the project is migrated to."""


def barrier_outside(function: Function, part: str, resolver: Resolver, published: PublishedFunctions) -> Barrier | None:
    """A member of the function's family in a file that may not change, where *part* is all that may."""
    members = resolver.hierarchy.family(function)
    for member in members:
        path = member.module.path
        if is_borrowed(path):
            if member not in published and not member.is_async:
                dotted = f"{member.module.name}.{member.qualname}"
                return Barrier(
                    member, "AW213", f"{dotted} of its library is sync, and called synchronously", member.node
                )
        elif not lies_in(path, part):
            return Barrier(member, "AW216", f"{path} is outside the part that may change", member.node)
    cases = (case for member in members for case in cases_of(member, resolver))
    case = next((case for case in cases if not lies_in(case.module.path, part)), None)
    if case is None:
        return None
    reason = f"its TestCase in {case.module.path} is outside the part that may change"
    return Barrier(function, "AW216", reason, function.node)


def find_barriers(function: Function, forms: Forms, published: PublishedFunctions | None = None) -> Iterator[Barrier]:
    """The barriers in the function's family; none when the whole family can become async."""
    resolver = forms.resolver
    for member in resolver.hierarchy.family(function):
        if published and member in published:
            yield from _of_published(member, published[member], resolver)
        for code, reason in _barriers(member, forms) if not is_borrowed(member.module.path) else ():
            yield Barrier(member, code, reason, member.node)
    for cls, binding in resolver.hierarchy.other_meanings(function):
        if function_behind(binding, function, forms) is not None:
            continue  # that has the colour of the family
        if is_borrowed(cls.module.path):
            continue  # its library has dealt with it
        reason = f"{cls.name} gives {function.node.name} another meaning than a def"
        owner = cls.functions.get(function.node.name, [function])[-1]
        yield Barrier(owner, "AW215", reason, binding.node, cls.module)


def _of_published(function: Function, changed: Changed, resolver: Resolver) -> Iterator[Barrier]:
    """Why it takes a person to use a library's function as it is now."""
    now = changed.name_now
    if changed.was is Was.CONSTRUCTOR:
        reason = f"objects of its class are made by `await {now.qualname}(…)` now"
        yield Barrier(function, "AW201", reason, function.node)
    elif resolver.members.is_property(function) and method_name(function) != now.last:
        yield Barrier(function, "AW202", f"it was a property, and is the async method {now.last} now", function.node)


def _barriers(function: Function, forms: Forms) -> Iterator[tuple[str, str]]:
    name, resolver = function.node.name, forms.resolver
    if name in CONSTRUCTORS:
        yield "AW201", f"{name} is called by constructing an object"
    elif name.startswith("__") and name.endswith("__") and name not in ASYNC_NAMES:
        yield "AW203", why_it_stays_sync(name)
    yield from _by_decorator(function, resolver)
    if starts_loop_itself(function, resolver):
        yield "AW303", "it starts an event loop itself"
    if not function.is_async and (why := forms.why_not(function)) is not None:
        yield why
    if function.owner is not None:
        yield from by_class_decorators(function, resolver)
        yield from _by_contract(function, resolver)


def starts_loop_itself(function: Function, resolver: Resolver) -> bool:
    """Whether ``asyncio.run(…)`` or ``loop.run_until_complete(…)`` stands in the function."""
    for node in resolver.scopes.own_nodes(function):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "run_until_complete":
                return True
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "run" and resolver.dotted(node.func, function.module) in LOOP_STARTERS:
                return True
    return False


def _by_decorator(function: Function, resolver: Resolver) -> Iterator[tuple[str, str]]:
    for decorator in function.node.decorator_list:
        row = row_of(decorator, function, resolver)
        if row is None:
            yield from by_unknown_decorator(decorator, function, resolver)
        elif row.treatment is Treatment.CACHE:
            found = async_cache(decorator, function, resolver)
            if isinstance(found, str):
                yield "AW211", found
        elif row.treatment is Treatment.PROPERTY and is_cached_property(function, resolver):
            if why := why_no_cached_property(function, resolver):
                yield "AW211", why
            yield from (("AW202", reason) for reason in why_it_stays(function, resolver))
        elif (
            row.treatment is Treatment.PROPERTY and resolver.decorator_name(decorator, function) == "builtins.property"
        ):
            yield from (("AW202", reason) for reason in why_it_stays(function, resolver))
        elif row.treatment is Treatment.PROPERTY and has_a_getter(function, resolver):
            pass  # what stands against the getter says that there is a setter
        elif row.treatment in _BY_TREATMENT:
            yield _BY_TREATMENT[row.treatment]
        elif row.treatment in CALLED_OTHERWISE:
            yield CALLED_OTHERWISE[row.treatment], row.reason
        elif sleep := sleep_of_its_own(decorator, function, resolver):
            yield "AW210", f"tenacity would await {sleep}, which isn't async"
    yield from by_hidden_kind(function, resolver)


def _by_contract(function: Function, resolver: Resolver) -> Iterator[tuple[str, str]]:
    assert function.owner is not None
    name = function.node.name
    if name.startswith("__") and not name.endswith("__"):
        return  # Python mangles it: no base can call it
    for base in sorted(bases_of(function, resolver)):
        home, _, last = base.rpartition(".")
        if name in ASYNC_NAMES and home in TWIN_HOMES and last in TWINS:
            continue  # its async twin takes its place
        if base == "?":
            yield "AW214", "one of its bases isn't known"
        elif base == "contextlib.ContextDecorator" and name in ASYNC_NAMES:
            yield "AW213", "as a decorator, ContextDecorator enters it around a call and doesn't await it"
        elif is_test_case(base) and is_taken(function, resolver):
            continue  # IsolatedAsyncioTestCase does
        elif base.startswith("unittest.") and _runs_as_test(base, name):
            yield "AW213", f"{base} runs an async test without awaiting it, and it passes"
        else:
            yield from _by_table(function, base, resolver)
    for base in sorted(bases_below(function, resolver)):
        if is_test_case(base) and is_taken(function, resolver):
            continue
        if base.startswith("unittest.") and _runs_as_test(base, name):
            yield "AW213", f"{base} runs an async test without awaiting it, and it passes"
        found = _by_table(function, base, resolver)
        yield from ((code, reason) for code, reason in found if code != "AW214")  # only what is known for sure


def _by_table(function: Function, base: str, resolver: Resolver) -> Iterator[tuple[str, str]]:
    """What the table says of the base; where it doesn't know the base, or not all of it, what its source says."""
    contract = contract_of(function, base, resolver)
    found = resolver.environment.contract(base, function.node.name, LOOKED_UP)
    match contract:
        case Contract(treatment=Treatment.TASK, row=row):
            yield "AW213", row.reason or f"{base} has {function.node.name} and calls it synchronously"
        case Contract(treatment=Treatment.LOOP_EACH):
            yield "AW306", f"{base} runs an async {function.node.name} in an event loop of its own, each time it is called"
        case Contract(treatment=None, row=row) if not row.is_whole or found.holds is Holds.SYNC:
            yield from _by_environment(found, base, resolver.environment)
        case None:
            yield from _by_environment(found, base, resolver.environment)


def _runs_as_test(base: str, name: str) -> bool:
    return name.startswith("test") and base.endswith("TestCase") and not base.endswith("IsolatedAsyncioTestCase")


def _by_environment(contract: Found, base: str, environment: Environment) -> Iterator[tuple[str, str]]:
    """What the source of the base says; when it can't be read, how to show it."""
    match contract.holds:
        case Holds.SYNC:
            yield "AW213", contract.reason
        case Holds.MAYBE:
            yield "AW214", contract.reason
        case Holds.UNREAD:
            missing = contract.reason if contract.reason not in ("", base) else ""
            above = f" ({missing} isn't known)" if missing else ""
            is_own = base.partition(".")[0] in sys.stdlib_module_names
            hint = "" if environment.is_given or is_own else "; --python says in which environment it is installed"
            yield "AW214", f"its base {base} couldn't be read{above}{hint}"
