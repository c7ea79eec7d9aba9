"""What is each file called when the program imports it?

A file's path is its identity; this gives it one dotted name, by the first of these that speaks:

1. the source roots that the configuration of this tool names (``package_dirs``);
2. the source roots that a packaging setting names, in the project's top folder or in a project nested in it;
3. a folder ``src`` beside such settings that is no package itself;
4. the folder above the topmost package that the file is in: ``backend/shop/cart.py`` is ``shop.cart`` when
   ``backend`` has no ``__init__.py``;
5. the project's top folder: ``scripts/run.py`` is ``scripts.run``.

In a source root folders count as packages with or without ``__init__.py`` (PEP 420). A script that is run puts its own
folder first on ``sys.path``, so ``scripts/run.py`` may say ``import helper`` for the ``scripts.helper`` beside it; the
dotted name is preferred since it is unique, and whoever follows an import looks beside the importing file too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path

from awaitify.source.roots import clean_folder, read_roots


def module_names(root: Path, paths: Sequence[str], package_dirs: Sequence[str] = ()) -> dict[str, str]:
    """Path → dotted name, for each of *paths* in their order. *paths* are all the project's files."""
    packages = frozenset(_folder(path) for path in paths if _stem(path) == "__init__")
    roots = _source_roots(root, paths, package_dirs, packages)
    return {path: _name(path, roots, packages) for path in paths}


_SETTINGS = ("pyproject.toml", "setup.cfg", "setup.py")


def _source_roots(
    root: Path, paths: Iterable[str], package_dirs: Iterable[str], packages: Collection[str]
) -> dict[str, str]:
    """Folder → the package that it is (``""``: it holds top-level ones), for all source roots that are known."""
    folders = {parent for path in paths for parent in _parents(path)}
    roots: dict[str, str] = {}
    for project in sorted(folders | {""}):
        if not project or any((root / project / name).is_file() for name in _SETTINGS):
            stated = {_join(project, folder): package for folder, package in read_roots(root / project).items()}
            if (source := _join(project, "src")) in folders and source not in packages:
                stated.setdefault(source, "")
            roots |= stated
    chosen = (clean_folder(folder) for folder in package_dirs)
    return roots | {folder: "" for folder in chosen if folder is not None}


def _name(path: str, roots: Mapping[str, str], packages: Collection[str]) -> str:
    known = next((folder for folder in reversed(_parents(path)) if folder in roots), None)
    root = _above_the_package(path, packages) if known is None else known
    inside = path[len(root) :].lstrip("/")
    parts = [part.replace(".", "-") for part in _folder(inside).split("/") if part]  # "v1.0" is no package "v1"
    if parts and path.endswith(".pyi"):
        parts[0] = parts[0].removesuffix("-stubs")  # PEP 561: shop-stubs/cart.pyi describes shop.cart
    if known is not None and roots[known]:
        parts.insert(0, roots[known])
    if (stem := _stem(path)) != "__init__" or not parts:
        parts.append(stem.replace(".", "-"))
    return ".".join(parts)


def _above_the_package(path: str, packages: Collection[str]) -> str:
    """The folder above the topmost of the packages around the file; the project's top if it is in none.

    The top itself is never taken for a package: what its name would be to others can't be seen from inside.
    """
    folders = [folder for folder in reversed(_parents(path)) if folder]
    inner = next((index for index, folder in enumerate(folders) if folder in packages), None)
    if inner is None:
        return ""
    return next((folder for folder in folders[inner:] if folder not in packages), "")


def _parents(path: str) -> tuple[str, ...]:
    """The folders around a file, from the top: ``("", "a", "a/b")`` for ``a/b/c.py``."""
    parts = path.split("/")[:-1]
    return ("", *accumulate(parts, lambda folder, part: f"{folder}/{part}"))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
