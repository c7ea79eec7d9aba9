"""Why a function can't become async."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.colour.forms import ASYNC_NAMES, Forms
from awaitify.colour.frameworks import Treatment, treatment
from awaitify.colour.properties import why_it_stays
from awaitify.index.builtin import BASES_WITHOUT_MEMBERS
from awaitify.index.environment import Contract, Environment, Holds
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Class, Function, Module
from awaitify.names import Place

CONSTRUCTORS = frozenset(
    {"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__", "__class_getitem__"}
)
_CLASS_DECORATORS = re.compile(
    r"(dataclasses|attr|attrs|enum|typing|typing_extensions|functools|unittest|pytest|pydantic|warnings)\."
)
LOOP_STARTERS = frozenset({"asyncio.run", "anyio.run", "trio.run"})
_BY_TREATMENT = {
    Treatment.PROPERTY: ("AW202", "it is a property"),
    Treatment.CACHE: ("AW211", "its result is cached"),
    Treatment.TASK: ("AW302", "a worker calls it synchronously"),
}
_CONTRACTS = {
    "celery.Task": frozenset({"run", "on_success", "on_failure", "on_retry", "after_return", "before_start"}),
    "django.core.management.base.BaseCommand": frozenset({"handle", "add_arguments"}),
    "django.core.management.BaseCommand": frozenset({"handle", "add_arguments"}),
    "pydantic.BaseModel": frozenset({"model_post_init", "model_dump", "dict", "json", "copy"}),
}
"""Classes of which is known which methods are called synchronously, whether they can be read or not."""

_VERBS = re.compile("get|post|put|patch|delete|head|options|trace")
_NONE = re.compile(r"(?!)")
_LOOKED_UP = {
    "django.db.models.base.Model": _NONE,
    "django.test.testcases.SimpleTestCase": _NONE,  # it runs async tests as such
    "django.views.generic.base.View": _VERBS,
    "flask.views.MethodView": _VERBS,
    "rest_framework.views.APIView": _VERBS,
    "tornado.web.RequestHandler": _VERBS,
    "unittest.async_case.IsolatedAsyncioTestCase": _NONE,
    "unittest.case.TestCase": re.compile("test.*|runTest"),
}
"""Classes that look methods up by their names, and which: any other method is safe from that."""


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


def find_barriers(function: Function, forms: Forms) -> Iterator[Barrier]:
    """The barriers in the function's family; none when the whole family can become async."""
    resolver = forms.resolver
    for member in resolver.hierarchy.family(function):
        for code, reason in _barriers(member, forms):
            yield Barrier(member, code, reason, member.node)
    for cls, binding in resolver.hierarchy.other_meanings(function):
        reason = f"{cls.name} gives {function.node.name} another meaning than a def"
        owner = cls.functions.get(function.node.name, [function])[-1]
        yield Barrier(owner, "AW215", reason, binding.node, cls.module)


def is_command(function: Function, resolver: Resolver) -> bool:
    """Whether a command line calls the function: it stays sync and starts the loop."""
    return any(treatment(d, function, resolver) is Treatment.COMMAND for d in function.node.decorator_list)


def _barriers(function: Function, forms: Forms) -> Iterator[tuple[str, str]]:
    name, resolver = function.node.name, forms.resolver
    if name in CONSTRUCTORS:
        yield "AW201", f"{name} is called by constructing an object"
    elif name.startswith("__") and name.endswith("__") and name not in ASYNC_NAMES:
        yield "AW203", f"Python calls {name} itself and doesn't await it"
    yield from _by_decorator(function, resolver)
    if starts_loop_itself(function, resolver):
        yield "AW303", "it starts an event loop itself"
    if not function.is_async and (why := forms.why_not(function)) is not None:
        yield why
    if function.owner is not None:
        yield from _by_class_decorator(function.owner, resolver)
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
        kind = treatment(decorator, function, resolver)
        if kind is Treatment.PROPERTY and resolver.decorator_name(decorator, function) == "builtins.property":
            yield from (("AW202", reason) for reason in why_it_stays(function, resolver))
        elif kind in _BY_TREATMENT:
            yield _BY_TREATMENT[kind]
        elif kind is Treatment.UNKNOWN:
            line = function.module.lines[decorator.lineno - 1].strip()
            yield "AW210", f"{line} would get a coroutine function"


def _by_class_decorator(cls: Class, resolver: Resolver) -> Iterator[tuple[str, str]]:
    """A decorator of the class may wrap its methods."""
    for decorator in cls.node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not _CLASS_DECORATORS.match(resolver.dotted(target, cls.module)):
            yield "AW210", f"@{ast.unparse(target)} of {cls.name} may wrap its methods"


def _by_contract(function: Function, resolver: Resolver) -> Iterator[tuple[str, str]]:
    assert function.owner is not None
    name = function.node.name
    if name.startswith("__") and not name.endswith("__"):
        return  # Python mangles it: no base can call it
    for base in sorted(resolver.hierarchy.foreign_bases(function.owner) - BASES_WITHOUT_MEMBERS):
        if base == "?":
            yield "AW214", "one of its bases isn't known"
        elif base.startswith("unittest.") and _runs_as_test(base, name):
            yield "AW213", f"{base} runs an async test without awaiting it, and it passes"
        elif base in _CONTRACTS and name in _CONTRACTS[base]:
            yield "AW213", f"{base} has {name} and calls it synchronously"
        else:
            contract = resolver.environment.contract(base, name, _LOOKED_UP)
            if base not in _CONTRACTS or contract.holds is Holds.SYNC:
                yield from _by_environment(contract, base, resolver.environment)


def _runs_as_test(base: str, name: str) -> bool:
    return name.startswith("test") and base.endswith("TestCase") and not base.endswith("IsolatedAsyncioTestCase")


def _by_environment(contract: Contract, base: str, environment: Environment) -> Iterator[tuple[str, str]]:
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
