"""Special methods that have no async twin: what Python would make of a coroutine, and which method to write instead."""

from __future__ import annotations

_COMPARES = "the comparison would always be true"
_RAISES = "Python raises TypeError where it gets a coroutine"
_SAYS: dict[str, tuple[str, str]] = {
    "__len__": (_RAISES, "size()"),
    "__bool__": (_RAISES, "is_empty()"),
    "__hash__": (_RAISES, "key()"),
    "__contains__": ("`x in …` would always be true", "contains(x)"),
    "__getitem__": ("`…[key]` would give a coroutine", "get(key)"),
    "__setitem__": ("`…[key] = x` would never be run", "set(key, x)"),
    "__delitem__": ("`del …[key]` would never be run", "delete(key)"),
    "__getattr__": ("every attribute that isn't there would be a coroutine", "get(name)"),
    "__getattribute__": ("every attribute would be a coroutine", "get(name)"),
    "__setattr__": ("assignments would never be run", "set(name, x)"),
    "__delattr__": ("`del` would never be run", "delete(name)"),
    "__get__": ("every read would give a coroutine", "get(owner)"),
    "__set__": ("assignments would never be run", "set(owner, x)"),
    "__del__": ("it would never be run", "aclose()"),
    "__missing__": ("every key that isn't there would give a coroutine", "get(key)"),
    "__reversed__": ("`reversed` would give a coroutine", "last_first()"),
    **dict.fromkeys(("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"), (_COMPARES, "equals(other)")),
    **dict.fromkeys(("__repr__", "__str__", "__bytes__", "__format__"), (_RAISES, "describe()")),
    **dict.fromkeys(("__int__", "__float__", "__complex__", "__index__", "__round__"), (_RAISES, "value()")),
}


def why_it_stays_sync(name: str) -> str:
    """The reason in words, with the method that could take its place."""
    what, instead = _SAYS.get(name, ("whoever gets its result would get a coroutine", f"{name.strip('_')}()"))
    return f"Python calls {name} itself and doesn't await it: {what}; write a method `async def {instead}` instead"
