"""Where do the modules of a Python environment lie? Its folders are looked at; nothing of it is imported or run."""

from __future__ import annotations

import ast
import os
import re
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from awaitify.failure import UsageError

_WANTED = "wanted is an interpreter, the folder of a virtual environment, or a site-packages folder"
_INTERPRETER = re.compile(r"(?i)(?:python|pypy)(?:3)?(?:\.(\d+))?(?:t|w)?(?:\.exe)?")
_SITES = ("site-packages", "dist-packages")
_COMPILED = (".so", ".pyd")


@dataclass(frozen=True, slots=True)
class Located:
    """The files of one module: its source and its stub, and the folders that its submodules lie in."""

    source: Path | None = None
    stub: Path | None = None
    compiled: bool = False
    """Whether it is machine code, so that a stub is all there is to read."""
    inside: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Library:
    """The folders in which a Python finds its modules: its own first, then what is installed."""

    folders: tuple[Path, ...]
    mapped: tuple[tuple[str, Path], ...] = ()
    """Top-level packages that an editable install keeps elsewhere."""
    label: str = ""
    """How the environment was named; empty when there is none but Python's own modules."""

    def find(self, name: str) -> Located | None:
        """The files of the module with the dotted *name*; None when there is no such module.

        A ``pkg-stubs`` distribution goes before the stubs in the package itself, as type checkers have it.
        """
        parts = name.split(".")
        if not all(part.isidentifier() for part in parts):
            return None
        mapped = dict(self.mapped).get(parts[0])
        first = _look((mapped.parent,), mapped.name) if mapped is not None else _look(self.folders, parts[0])
        found = _follow(first, parts[1:])
        stub = _follow(_look(self.folders, f"{parts[0]}-stubs"), parts[1:])
        if stub is None:
            return found
        return replace(found or stub, stub=stub.stub or (found.stub if found else None))


def this_python() -> Library:
    """The standard library of the Python that awaitify runs on, and nothing that is installed in it."""
    return Library((Path(sysconfig.get_path("stdlib")),))


def open_environment(path: Path) -> Library:
    """The modules of the environment that *path* names: an interpreter, a virtual environment or a site-packages folder.

    Raises UsageError when it is none of these.
    """
    if not path.exists():
        raise UsageError(f"there is no Python environment {str(path)!r}; {_WANTED}")
    # not resolved: the interpreter of a virtual environment is a link that leads out of it
    library = _of_folder(path.absolute()) if path.is_dir() else _of_interpreter(path.absolute())
    if library is None:
        raise UsageError(f"{str(path)!r} is no Python environment; {_WANTED}")
    return replace(library, label=str(path))


def find_library(root: Path, python: Path | None) -> Library:
    """The code around the project at *root*: the environment *python*, else the one beside the project, else Python alone.

    Raises UsageError when *python* is no environment.
    """
    return open_environment(python) if python is not None else _beside(root) or this_python()


def _beside(root: Path) -> Library | None:
    """The virtual environment in the project's top folder, ``.venv`` or ``venv``, when there is one."""
    for name in (".venv", "venv"):
        if (root / name / "pyvenv.cfg").is_file() and (library := _of_folder(root / name)) is not None:
            return replace(library, label=name)
    return None


def _of_folder(folder: Path) -> Library | None:
    if (folder / "pyvenv.cfg").is_file():
        return _of_venv(folder)
    if _is_site(folder):
        return _of_site(folder)
    return _of_prefix(folder, None)


def _of_interpreter(path: Path) -> Library | None:
    named = _INTERPRETER.fullmatch(path.name)
    if named is None:
        return None
    for folder in (path.parent.parent, path.parent):
        if (folder / "pyvenv.cfg").is_file():
            return _of_venv(folder)
    real = path.resolve()
    named = _INTERPRETER.fullmatch(real.name) or named
    prefixes = (path.parent.parent, path.parent, real.parent.parent, real.parent)
    return next((found for prefix in prefixes if (found := _of_prefix(prefix, named[1]))), None)


def _of_venv(folder: Path) -> Library | None:
    settings = _read_cfg(folder / "pyvenv.cfg")
    minor = _minor(settings.get("version") or settings.get("version_info") or "")
    sites = _sites(folder, minor)
    if not sites:
        return None
    homes = _homes(Path(settings["home"]), minor) if "home" in settings else []
    stdlib = next((found for home in homes for found in _stdlibs(home, minor)), None)
    if settings.get("include-system-site-packages", "").lower() == "true":
        sites += [site for home in homes for site in _sites(home, minor) if site not in sites]
    return _library(stdlib, sites)


def _homes(home: Path, minor: str | None) -> list[Path]:
    """Where the Python may be installed whose interpreter lies in *home*."""
    interpreter = home / (f"python3.{minor}" if minor else "python3")
    homes = [home.parent, home]
    return [*homes, interpreter.resolve().parent.parent] if interpreter.exists() else homes


