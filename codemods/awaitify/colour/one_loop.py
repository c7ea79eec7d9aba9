"""Where a call may not run in an event loop of its own: a client that outlives the call is bound to the loop it was used in.

In a worker of Celery all tasks can run in one loop a process. https://docs.celeryq.dev/en/stable/userguide/workers.html [run 5.7]
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from awaitify.colour.blocking import Blocking
from awaitify.colour.frameworks import row_of
from awaitify.index.references import Mention
from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Class, Function, Module
from awaitify.index.values import ClassValue

_CELERY = ("Celery task", "Celery signal")
_SHARED_TASK = "celery.shared_task"


def outlives_the_call(mention: Mention, callees: Iterable[Function], blocking: Blocking) -> bool:
    """Whether what is called uses a client of an object that isn't made for this call alone: ``portal.fetch(name)``."""
    sites = [
        site for function in blocking.below(callees) for site in blocking.sites(function) if site.client is not None
    ]
    owners = {owner[0] for site in sites if (owner := blocking.client_owner(site)) is not None}
    if not owners:
        return False
    made = _made_for(mention, blocking.resolver)
    return made is None or not owners <= set(blocking.resolver.hierarchy.order(made))


def worker_of(function: Function, resolver: Resolver) -> Module | None:
    """The module of the Celery app whose worker calls the task, which the module of the task can import from."""
    for decorator in function.node.decorator_list:
        row = row_of(decorator, function, resolver)
        if row is not None and row.label in _CELERY:
            home = _home_of_app(decorator, function, resolver)
            if home is not None and (home is function.module or function.module not in _imported(home, resolver)):
                return home
    return None


def _made_for(mention: Mention, resolver: Resolver) -> Class | None:
    """The class of ``Portal(url).fetch(name)``, or of a local ``portal = Portal(url)`` that nothing else uses."""
    receiver = mention.node.value if isinstance(mention.node, ast.Attribute) else None
    if isinstance(receiver, ast.Name) and mention.function is not None:
        bound = mention.function.scope.bindings.get(receiver.id, [])
        is_one = len(bound) == 1 and bound[0].kind is BindingKind.VALUE and not bound[0].steps
        uses = (n for n in ast.walk(mention.function.node) if isinstance(n, ast.Name) and n.id == receiver.id)
        is_used_once = sum(isinstance(node.ctx, ast.Load) for node in uses) == 1
        receiver = bound[0].node if is_one and is_used_once and isinstance(bound[0].node, ast.expr) else None
    if not isinstance(receiver, ast.Call):
        return None
    values = resolver.answer(receiver.func, mention.module).values
    (only,) = values if len(values) == 1 else (None,)
    return only.cls if isinstance(only, ClassValue) else None


def _home_of_app(decorator: ast.expr, function: Function, resolver: Resolver) -> Module | None:
    """Where ``app`` of ``@app.task`` is defined; of ``@shared_task``, the one module that makes an app."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        bound = function.module.scope.bindings.get(target.value.id, [])
        if len(bound) == 1 and bound[0].kind is BindingKind.VALUE:
            return function.module
        if len(bound) == 1 and bound[0].source:
            return resolver.program.module(bound[0].source.partition(":")[0])
    if not resolver.decorator_name(decorator, function).endswith("shared_task"):
        return None
    homes = {module.path: module for module in resolver.program.mentioning("Celery") if _makes_an_app(module, resolver)}
    return next(iter(homes.values())) if len(homes) == 1 else None


def _makes_an_app(module: Module, resolver: Resolver) -> bool:
    calls = (
        node.value for node in module.tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
    )
    return any(resolver.dotted(call.func, module).rpartition(".")[2] == "Celery" for call in calls)


def _imported(start: Module, resolver: Resolver) -> set[Module]:
    """The modules of the project that importing *start* imports."""
    found: set[Module] = set()
    queue = [start]
    while queue:
        for module in _imports(queue.pop(), resolver):
            if module not in found:
                found.add(module)
                queue.append(module)
    return found


def _imports(module: Module, resolver: Resolver) -> Iterator[Module]:
    for bindings in module.scope.bindings.values():
        for source in (binding.source for binding in bindings if binding.kind is BindingKind.IMPORT):
            for name in {source.partition(":")[0], source.replace(":", ".")}:  # a name in a module, or a module
                if (found := resolver.program.module(name)) is not None:
                    yield found
