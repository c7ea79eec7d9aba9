"""Caches of results that keep coroutines: which async cache, that the project depends on already, takes their place?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from awaitify.index.resolve import Resolver
from awaitify.index.summary import Binding, BindingKind, Function

_PACKAGES = {
    "async_lru": re.compile(r"\basync[-_.]lru\b", re.IGNORECASE),
    "asyncstdlib": re.compile(r"\basyncstdlib\b"),
}
_LEAST_RECENTLY_USED = frozenset({"cachetools.LRUCache", "cachetools.TTLCache"})
CACHED_PROPERTY = "functools.cached_property"
ATTRIBUTES = frozenset(
    {"cache_clear", "cache_info", "cache_parameters", "__name__", "__qualname__", "__doc__", "__module__"}
)
"""What the async caches have of what a cached function has."""


@dataclass(frozen=True, slots=True, eq=False)
class AsyncCache:
    """What takes the place of a cache: at *node* stands *template* with what was at *holes*.

    ``imported`` is a module, and a name in it or nothing.
    """

    node: ast.expr
    template: str
    holes: tuple[ast.expr, ...]
    imported: tuple[str, str | None]
    is_shared: bool
    """Whether calls that miss at the same time wait for one run."""


def async_cache(decorator: ast.expr, function: Function, resolver: Resolver) -> AsyncCache | str:
    """The async cache that takes the place of one that keeps coroutines, or why there is none."""
    if resolver.scopes.is_generator(function):
        return "what it gives is cached, and that would be an async generator"
    package = next((name for name in _PACKAGES if has_package(name, resolver)), None)
    if package is None:
        return "its result is cached"
    name = "alru_cache" if package == "async_lru" else "asyncstdlib"
    if _is_taken(name, package, function):
        return f"its result is cached, and {name} means something else in {function.module.name}"
    found = _by_lru(decorator, function, resolver) or _by_cachetools(decorator, function, resolver)
    if found is None:
        return f"its result is cached in a way that {package} doesn't have"
    node, template, holes = found
    if package == "async_lru":
        return AsyncCache(node, template, holes, ("async_lru", "alru_cache"), is_shared=True)
    if "ttl" in template:
        return "its result is cached for a time, which asyncstdlib doesn't have"
    return AsyncCache(
        node, template.replace("alru_cache", "asyncstdlib.lru_cache"), holes, (package, None), is_shared=False
    )


def caches_of(function: Function, resolver: Resolver) -> Iterator[ast.expr]:
    """The decorators of the function that keep its results."""
    for decorator in function.node.decorator_list:
        name = resolver.decorator_name(decorator, function)
        if name in ("functools.lru_cache", "functools.cache") or name.startswith("cachetools."):
            yield decorator


def is_cached_property(function: Function, resolver: Resolver) -> bool:
    """Whether ``functools.cached_property`` keeps what the function gives."""
    return any(resolver.decorator_name(d, function) == CACHED_PROPERTY for d in function.node.decorator_list)


def why_no_cached_property(function: Function, resolver: Resolver) -> str:
    """Why ``asyncstdlib.cached_property`` can't take the place of Python's own; empty where it can."""
    if not has_package("asyncstdlib", resolver):
        return "its result is cached"
    if _is_taken("asyncstdlib", "asyncstdlib", function):
        return f"its result is cached, and asyncstdlib means something else in {function.module.name}"
    return ""


def _is_taken(name: str, package: str, function: Function) -> bool:
    bindings = _bindings(name, function)
    return any(b.kind is not BindingKind.IMPORT or not b.source.startswith(package) for b in bindings)


def has_package(package: str, resolver: Resolver) -> bool:
    """Whether the project depends on the package of async caches already."""
    declared = resolver.environment.declared
    return bool(_PACKAGES[package].search(declared)) or package in resolver.program.text.imported


def _bindings(name: str, function: Function) -> Iterator[Binding]:
    scope = function.scope.around
    while scope is not None:
        yield from scope.bindings.get(name, ())
        scope = scope.parent


Written = tuple[ast.expr, str, tuple[ast.expr, ...]]


def _by_lru(decorator: ast.expr, function: Function, resolver: Resolver) -> Written | None:
    """``functools.lru_cache`` takes what ``alru_cache`` takes; ``cache`` has no limit."""
    match resolver.decorator_name(decorator, function), decorator:
        case "functools.cache", ast.Name() | ast.Attribute():
            return decorator, "alru_cache(maxsize=None)", ()
        case ("functools.lru_cache" | "cachetools.func.lru_cache"), ast.Call(func=func):
            return func, "alru_cache", ()
        case ("functools.lru_cache" | "cachetools.func.lru_cache"), _:
            return decorator, "alru_cache", ()
        case "cachetools.func.ttl_cache", ast.Call(func=func, args=[], keywords=keywords):
            if "ttl" in (names := {keyword.arg for keyword in keywords}) and names <= {"maxsize", "ttl", "typed"}:
                return func, "alru_cache", ()
    return None


def _by_cachetools(decorator: ast.expr, function: Function, resolver: Resolver) -> Written | None:
    """``@cached(TTLCache(maxsize=100, ttl=60))``, where nothing else can see the cache."""
    if resolver.decorator_name(decorator, function) != "cachetools.cached":
        return None
    match decorator:
        case ast.Call(args=[cache], keywords=[]) | ast.Call(args=[], keywords=[ast.keyword(arg="cache", value=cache)]):
            pass
        case _:
            return None
    if isinstance(cache, ast.Dict) and not cache.keys:
        return decorator, "alru_cache(maxsize=None)", ()
    if not isinstance(cache, ast.Call) or resolver.dotted(cache.func, function.module) not in _LEAST_RECENTLY_USED:
        return None
    given = dict(zip(("maxsize", "ttl"), cache.args, strict=False)) | {k.arg: k.value for k in cache.keywords if k.arg}
    is_timed = resolver.dotted(cache.func, function.module) == "cachetools.TTLCache"
    size = given.get("maxsize")
    if len(given) != len(cache.args) + len(cache.keywords) or given.keys() != {
        "maxsize",
        *(["ttl"] if is_timed else []),
    }:
        return None
    if not isinstance(size, ast.Constant) or not isinstance(size.value, int):  # it may be math.inf
        return None
    pairs = sorted(given.items(), key=lambda pair: (pair[1].lineno, pair[1].col_offset))
    arguments = ", ".join(f"{name}={{{number}}}" for number, (name, _) in enumerate(pairs))
    return decorator, f"alru_cache({arguments})", tuple(value for _, value in pairs)
