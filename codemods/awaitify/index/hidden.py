"""Does a name that should be a module's mean something else?"""

from __future__ import annotations

from awaitify.index.summary import BindingKind, Scope


def is_hidden(name: str, scope: Scope | None) -> bool:
    """Whether the module *name* can't be read in *scope* by its name."""
    while scope is not None:
        bindings = scope.bindings.get(name, ())
        if bindings and not scope.is_class:
            return any(binding.kind is not BindingKind.IMPORT for binding in bindings)
        scope = scope.parent
    return False
