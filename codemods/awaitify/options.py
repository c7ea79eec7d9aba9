"""What a run is asked to do: the project's settings, then the command line over them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from awaitify.codes import Way, all_codes, find_code
from awaitify.failure import UsageError
from awaitify.names import TWIN_NAMES


class HttpTarget(StrEnum):
    """The library that takes the place of requests; ``auto`` is what the project has already, or httpx."""

    AUTO = "auto"
    HTTPX = "httpx"
    HTTPX2 = "httpx2"


class Formatter(StrEnum):
    """What formats a changed file; ``auto`` is Black where the file was as Black leaves it before."""

    AUTO = "auto"
    BLACK = "black"
    NONE = "none"


Decision = tuple[str, Way]
"""What is decided and how: the key is a code, a place as ``path:line`` or a name."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do. Writing is asked for on the command line only, never by a settings file."""

    targets: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """Libraries whose changed functions are taken along: the path of a JSON file, or the name of a distribution."""
    write: bool = False
    check: bool = False
    allow_dirty: bool = False
    strict: bool = False
    """All or nothing: with a doubt or an undecided stop left, nothing is written."""
    cache: bool = False
    """Whether to go by what earlier runs found out, and to keep what this one does."""
    decide: tuple[Decision, ...] = ()
    on_stop: Way | None = None
    keep_sync: tuple[str, ...] = ()
    keep_both: bool = False
    """Whether everything that must become async stays, and gets an async twin beside it."""
    twin_names: str = TWIN_NAMES
    """How twins are called: ``a{name}``."""
    public: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    http_target: HttpTarget = HttpTarget.AUTO
    format_with: Formatter = Formatter.AUTO
    python: Path | None = None
    """The environment in which the project's dependencies are installed; None: a virtual environment beside it."""
    blocking: tuple[str, ...] = ()
    """What blocks besides what the table has: dotted names or globs."""
    non_blocking: tuple[str, ...] = ()
    """What doesn't block after all."""
    select: tuple[str, ...] = ()
    """The codes, or how they begin, of the findings that are shown; empty for all."""
    ignore: tuple[str, ...] = ()
    """The codes, or how they begin, of findings that aren't shown."""
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """By a glob of paths, the codes that aren't shown in those files."""
    roots: tuple[str, ...] = ()
    """Where chains begin, by name; empty for everywhere."""

    def with_arguments(
        self,
        *,
        targets: Iterable[str] = (),
        sources: Iterable[str] = (),
        write: bool = False,
        check: bool = False,
        allow_dirty: bool = False,
        strict: bool = False,
        cache: bool = False,
        decide: Iterable[Decision] = (),
        on_stop: Way | None = None,
        keep_sync: Iterable[str] = (),
        keep_both: bool = False,
        twin_names: str | None = None,
        http_target: HttpTarget | None = None,
        format_with: Formatter | None = None,
        python: Path | None = None,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        roots: Iterable[str] = (),
    ) -> Options:
        """These options with the command line over them.

        Targets, sources, and codes to select, take the place of the settings'; names to keep sync and codes to ignore are
        added; a decision replaces the one for the same key. Raises UsageError when both ``write`` and ``check`` are asked for.
        """
        if write and check:
            raise UsageError(
                "--write and --check exclude each other: --check says whether --write would change something"
            )
        return replace(
            self,
            targets=tuple(targets) or self.targets,
            sources=tuple(sources) or self.sources,
            write=write,
            check=check,
            allow_dirty=allow_dirty,
            strict=strict or self.strict,
            cache=cache,
            decide=tuple({**dict(self.decide), **dict(decide)}.items()),
            on_stop=on_stop or self.on_stop,
            keep_sync=tuple(dict.fromkeys((*self.keep_sync, *keep_sync))),
            keep_both=keep_both or self.keep_both,
            twin_names=twin_names or self.twin_names,
            http_target=http_target or self.http_target,
            format_with=format_with or self.format_with,
            python=python or self.python,
            select=parse_codes(select, "--select") or self.select,
            ignore=(*self.ignore, *parse_codes(ignore, "--ignore")),
            roots=tuple(roots),
        )


