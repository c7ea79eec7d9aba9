"""One case of ``fixtures/``: a small program, what is asked of it and what comes of it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from awaitify.failure import UsageError
from awaitify.names import TWIN_NAMES
from awaitify.options import Formatter, HttpTarget, Options, decision, parse_way

FIXTURES = Path(__file__).parent.parent / "fixtures"


@dataclass(frozen=True, slots=True)
class ExpectedStop:
    """A stop at ``path:line``, as the case lists it."""

    at: str
    code: str


@dataclass(frozen=True, slots=True)
class ExpectedNote:
    """A note on what changes at run time: its place, and words that stand in it."""

    at: str
    words: str


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """A blocking call that scan finds: where, what, and the names of the chain that leads there from *entry*."""

    at: str
    code: str
    call: str
    entry: str
    chain: tuple[str, ...]
    others: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A command that prints the same before and after."""

    command: str
    prints: str
    needs: tuple[str, ...] = ()
    """The modules without which it can't be run, where it isn't sure that they are installed."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of them that aren't installed here."""
        return tuple(module for module in self.needs if find_spec(module) is None)


@dataclass(frozen=True, slots=True)
class Case:
    """What ``case.toml`` says of the two programs beside it."""

    folder: Path
    summary: str
    options: Options
    stops: tuple[ExpectedStop, ...]
    run: Run | None
    notes: tuple[ExpectedNote, ...] | None = None
    """All that changes at run time; None where the case doesn't say."""
    findings: tuple[ExpectedFinding, ...] = ()
    """All that scan finds, in a case of the area ``scan``."""

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def before(self) -> Path:
        return self.folder / "before"

    @property
    def after(self) -> Path:
        """The program that comes out; the one that went in where nothing may change."""
        after = self.folder / "after"
        return after if after.exists() else self.before


def all_cases() -> tuple[Case, ...]:
    """Every case of a program that is migrated, by name."""
    return tuple(load_case(file.parent) for file in sorted(FIXTURES.glob("*/*/case.toml")) if not _is_scanned(file))


def scan_cases() -> tuple[Case, ...]:
    """Every case of a program that is scanned, by name."""
    return tuple(load_case(file.parent) for file in sorted(FIXTURES.glob("*/*/case.toml")) if _is_scanned(file))


def _is_scanned(file: Path) -> bool:
    return file.parent.parent.name == "scan"


def load_case(folder: Path) -> Case:
    """Read a case. Raises UsageError for a key that means nothing or a value that can't be meant."""
    where = f"{folder.parent.name}/{folder.name}/case.toml"
    table = _Table(tomllib.loads((folder / "case.toml").read_text("utf-8")), where)
    table.allow("summary", "targets", "keep_sync", "decide", "options", "stop", "run", "note", "finding")
    run = table.table("run") if "run" in table.values else None
    return Case(
        folder=folder,
        summary=table.text("summary"),
        options=_options(table),
        stops=tuple(_stop(stop) for stop in table.tables("stop")),
        run=None if run is None else _run(run),
        notes=tuple(map(_note, table.tables("note"))) if "note" in table.values else None,
        findings=tuple(map(_finding, table.tables("finding"))),
    )


def files_of(program: Path) -> dict[str, bytes]:
    """The files of a program by their path; caches and the like are none of it."""
    return {
        path.relative_to(program).as_posix(): path.read_bytes()
        for path in sorted(program.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of TOML, read key by key; *where* it stands is for the errors."""

    values: dict[str, object]
    where: str

    def allow(self, *keys: str) -> None:
        for key in self.values:
            if key not in keys:
                raise UsageError(f"{self.where}: there is no key {key!r}; known are {', '.join(keys)}")

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str):
            raise UsageError(f"{self.where}: {key!r} must be a string, not {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UsageError(f"{self.where}: {key!r} must be a list of strings, not {value!r}")
        return tuple(value)

    def table(self, key: str) -> _Table:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise UsageError(f"{self.where}: {key!r} must be a table, not {value!r}")
        return _Table(value, f"{self.where} [{key}]")

    def tables(self, key: str) -> tuple[_Table, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise UsageError(f"{self.where}: {key!r} must be written [[{key}]]")
        return tuple(_Table(item, f"{self.where} [[{key}]]") for item in value)


def _options(table: _Table) -> Options:
    decide = table.table("decide")
    typed = _typed(table.texts("options"), table.where)
    return Options(
        targets=table.texts("targets"),
        keep_sync=table.texts("keep_sync"),
        decide=tuple(decision(key, decide.text(key), decide.where) for key in decide.values),
        strict="--strict" in typed,
        keep_both="--keep-both" in typed,
        twin_names=typed.get("--twin-names", TWIN_NAMES),
        on_stop=parse_way(typed["--on-stop"], table.where) if "--on-stop" in typed else None,
        http_target=HttpTarget(typed.get("--http-target", "auto")),
        format_with=Formatter(typed.get("--format-with", "auto")),
    )


def _typed(words: tuple[str, ...], where: str) -> dict[str, str]:
    # --on-stop mark --strict
    typed: dict[str, str] = {}
    rest = list(words)
    while rest:
        name = rest.pop(0)
        if name in ("--strict", "--keep-both"):
            typed[name] = ""
        elif name in ("--on-stop", "--http-target", "--format-with", "--twin-names") and rest:
            typed[name] = rest.pop(0)
        else:
            raise UsageError(f"{where}: {name!r} is no option that a case can give")
    return typed


def _stop(table: _Table) -> ExpectedStop:
    table.allow("at", "code")
    return ExpectedStop(table.text("at"), table.text("code"))


def _note(table: _Table) -> ExpectedNote:
    table.allow("at", "words")
    return ExpectedNote(table.text("at"), table.text("words"))


def _finding(table: _Table) -> ExpectedFinding:
    table.allow("at", "code", "call", "entry", "chain", "others")
    others = table.values.get("others", 0)
    if not isinstance(others, int):
        raise UsageError(f"{table.where}: 'others' must be a number, not {others!r}")
    at, code, call, entry = (table.text(key) for key in ("at", "code", "call", "entry"))
    return ExpectedFinding(at, code, call, entry, table.texts("chain"), others)


def _run(table: _Table) -> Run:
    table.allow("command", "prints", "needs")
    return Run(table.text("command"), table.text("prints"), table.texts("needs"))
