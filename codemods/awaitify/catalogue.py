"""The libraries that can be swapped: every module in ``swaps/`` has one."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from awaitify import swaps
from awaitify.swap import Swap


@cache
def catalogue() -> tuple[Swap, ...]:
    """Every swap, by the name of its module."""
    modules = sorted(module.name for module in pkgutil.iter_modules(swaps.__path__))
    found = (importlib.import_module(f"{swaps.__name__}.{name}").SWAP for name in modules)
    return tuple(found)