def load_options(root: Path) -> Options:
    """What ``[tool.awaitify]`` in pyproject.toml, or awaitify.toml, says; the defaults where neither is there.

    Raises UsageError, with the place, for what it can't understand.
    """
    own = _read_toml(root / "awaitify.toml")
    shared = _table(_read_toml(root / "pyproject.toml") or {}, "tool", "pyproject.toml")
    if "awaitify" not in shared:
        return Options() if own is None else _options(own, root, "awaitify.toml", "awaitify.toml [decide]")
    if own is not None:
        raise UsageError("awaitify.toml and [tool.awaitify] in pyproject.toml both hold settings: keep one of the two")
    table = _table(shared, "awaitify", "pyproject.toml [tool]")
    return _options(table, root, "pyproject.toml [tool.awaitify]", "pyproject.toml [tool.awaitify.decide]")


def parse_decision(text: str, where: str = "--decide") -> Decision:
    """``AW302=bridge``, ``shop/cart.py:12=await`` or ``shop.cart:Cart.total=keep-sync``. Raises UsageError."""
    key, equals, way = text.rpartition("=")
    if not equals or not key.strip():
        raise UsageError(
            f"{where}: {text!r} is not KEY=WAY, as in AW302=bridge, shop/cart.py:12=await or Cart.total=refuse"
        )
    return decision(key.strip(), way.strip(), where)


def decision(key: str, way: str, where: str) -> Decision:
    """The decision for *key*; a code must exist and offer that way. Raises UsageError."""
    place = f"{where} {key}"
    chosen = parse_way(way, place)
    if not re.fullmatch(r"(?i)AW\d+", key):
        return key, chosen
    try:
        code = find_code(key)
    except KeyError:
        known = [entry.code for entry in all_codes() if entry.ways]
        raise UsageError(f"{place}: there is no code {key}{nearest(key.upper(), known)}") from None
    if chosen not in code.ways:
        raise UsageError(f"{place}: {chosen} is no way out of {code.code}; {_offered(code.ways)}")
    return code.code, chosen


def parse_way(text: str, where: str) -> Way:
    """The way written as *text*. Raises UsageError for one that doesn't exist."""
    try:
        way = Way(text)
    except ValueError:
        known = [way.value for way in Way]
        raise UsageError(f"{where}: there is no way {text!r}{nearest(text, known)}") from None
    return way


def parse_codes(texts: Iterable[str], where: str) -> tuple[str, ...]:
    """The codes, or beginnings of codes, in *texts*, each with commas between them. Raises UsageError for others."""
    found = tuple(code.strip().upper() for text in texts for code in text.split(",") if code.strip())
    known = [entry.code for entry in all_codes()]
    for code in found:
        if not any(other.startswith(code) for other in known):
            raise UsageError(f"{where}: there is no code {code}{nearest(code, known)}")
    return found


def parse_twin_names(text: str, where: str) -> str:
    """How twins are called: ``{name}`` stands once for the function's own name. Raises UsageError."""
    if text.count("{name}") != 1 or text == "{name}" or not text.replace("{name}", "x").isidentifier():
        raise UsageError(
            f"{where}: {text!r} must hold {{name}} once in what becomes a name, as in {TWIN_NAMES} or {{name}}_async"
        )
    return text


def nearest(word: str, known: Collection[str], many: bool = False) -> str:
    """How an error goes on after an unknown word: ``; did you mean 'keep-sync'?``, or all that are known."""
    close = get_close_matches(word, known, n=3 if many else 1, cutoff=0.5)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else f"; known are {', '.join(known)}"


def _offered(ways: tuple[Way, ...]) -> str:
    usable = [way.value for way in ways]
    return f"it offers {', '.join(usable)}" if usable else "it can't be decided, only mended"


_Table = dict[str, object]
_Choice = TypeVar("_Choice", bound=StrEnum)


def _read_toml(path: Path) -> _Table | None:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path.name} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path.name}:{line}: this is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_toml_problem(path.name, str(error))) from error


def _toml_problem(name: str, message: str) -> str:
    # Cannot overwrite a value (at line 3, column 9)
    found = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", message, re.DOTALL)
    return f"{name}:{found[2]}: {found[1]}" if found else f"{name}: {message}"


