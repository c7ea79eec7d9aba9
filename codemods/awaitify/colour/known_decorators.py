"""What decorators of known libraries do with a coroutine function, each with where that is written."""

from __future__ import annotations

import re

HANDLES_COROUTINES = {
    r"tenacity\.retry": "tenacity/__init__.py, BaseRetrying.wraps: AsyncRetrying for a coroutine function, since 5.0",
    r"backoff\.on_(exception|predicate)": "backoff/_decorator.py: backoff/_async.py for a coroutine function, since 1.4",
    r"stamina\.retry": "stamina/_core.py, retry: async_inner for a coroutine function",
    r"typeguard\.typechecked": "typeguard/_decorators.py: compiles the function anew with checks inside, async as it was",
    r"beartype\.beartype": "beartype's README: coroutines are decorated as such",
    r"deprecated\.(classic\.|sphinx\.)?(deprecated|versionadded|versionchanged)": (
        "deprecated/classic.py: a wrapt wrapper that warns when called and hands on what the call gives"
    ),
    r"(sentry_sdk|sentry_sdk\.tracing)\.trace": (
        "sentry_sdk/tracing_utils.py, create_span_decorator: async_wrapper for a coroutine function"
    ),
    r"(sentry_sdk|sentry_sdk\.crons)\.monitor": "sentry_sdk/crons/decorator.py: _async_wrapper for a coroutine function",
    r"line_profiler\.profile": "line_profiler/profiler_mixin.py: wrap_coroutine",
    r"opentelemetry\.trace\.(\w+\.)*start_as_current_span": (
        "opentelemetry/util/_decorator.py, _AgnosticContextManager: awaits a coroutine function inside the span, since 1.23"
    ),
}
"""Patterns of dotted names: they ask whether they are given a coroutine function, and await it."""

_CALLS_IT = {
    r"retry\.(api\.)?retry": ("retry doesn't await it, so nothing is tried again", "github.com/invl/retry/issues/70"),
    r"retrying\.retry": (
        "retrying doesn't await it, so nothing is tried again",
        "github.com/groodt/retrying/issues/8",
    ),
    r"ratelimit\.(limits|rate_limited|sleep_and_retry|RateLimitDecorator)": (
        "ratelimit doesn't await it, and sleeps on the loop's thread",
        "ratelimit/decorators.py",
    ),
    r"decorator\.decorator": ("what it makes calls the function and doesn't await it", "decorator.py, decorate"),
    r"deprecation\.(deprecated|fail_if_not_removed)": (
        "it gives a plain function, which frameworks take for a sync one",
        "deprecation.py",
    ),
    r"prometheus_client\.(\w+\.)*(time|count_exceptions|track_inprogress)": (
        "the metric ends when the coroutine is made, not when it has run",
        "prometheus_client/context_managers.py",
    ),
    r"torch\.(autograd\.grad_mode\.)?(no_grad|enable_grad|inference_mode|set_grad_enabled)": (
        "the mode is left when the coroutine is made, before it runs",
        "torch/utils/_contextlib.py, context_decorator",
    ),
    r"numba\.(\w+\.)*(jit|njit|vectorize|guvectorize|cfunc|stencil)": (
        "numba compiles no async def",
        "numba's docs, Supported Python features: async features are unsupported",
    ),
    r"asgiref\.sync\.(sync_to_async|SyncToAsync)|channels\.db\.database_sync_to_async": (
        "it runs sync functions on a thread and takes no coroutine function",
        "asgiref/sync.py, SyncToAsync.__init__",
    ),
    r"sqlalchemy\.event\.listens_for|sqlalchemy\.orm\.(validates|reconstructor)": (
        "SQLAlchemy calls it synchronously, with its async engine too",
        "SQLAlchemy's docs, Using events with the asyncio extension",
    ),
}
_KNOWN = tuple((re.compile(pattern), reason) for pattern, (reason, _) in _CALLS_IT.items())
_ASKS = re.compile("|".join(HANDLES_COROUTINES))
_HIDES = re.compile(r"functools\.(singledispatch|singledispatchmethod|lru_cache|cache)|cachetools\..*")


def why_it_fails(name: str) -> str:
    """What the decorator *name* does wrong with a coroutine function; empty where that isn't known."""
    return next((reason for pattern, reason in _KNOWN if pattern.fullmatch(name)), "")


def asks_for_coroutines(name: str) -> bool:
    """Whether the decorator *name* acts by whether it is given a coroutine function."""
    return bool(_ASKS.fullmatch(name))


def hides_coroutines(name: str) -> bool:
    """Whether what the decorator *name* makes of a coroutine function isn't one for ``inspect``, though it gives coroutines.

    github.com/jd/tenacity/issues/430; of async caches it depends on the version of Python.
    """
    return bool(_HIDES.fullmatch(name))
