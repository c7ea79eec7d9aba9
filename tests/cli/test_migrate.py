"""``awaitify migrate``: what is asked of the journey, what goes where, and every exit code."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from awaitify.codes import Way
from awaitify.failure import InternalError, UsageError
from awaitify.options import Formatter, HttpTarget
from awaitify.plan.plan import Plan, Verdict
from awaitify.review.diff import patch
from tests.cli.conftest import Journeys, Run
from tests.review import sample

_GO = ("migrate", "-t", "Portal.get")


def _clean() -> Plan:
    """The plan with everything settled: no stop undecided, no doubt, no failure."""
    plan = sample.plan()
    return replace(
        plan,
        stops=tuple(replace(stop, decided=Way.REFUSE) for stop in plan.stops),
        references=tuple(one for one in plan.references if one.verdict is not Verdict.DOUBT),
        groups=tuple(replace(group, held_by=()) for group in plan.groups),
        failures=(),
    )


def test_a_dry_run_shows_the_plan_and_exits_0(journeys: Journeys, run: Run) -> None:
    journeys.plan = replace(sample.plan(), failures=())
    ended = run(*_GO)
    assert (ended.code, journeys.written) == (0, [])
    assert ended.err.startswith("PLAN  2 functions")
    assert "STOP AW302" in ended.err
    assert "Next  awaitify migrate -t Portal.get --write" in ended.err


def test_without_a_terminal_stdout_gets_the_patch_and_nothing_else(journeys: Journeys, run: Run) -> None:
    journeys.changes = (sample.change("a.py", b"# latin-1 \xe9\r\nf()", b"# latin-1 \xe9\r\nawait f()", "latin-1"),)
    assert run(*_GO).data == patch(journeys.changes)


def test_everything_said_on_the_command_line_reaches_the_journey(journeys: Journeys, run: Run) -> None:
    words = "tasks -t b --on-stop mark --keep-sync x --keep-sync y --strict --http-target httpx --format-with none"
    run(*_GO, *words.split(), "--decide", "aw302=bridge", "--decide", "a.py:1=await", "--allow-dirty", "--write")
    ((path, options),) = journeys.asked
    assert path == Path("tasks")
    assert (options.targets, options.keep_sync) == (("Portal.get", "b"), ("x", "y"))
    assert options.decide == (("AW302", Way.BRIDGE), ("a.py:1", Way.AWAIT))
    assert (options.on_stop, options.http_target, options.format_with) == (Way.MARK, HttpTarget.HTTPX, Formatter.NONE)
    assert (options.strict, options.allow_dirty, options.write, options.check) == (True, True, True, False)


def test_the_next_command_repeats_what_was_typed(journeys: Journeys, run: Run) -> None:
    words = ("tasks", "-t", "*.get", "--decide", "AW205=bridge", "--on-stop", "mark", "--keep-sync", "x y")
    more = ("--http-target", "auto", "--format-with", "none", "--strict", "--allow-dirty")
    assert (
        "awaitify migrate tasks -t '*.get' --decide AW205=bridge --on-stop mark --keep-sync 'x y'"
        " --http-target auto --format-with none --strict --allow-dirty --write\n"
    ) in run("migrate", *words, *more).err.replace("    writes the 1 group that is ready", "")


def test_settings_of_the_project_are_used_and_not_repeated(journeys: Journeys, run: Run) -> None:
    (journeys.root / "pyproject.toml").write_text('[tool.awaitify]\ntargets = ["a:f"]\nkeep-sync = ["b"]')
    ended = run("migrate", "tasks/sync.py")
    ((_, options),) = journeys.asked
    assert (options.targets, options.keep_sync) == (("a:f",), ("b",))
    assert "awaitify migrate tasks/sync.py --write" in ended.err


def test_write_applies_what_is_ready_and_exits_4_when_something_is_held_back(journeys: Journeys, run: Run) -> None:
    ended = run(*_GO, "--write")
    assert (ended.code, len(journeys.written), ended.out) == (4, 1, "")
    assert "1 file written" in ended.err
    assert "held by AW302, AW206" in ended.err


def test_write_exits_0_when_all_is_settled(journeys: Journeys, run: Run) -> None:
    journeys.plan = _clean()
    assert (run(*_GO, "--write").code, len(journeys.written)) == (0, 1)


def test_write_of_nothing_isn_t_called_a_write(journeys: Journeys, run: Run) -> None:
    journeys.plan, journeys.changes = _clean(), ()
    ended = run(*_GO, "--write")
    assert (ended.code, journeys.written) == (0, [])
    assert "nothing written" in ended.err


def test_check_exits_1_when_a_file_would_change_and_shows_no_diff(journeys: Journeys, run: Run) -> None:
    journeys.plan = _clean()
    ended = run(*_GO, "--check")
    assert (ended.code, ended.out, journeys.written) == (1, "", [])


def test_check_exits_0_when_no_file_would_change(journeys: Journeys, run: Run) -> None:
    journeys.plan, journeys.changes = _clean(), ()
    assert run(*_GO, "--check").code == 0


def test_a_file_that_was_not_processed_is_exit_3(journeys: Journeys, run: Run) -> None:
    journeys.plan = replace(_clean(), failures=sample.plan().failures)
    assert run(*_GO).code == 3
    assert run(*_GO, "--write").code == 3
    assert run(*_GO, "--check").code == 3


def test_a_decision_that_is_needed_goes_before_a_file_that_was_not_processed(journeys: Journeys, run: Run) -> None:
    assert run(*_GO, "--write").code == 4
    assert run(*_GO, "--check").code == 4


@pytest.mark.parametrize("action", ["--write", "--check"])
def test_strict_takes_a_doubt_for_a_stop_and_writes_nothing(journeys: Journeys, run: Run, action: str) -> None:
    journeys.plan = replace(_clean(), references=sample.plan().references)
    assert run(*_GO, action).code != 4
    journeys.written.clear()
    ended = run(*_GO, action, "--strict")
    assert (ended.code, journeys.written) == (4, [])
    assert "nothing written" in ended.err


def test_strict_says_why_nothing_was_written(journeys: Journeys, run: Run) -> None:
    assert (
        "nothing was written: --strict, and there are 2 undecided stops and 1 doubt left"
        in run(*_GO, "--write", "--strict").err
    )
    journeys.plan = replace(_clean(), references=sample.plan().references)
    assert "--strict, and there is 1 doubt left" in run(*_GO, "--write", "--strict").err


def test_strict_without_anything_left_writes(journeys: Journeys, run: Run) -> None:
    journeys.plan = _clean()
    assert (run(*_GO, "--write", "--strict").code, len(journeys.written)) == (0, 1)


def test_a_patch_goes_into_its_file_and_not_to_stdout(journeys: Journeys, run: Run) -> None:
    ended = run(*_GO, "--patch", "my.patch")
    assert ended.out == ""
    assert (journeys.root / "my.patch").read_bytes() == patch(journeys.changes)


def test_a_patch_that_can_t_be_written_stops_the_write(journeys: Journeys, run: Run) -> None:
    ended = run(*_GO, "--write", "--patch", "no/such/my.patch")
    assert (ended.code, journeys.written) == (2, [])
    assert "no/such/my.patch can't be written: No such file" in ended.err


def test_json_is_all_that_stdout_gets(journeys: Journeys, run: Run) -> None:
    ended = run(*_GO, "--format", "json")
    report = json.loads(ended.out)
    assert (report["schema"], report["written"], ended.err) == (1, False, "")
    assert "+async def get_weather" in report["changes"][0]["diff"]
    assert json.loads(run(*_GO, "--format", "json", "--write").out)["written"] is True


def test_markdown_is_all_that_stdout_gets(journeys: Journeys, run: Run) -> None:
    ended = run(*_GO, "--format", "markdown")
    assert ended.data.decode().startswith("## awaitify: 2 functions to async")
    assert ended.err == ""


def test_colours_come_when_always_asked_for_and_never_otherwise(
    journeys: Journeys, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = run(*_GO, "--color", "always")
    assert "\x1b[32m+async def get_weather(city):" in ended.out
    assert "\x1b[1mPLAN\x1b[0m" in ended.err
    for color in ("auto", "never"):
        assert "\x1b" not in run(*_GO, "--color", color).out + run(*_GO, "--color", color).err
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in run(*_GO).err
    assert "\x1b[32m" in run(*_GO, "--color", "always").out


def test_without_a_target_scan_finds_what_becomes_async(journeys: Journeys, run: Run) -> None:
    run("migrate")
    assert [options.targets for _, options in journeys.asked] == [()]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["nowhere"], "there is no file or folder 'nowhere'\n"),
        (["api.py:6"], "there is no file or folder 'api.py:6'; to name what becomes async, say -t api.py:6"),
        (["--decide", "AW302"], "--decide: 'AW302' is not KEY=WAY"),
        (
            ["--twin-names", "async"],
            "--twin-names: 'async' must hold {name} once in what becomes a name, as in a{name} or",
        ),
        (["--on-stop", "thred"], "--on-stop: there is no way 'thred'"),
        (["--write", "--check"], "--write and --check exclude each other"),
        (["--http-target", "aiohttp"], "aiohttp"),
        (["--no-such-option"], "--no-such-option"),
    ],
)
def test_what_can_t_be_carried_out_is_exit_2(journeys: Journeys, run: Run, words: list[str], problem: str) -> None:
    ended = run(*_GO, *words)
    assert (ended.code, journeys.asked, ended.out) == (2, [], "")
    assert problem in ended.err


def test_a_usage_error_of_the_journey_is_exit_2_and_shown_as_it_is(journeys: Journeys, run: Run) -> None:
    journeys.failing = UsageError("Portal.get is ambiguous:\n  a:Portal.get\n  b\x1b[1m:Portal.get")
    ended = run(*_GO)
    assert (ended.code, ended.err) == (
        2,
        "awaitify: Portal.get is ambiguous:\n  a:Portal.get\n  b\\x1b[1m:Portal.get\n",
    )


def test_dirty_files_are_exit_2(journeys: Journeys, run: Run) -> None:
    journeys.failing_write = UsageError("api.py has changes that are not committed")
    ended = run(*_GO, "--write")
    assert (ended.code, ended.out, ended.err) == (2, "", "awaitify: api.py has changes that are not committed\n")


@pytest.mark.parametrize(
    "error", [InternalError("a reference is unaccounted for"), KeyError("x"), RecursionError("deep")]
)
def test_an_internal_error_is_exit_70_without_a_traceback(journeys: Journeys, run: Run, error: Exception) -> None:
    journeys.failing = error
    ended = run(*_GO, "--write")
    assert (ended.code, journeys.written, ended.out) == (70, [], "")
    assert ended.err.startswith(f"awaitify: internal error, nothing was written: {type(error).__name__}: ")
    assert "AWAITIFY_DEBUG=1" in ended.err
    assert "Traceback" not in ended.err


def test_the_traceback_comes_when_it_is_asked_for(
    journeys: Journeys, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWAITIFY_DEBUG", "1")
    journeys.failing = InternalError("…")
    assert "Traceback (most recent call last)" in run(*_GO).err


def test_an_interruption_is_exit_130(journeys: Journeys, run: Run) -> None:
    journeys.failing = KeyboardInterrupt()
    ended = run(*_GO)
    assert (ended.code, ended.err) == (130, "awaitify: interrupted\n")