def _of_prefix(prefix: Path, minor: str | None) -> Library | None:
    """An installed Python, or a conda environment: ``prefix/lib/python3.12/os.py``."""
    stdlib = next(_stdlibs(prefix, minor), None)
    if stdlib is None:
        return None
    return _library(stdlib, _sites(prefix, minor or _minor(stdlib.name)))


def _of_site(site: Path) -> Library:
    """A site-packages folder alone; the standard library is the one that belongs to it, where that can be seen."""
    if (site.parent / "os.py").is_file():
        return _library(site.parent, [site])
    for folder in site.parents[:4]:
        if (folder / "pyvenv.cfg").is_file() and (found := _of_venv(folder)) is not None and site in found.folders:
            return found
    return _library(None, [site])


def _is_site(folder: Path) -> bool:
    return folder.name in _SITES or any(folder.glob("*.dist-info"))


def _stdlibs(prefix: Path, minor: str | None) -> Iterator[Path]:
    for folder in (*_versioned(prefix, minor), prefix / "Lib"):
        if (folder / "os.py").is_file():
            yield folder


def _sites(prefix: Path, minor: str | None) -> list[Path]:
    versioned = [*_versioned(prefix, minor), *_versioned(prefix / "local", minor), prefix / "lib" / "python3"]
    folders = [folder / name for folder in (*versioned, prefix / "Lib") for name in _SITES]
    # lib64 is a link to lib
    return list({folder.resolve(): folder for folder in reversed(folders) if folder.is_dir()}.values())[::-1]


def _versioned(prefix: Path, minor: str | None) -> list[Path]:
    """``lib/python3.12``; the newest first where the version isn't known."""
    kinds = [prefix / lib / name for lib in ("lib", "lib64") for name in ("python3.", "pypy3.")]
    if minor:
        return [kind.with_name(kind.name + minor) for kind in kinds]
    found = [path for kind in kinds for path in kind.parent.glob(f"{kind.name}*") if _minor(path.name)]
    return sorted(found, key=lambda path: -int(_minor(path.name) or 0))


def _minor(text: str) -> str | None:
    # python3.12, 3.12.4
    found = re.search(r"3\.(\d+)", text)
    return found[1] if found else None


def _read_cfg(path: Path) -> dict[str, str]:
    """The ``key = value`` lines of a pyvenv.cfg."""
    pairs = (line.partition("=") for line in _lines(path))
    return {key.strip().lower(): value.strip() for key, equals, value in pairs if equals}


def _library(stdlib: Path | None, sites: list[Path]) -> Library:
    stdlib = stdlib or this_python().folders[0]
    elsewhere = [folder for site in sites for folder in _from_pth(site)]
    mapped = chain.from_iterable(_from_finders(site) for site in sites)
    return Library(tuple(dict.fromkeys([stdlib, *sites, *elsewhere])), tuple(mapped))


def _from_pth(site: Path) -> Iterator[Path]:
    """The folders that ``.pth`` files name. Their ``import`` lines are code: they are passed over."""
    for file in sorted(site.glob("*.pth")):
        for line in map(str.strip, _lines(file)):
            if line and not line.startswith(("#", "import ", "import\t")):
                folder = site / line
                if folder.is_dir():
                    yield folder


def _from_finders(site: Path) -> Iterator[tuple[str, Path]]:
    """What setuptools' editable installs say: ``MAPPING: dict[str, str] = {'shop': '/home/me/shop/shop'}``."""
    for file in sorted(site.glob("__editable___*_finder.py")):
        for line in _lines(file):
            if found := re.match(r"MAPPING\b[^={]*=\s*(\{.*\})\s*$", line):
                yield from _pairs(found[1])


def _pairs(text: str) -> Iterator[tuple[str, Path]]:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return
    for name, folder in value.items() if isinstance(value, dict) else ():
        if isinstance(name, str) and isinstance(folder, str):
            yield name, Path(folder)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []


def _follow(found: Located | None, parts: list[str]) -> Located | None:
    for part in parts:
        if found is None:
            return None
        found = _look(found.inside, part)
    return found


def _look(folders: tuple[Path, ...], part: str) -> Located | None:
    """The module or package *part* in the first of *folders* that has it; folders without ``__init__.py`` make one together."""
    loose: list[Path] = []
    for folder in folders:
        package = folder / part
        if located := _files(package / "__init__", (package,)) or _files(package, ()):
            return located
        if package.is_dir():
            loose.append(package)
    return Located(inside=tuple(loose)) if loose else None


def _files(stem: Path, inside: tuple[Path, ...]) -> Located | None:
    source, stub = stem.with_name(f"{stem.name}.py"), stem.with_name(f"{stem.name}.pyi")
    has_source, has_stub = source.is_file(), stub.is_file()
    compiled = not has_source and _is_compiled(stem)
    if not (has_source or has_stub or compiled):
        return None
    return Located(source if has_source else None, stub if has_stub else None, compiled, inside)


def _is_compiled(stem: Path) -> bool:
    try:
        beside = os.listdir(stem.parent)
    except OSError:
        return False
    return any(name.partition(".")[0] == stem.name and os.path.splitext(name)[1] in _COMPILED for name in beside)