def _options(table: _Table, root: Path, where: str, where_decided: str) -> Options:
    settings = _Settings({key.replace("_", "-"): value for key, value in table.items()}, where)
    settings.forbid_others()
    return Options(
        targets=settings.strings("targets"),
        sources=settings.sources("from", root),
        strict=settings.flag("strict"),
        decide=settings.decisions("decide", where_decided),
        on_stop=settings.way("on-stop"),
        keep_sync=settings.strings("keep-sync"),
        keep_both=settings.flag("keep-both"),
        twin_names=settings.twin_names("twin-names"),
        public=settings.strings("public"),
        exclude=settings.strings("exclude"),
        http_target=settings.choice("http-target", HttpTarget.AUTO),
        format_with=settings.choice("format-with", Formatter.AUTO),
        python=settings.path("python", root),
        blocking=settings.strings("blocking"),
        non_blocking=settings.strings("non-blocking"),
        select=parse_codes(settings.strings("select"), f"{where} select"),
        ignore=parse_codes(settings.strings("ignore"), f"{where} ignore"),
        per_file_ignores=settings.codes_by_file("per-file-ignores"),
    )


_KEYS = (
    "targets",
    "from",
    "strict",
    "decide",
    "on-stop",
    "keep-sync",
    "keep-both",
    "twin-names",
    "public",
    "exclude",
    "http-target",
    "format-with",
    "python",
    "blocking",
    "non-blocking",
    "select",
    "ignore",
    "per-file-ignores",
)
_COMMAND_LINE_ONLY = ("write", "check", "allow-dirty")


@dataclass(frozen=True, slots=True)
class _Settings:
    """One table of settings, read key by key; ``keep_sync`` and ``keep-sync`` are the same key."""

    table: _Table
    where: str

    def forbid_others(self) -> None:
        for key in self.table:
            if key in _COMMAND_LINE_ONLY:
                raise UsageError(f"{self.where}: {key!r} belongs on the command line: --{key}")
            if key not in _KEYS:
                raise UsageError(f"{self.where}: there is no setting {key!r}{nearest(key, _KEYS)}")

    def strings(self, key: str) -> tuple[str, ...]:
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of strings")
        return tuple(value)

    def sources(self, key: str, root: Path) -> tuple[str, ...]:
        """Files and names of distributions; relative files lie in *root*."""
        named = self.strings(key)
        return tuple(str(root / one) if one.endswith(".json") or "/" in one else one for one in named)

    def flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def way(self, key: str) -> Way | None:
        value = self.table.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._wrong(key, "a string")
        return parse_way(value, f"{self.where} {key}")

    def choice(self, key: str, default: _Choice) -> _Choice:
        value = self.table.get(key, default)
        kind = type(default)
        if not isinstance(value, str) or value not in list(kind):
            raise self._wrong(key, " or ".join(repr(str(one)) for one in kind))
        return kind(value)

    def twin_names(self, key: str) -> str:
        value = self.table.get(key, TWIN_NAMES)
        if not isinstance(value, str):
            raise self._wrong(key, "a string")
        return parse_twin_names(value, f"{self.where} {key}")

    def path(self, key: str, root: Path) -> Path | None:
        """A file or folder; relative ones lie in *root*."""
        value = self.table.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value:
            raise self._wrong(key, "a path")
        return root / value

    def codes_by_file(self, key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """``per-file-ignores = { "tests/*" = ["AW105"] }``"""
        table = self.table.get(key, {})
        if not isinstance(table, dict):
            raise self._wrong(key, 'a table such as { "tests/*" = ["AW105"] }')
        inner = _Settings(table, f"{self.where} {key}")
        return tuple((glob, parse_codes(inner.strings(glob), f"{inner.where} {glob}")) for glob in table)

    def decisions(self, key: str, where: str) -> tuple[Decision, ...]:
        if not isinstance(self.table.get(key, {}), dict):
            raise self._wrong(key, 'a table such as decide = { AW302 = "bridge" }')
        ways = _table(self.table, key, self.where)
        return tuple(decision(name, _string(way, f"{where} {name}"), where) for name, way in ways.items())

    def _wrong(self, key: str, wanted: str) -> UsageError:
        return UsageError(f"{self.where}: {key!r} must be {wanted}, not {self.table[key]!r}")


def _string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{where}: a way must be a string, not {value!r}")
    return value


def _table(parent: _Table, key: str, where: str) -> _Table:
    value = parent.get(key, {})
    if not isinstance(value, dict):
        raise UsageError(f"{where}: {key!r} must be a table, not {value!r}")
    return value
