"""The classes of Python that are written in C, of which there is no source to read: the interpreter's own are asked."""

from __future__ import annotations

import importlib
import sys
import sysconfig
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType


def native_class(name: str) -> type | None:
    """The class with the dotted *name* when it belongs to a C module of the running Python: ``builtins.dict``.

    No Python code is run for it, and nothing is looked for in any other place than the interpreter and its own folder.
    """
    module_name, _, class_name = name.rpartition(".")
    module = _native_module(module_name)
    found = getattr(module, class_name, None) if module is not None else None
    return found if isinstance(found, type) else None


def _native_module(name: str) -> ModuleType | None:
    if name in sys.builtin_module_names:  # the importer of builtin modules is asked before any folder
        return importlib.import_module(name)
    folder = sysconfig.get_config_var("DESTSHARED")
    spec = PathFinder.find_spec(name, [folder]) if isinstance(folder, str) and name.isidentifier() else None
    if spec is None or spec.loader is None or not (spec.origin or "").endswith((".so", ".pyd")):
        return None
    if name in sys.modules:
        return sys.modules[name]
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
