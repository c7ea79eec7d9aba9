"""A closed pipe, a stream that can't spell an arrow, and a progress bar for those who wait."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest
from rich.console import Console

from awaitify.cli import progress
from awaitify.cli.progress import progress_bar
from awaitify.cli.screen import Color, open_screen, show
from awaitify.failure import UsageError
from awaitify.review.text import Style

_ROOT = Path(__file__).parents[2]
_PRINTER = """
import sys
from awaitify.cli.screen import Color, open_screen, say, send, show
from awaitify.review.text import Style
screen = open_screen(Color(sys.argv[1]))
for number in range(20_000):
    {statement}
raise SystemExit(4)
"""

_INTERRUPTED = """
import sys
from awaitify.cli.main import main

class Interrupted:
    def find_spec(name, path=None, target=None):
        if name == loading:
            raise KeyboardInterrupt

loading = sys.argv[1]
sys.argv = ["awaitify", "swaps"]
sys.meta_path.insert(0, Interrupted)
main()
"""


def _python(*words: str, out: IO[bytes] | int = subprocess.PIPE, **environment: str) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join([str(_ROOT / "codemods"), str(_ROOT)])
    return subprocess.Popen(
        [sys.executable, *words],
        stdout=out,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": paths} | environment,
    )


@pytest.mark.parametrize(
    "statement", ["say('x' * 100)", "send(b'x' * 100)", "show(screen.out, [(('x' * 100, Style.GOOD),)])"]
)
@pytest.mark.parametrize("color", ["never", "always"])
def test_a_reader_that_goes_away_changes_neither_the_exit_code_nor_stderr(statement: str, color: str) -> None:
    with _python("-c", _PRINTER.format(statement=statement), color) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 4


def test_the_module_runs_as_the_command() -> None:
    with _python("-m", "awaitify", "explain", "AW302") as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b"AW302")


@pytest.mark.parametrize("loading", ["typer", "awaitify.cli.app", "awaitify.cli.migrate", "awaitify.catalogue"])
def test_an_interruption_while_it_loads_is_exit_130_without_a_traceback(loading: str) -> None:
    with _python("-c", _INTERRUPTED, loading) as process:
        out, err = process.communicate()
    assert (process.returncode, out, err) == (130, b"", b"awaitify: interrupted\n")


@pytest.mark.parametrize("color", ["never", "always"])
def test_a_stream_that_can_t_spell_a_character_shows_its_number(color: str) -> None:
    code = "import sys; from awaitify.cli.screen import *; from awaitify.review.text import Style\n"
    code += "show(open_screen(Color(sys.argv[1])).out, [(('a → b', Style.PLAIN),)]); say('✓')"
    with _python("-c", code, color, PYTHONIOENCODING="ascii") as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert out.split() == [b"a", b"\\u2192", b"b", b"\\u2713"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", [["explain"], ["explain", "AW302"]])
def test_a_full_disk_is_an_error_and_not_a_crash(command: list[str]) -> None:
    with open("/dev/full", "wb") as full, _python("-m", "awaitify", *command, out=full) as process:
        _, err = process.communicate()
    assert (process.returncode, err) == (2, b"awaitify: can't print: No space left on device\n")


def test_lines_are_never_cut_or_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    for color in (Color.NEVER, Color.ALWAYS):
        show(open_screen(color).out, [(("[bold]x :smile: " * 40, Style.PLAIN),), ()])
        assert capsys.readouterr().out.rstrip() == ("[bold]x :smile: " * 40).rstrip()


def _terminal() -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, force_terminal=True, width=80, _environ={"TERM": "xterm"}), text


def _wait_for(text: io.StringIO, *words: str) -> None:
    end = time.monotonic() + 10
    while not all(word in text.getvalue() for word in words):
        assert time.monotonic() < end, text.getvalue()
        time.sleep(0.01)


def test_a_bar_is_drawn_for_those_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    console, text = _terminal()
    with progress_bar(console) as advance:
        advance("read", 3_000, 7_000)
        _wait_for(text, "read", "3,000/7,000")


def test_a_bar_is_drawn_while_a_stage_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0.05)
    console, text = _terminal()
    with progress_bar(console) as advance:
        advance("plan", 0, 0)
        _wait_for(text, "plan")
    assert "0/0" not in text.getvalue()


def test_no_bar_is_drawn_for_what_is_over_at_once() -> None:
    console, text = _terminal()
    with progress_bar(console) as advance:
        advance("read", 3, 7)
    assert text.getvalue() == ""


def test_no_bar_is_drawn_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    text = io.StringIO()
    with progress_bar(Console(file=text)) as advance:
        advance("read", 3, 7)
    assert text.getvalue() == ""


def test_a_bar_goes_away_when_the_run_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    console, text = _terminal()

    def fail() -> None:
        with progress_bar(console) as advance:
            advance("read", 3, 7)
            _wait_for(text, "3/7")
            raise UsageError("…")

    with pytest.raises(UsageError):
        fail()
    assert text.getvalue().rstrip().endswith("\x1b[2K")
