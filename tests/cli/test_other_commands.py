"""``why``, ``explain``, ``swaps``, ``undo``, and what stands before a command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from awaitify.codes import Way, all_codes
from awaitify.failure import UsageError
from awaitify.options import Options
from awaitify.review.answer import Answer
from awaitify.review.text import plain
from awaitify.review.why_json import why_as_json
from awaitify.review.why_text import as_lines
from tests.cli.conftest import Run, replace_module
from tests.review.answers import answer


@dataclass(frozen=True, slots=True)
class _Swap:
    name: str
    summary: str
    document: str


@dataclass(frozen=True, slots=True)
class _Answers:
    targets: tuple[str, ...]
    answers: tuple[Answer, ...]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path, Options]]:
    """``awaitify.why``, replaced: it gives the same answer twice, and keeps what it was asked."""
    found: list[tuple[str, Path, Options]] = []

    def why(name: str, path: Path, options: Options) -> _Answers:
        found.append((name, path, options))
        return _Answers(options.targets, (answer(), answer()))

    replace_module(monkeypatch, "awaitify.why", why=why)
    return found


def test_why_prints_the_answers_one_below_the_other(run: Run, asked: list[tuple[str, Path, Options]]) -> None:
    ended = run("why", "a:f", "tasks", "-t", "a:g", "--decide", "AW201=mark", "--keep-sync", "a:h")
    assert (ended.code, ended.err) == (0, "")
    once = plain(as_lines(answer()))
    assert ended.out == f"{once}\n{once}"
    ((name, path, options),) = asked
    assert (name, path, options.targets) == ("a:f", Path("tasks"), ("a:g",))
    assert (options.decide, options.keep_sync) == ((("AW201", Way.MARK),), ("a:h",))


def test_why_prints_json(run: Run, asked: list[tuple[str, Path, Options]]) -> None:
    ended = run("why", "a:f", "-t", "a:g", "--format", "json")
    assert ended.out == why_as_json("a:f", ("a:g",), (answer(), answer()))
    assert len(asked) == 1


@pytest.mark.parametrize(("words", "is_coloured"), [((), False), (("--color", "always"), True)])
def test_why_is_coloured_on_demand(
    run: Run, asked: list[tuple[str, Path, Options]], words: tuple[str, ...], is_coloured: bool
) -> None:
    ended = run("why", "a:f", *words)
    assert ("\x1b[" in ended.out) is is_coloured
    assert "├─ " in ended.out
    assert ended.out.endswith("\n")


def test_why_of_an_unknown_name_is_exit_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def why(name: str, path: Path, options: Options) -> _Answers:
        raise UsageError(f"there is no {name}")

    replace_module(monkeypatch, "awaitify.why", why=why)
    ended = run("why", "a:f")
    assert (ended.code, ended.out, ended.err) == (2, "", "awaitify: there is no a:f\n")


def test_explain_tells_a_code_with_its_example_and_ways(run: Run) -> None:
    ended = run("explain", "aw302")
    assert ended.code == 0
    assert ended.out == """\
AW302  a task or hook of a framework that doesn't await calls what becomes async

Celery tasks, Django signals and their like are called synchronously. `bridge` runs the call in
an event loop of its own; where it uses a client that other calls use too, which is bound to one
loop, all Celery tasks that do so run in one loop a worker process, and elsewhere there is no
`bridge`.

before
    @app.task
    def sync_all(): portal.get('/x')

after
    @app.task
    def sync_all(): asyncio.run(portal.get('/x'))

ways out
    keep-both  the sync function stays for this caller, the async one is added beside it  (recommended)
    bridge     the call runs in an event loop of its own: asyncio.run(…)
    mark       a todo comment above the place; all else is converted
    thread     what is called here stays sync, and async code calls it on a thread: asyncio.to_thread(…)
    keep-sync  what is called here stays sync, with all that leads down from it
    refuse     the families that lead here are left out of the plan

Decide with --decide AW302=keep-both, or for good under [tool.awaitify.decide] in pyproject.toml.
"""


@pytest.mark.parametrize("code", [entry.code for entry in all_codes()])
def test_explain_tells_every_code(run: Run, code: str) -> None:
    ended = run("explain", code)
    assert ended.code == 0
    assert ended.out.startswith(f"{code}  ")


def test_explain_of_a_code_without_ways_offers_no_decision(run: Run) -> None:
    assert "--decide" not in run("explain", "AW901").out


def test_explain_without_a_code_lists_all(run: Run) -> None:
    lines = run("explain").out.splitlines()
    assert [line.split()[0] for line in lines] == [entry.code for entry in all_codes()]


@pytest.mark.parametrize(
    ("code", "near"), [("AW3022", "'AW302'"), ("AW30", "AW301, AW302"), ("XYZ9", "known are AW101")]
)
def test_explain_of_an_unknown_code_names_near_ones(run: Run, code: str, near: str) -> None:
    ended = run("explain", code)
    assert (ended.code, ended.out) == (2, "")
    assert f"there is no code {code}" in ended.err
    assert near in ended.err


def test_swaps_lists_the_libraries_and_tells_all_about_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    known = (_Swap("open", "open → aiofiles", "open → aiofiles\n\nMore."), _Swap("requests", "requests → httpx", "…"))
    replace_module(monkeypatch, "awaitify.catalogue", catalogue=lambda: known)
    assert run("swaps").out == "open      open → aiofiles\nrequests  requests → httpx\n"
    assert run("swaps", "open").out == "open → aiofiles\n\nMore.\n"
    ended = run("swaps", "request")
    assert (ended.code, ended.err) == (2, "awaitify: there is no swap 'request'; did you mean 'requests'?\n")


def test_undo_prints_what_it_restored(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_module(monkeypatch, "awaitify.undo", undo=lambda path: ("a.py", "b\x1b.py"))
    ended = run("undo")
    assert (ended.code, ended.out, ended.err) == (0, "a.py\nb\\x1b.py\n", "awaitify: 2 files restored\n")


def test_undo_without_a_write_is_exit_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def undo(path: Path) -> tuple[str, ...]:
        raise UsageError("there is nothing to take back")

    replace_module(monkeypatch, "awaitify.undo", undo=undo)
    assert run("undo").code == 2


def test_help_names_the_commands_and_the_exit_codes(run: Run) -> None:
    text = " ".join(run("--help").out.split())
    assert all(f" {command} " in text for command in ("scan", "migrate", "why", "explain", "swaps", "undo"))
    assert "70 internal error, nothing written" in text


def test_help_says_a_whole_sentence_of_each_command(run: Run) -> None:
    assert "..." not in run("--help").out.partition("Commands:")[2]


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("migrate", "The project, or the part of it that may change."),
        ("why", "The project, or a folder in it."),
        ("undo", "The project, or a folder in it."),
    ],
)
def test_help_says_what_the_path_is(run: Run, command: str, path: str) -> None:
    assert path in " ".join(run(command, "--help").out.split())


def test_version_is_one_line(run: Run) -> None:
    ended = run("--version")
    assert ended.code == 0
    assert ended.out.startswith("awaitify ")
    assert ended.out.count("\n") == 1


def test_an_unknown_command_is_exit_2(run: Run) -> None:
    assert run("migrat").code == 2
