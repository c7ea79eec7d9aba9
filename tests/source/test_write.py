"""How a set of files get their new bytes: all of them, or none."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from awaitify.source import write
from awaitify.source.journal import Recovered, read_journals, state_folder
from awaitify.source.lock import locked
from awaitify.source.refusal import Busy, HalfWritten, NotWritten, Stale
from awaitify.source.replace import put_in_place
from awaitify.source.write import recover, undo, write_set


@dataclass(frozen=True, slots=True)
class Change:
    path: str
    old: bytes
    new: bytes


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AWAITIFY_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def changes(root: Path, *names: str) -> list[Change]:
    """Files that are on disk with their old bytes, and what they are to become."""
    made = [Change(name, b"old " + name.encode(), b"new " + name.encode()) for name in names]
    for change in made:
        (root / change.path).parent.mkdir(parents=True, exist_ok=True)
        (root / change.path).write_bytes(change.old)
    return made


def contents(root: Path) -> dict[str, bytes]:
    """Every file there is, so that a forgotten temporary one shows."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def olds(made: list[Change]) -> dict[str, bytes]:
    return {change.path: change.old for change in made}


def news(made: list[Change]) -> dict[str, bytes]:
    return {change.path: change.new for change in made}


def failing(after: int, real: Callable[..., object], error: BaseException) -> Callable[..., object]:
    """*real*, which raises *error* from the call after *after* on."""
    calls = 0

    def call(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise error
        return real(*arguments)

    return call


# writing


def test_all_files_are_written_and_nothing_else_is_left(root: Path) -> None:
    made = changes(root, "a.py", "shop/cart.py", "shop/db/pool.py")
    assert write_set(root, made) == ("a.py", "shop/cart.py", "shop/db/pool.py")
    assert contents(root) == news(made)


def test_a_file_that_stays_the_same_is_not_touched(root: Path) -> None:
    made = [*changes(root, "a.py"), Change("same.py", b"x", b"x")]
    (root / "same.py").write_bytes(b"x")
    os.utime(root / "same.py", (1, 1))
    assert write_set(root, made) == ("a.py",)
    assert (root / "same.py").stat().st_mtime == 1


def test_writing_nothing_does_not_forget_what_can_be_undone(root: Path) -> None:
    write_set(root, changes(root, "a.py"))
    assert write_set(root, ()) == ()
    assert undo(root) == ("a.py",)


@pytest.mark.parametrize(
    "data", [b"a\r\nb\r\n", b"\xef\xbb\xbfx\n", b"# coding: latin-1\nx = '\xe4'\n", b"x", b"a\rb\n"]
)
def test_the_bytes_are_written_as_they_are(root: Path, data: bytes) -> None:
    (root / "a.py").write_bytes(b"old")
    write_set(root, [Change("a.py", b"old", data)])
    assert (root / "a.py").read_bytes() == data
    write_set(root, [Change("a.py", data, b"newer")])
    undo(root)
    assert (root / "a.py").read_bytes() == data


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600])
def test_the_mode_is_kept(root: Path, mode: int) -> None:
    made = changes(root, "a.py")
    (root / "a.py").chmod(mode)
    write_set(root, made)
    assert (root / "a.py").stat().st_mode & 0o777 == mode
    undo(root)
    assert (root / "a.py").stat().st_mode & 0o777 == mode


def test_a_hard_link_is_broken_and_its_other_name_keeps_the_old_bytes(root: Path, tmp_path: Path) -> None:
    made = changes(root, "a.py")
    os.link(root / "a.py", tmp_path / "other.py")
    write_set(root, made)
    assert (tmp_path / "other.py").read_bytes() == made[0].old


def test_odd_names_are_written(root: Path) -> None:
    made = changes(root, "-rf.py", "new\nline.py", "ü.py", "x" * 252 + ".py")
    write_set(root, made)
    assert contents(root) == news(made)
    undo(root)
    assert contents(root) == olds(made)


# what is refused


def test_if_one_file_is_stale_none_is_written(root: Path) -> None:
    made = changes(root, "a.py", "b.py", "c.py", "d.py")
    (root / "b.py").write_bytes(b"edited")
    (root / "d.py").unlink()
    with pytest.raises(Stale) as caught:
        write_set(root, made)
    assert caught.value.paths == ("b.py", "d.py")
    assert contents(root) == {"a.py": b"old a.py", "b.py": b"edited", "c.py": b"old c.py"}


def test_a_file_saved_while_the_set_is_written_is_kept_and_the_others_are_put_back(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = changes(root, "a.py", "b.py")
    real = put_in_place

    def save_first(temporary: Path, target: Path, expected: str) -> bool:
        if target.name == "b.py":
            target.write_bytes(b"saved")
        return real(temporary, target, expected)

    monkeypatch.setattr(write, "put_in_place", save_first)
    with pytest.raises(Stale, match=r"b\.py"):
        write_set(root, made)
    assert contents(root) == {"a.py": b"old a.py", "b.py": b"saved"}


@pytest.mark.parametrize("path", ["../secret.py", "link.py", "folder/secret.py"])
def test_a_path_that_leaves_the_project_is_refused(root: Path, tmp_path: Path, path: str) -> None:
    made = changes(root, "a.py")
    (tmp_path / "secret.py").write_bytes(b"old")
    (root / "link.py").symlink_to("../secret.py")
    (root / "folder").symlink_to("..")
    with pytest.raises(NotWritten, match="outside"):
        write_set(root, [*made, Change(path, b"old", b"new")])
    assert (tmp_path / "secret.py").read_bytes() == b"old"
    assert (root / "a.py").read_bytes() == made[0].old


def test_an_absolute_path_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_bytes(b"old")
    with pytest.raises(NotWritten, match="outside"):
        write_set(root, [Change(str(tmp_path / "secret.py"), b"old", b"new")])


def test_what_a_link_in_the_project_points_to_is_written_and_the_link_stays(root: Path) -> None:
    changes(root, "shop/real.py")
    (root / "link.py").symlink_to("shop/real.py")
    write_set(root, [Change("link.py", b"old shop/real.py", b"new")])
    assert (root / "link.py").is_symlink()
    assert (root / "shop/real.py").read_bytes() == b"new"
    assert undo(root) == ("shop/real.py",)
    assert (root / "link.py").read_bytes() == b"old shop/real.py"


def test_two_names_of_one_file_must_agree(root: Path) -> None:
    made = changes(root, "a.py")
    (root / "link.py").symlink_to("a.py")
    with pytest.raises(NotWritten, match="second name"):
        write_set(root, [*made, Change("link.py", made[0].old, b"something else")])
    write_set(root, [*made, Change("link.py", made[0].old, made[0].new)])
    assert (root / "a.py").read_bytes() == made[0].new


def test_a_folder_or_a_pipe_is_refused(root: Path) -> None:
    (root / "folder.py").mkdir()
    os.mkfifo(root / "pipe.py")
    for path in ("folder.py", "pipe.py"):
        with pytest.raises(NotWritten, match="not a regular file"):
            write_set(root, [Change(path, b"", b"new")])


def test_a_read_only_file_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = changes(root, "a.py")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # root may write everywhere
    with pytest.raises(NotWritten, match="read-only"):
        write_set(root, made)


def test_two_runs_at_once_are_one_too_many(root: Path) -> None:
    made = changes(root, "a.py")
    with locked(state_folder(root)), pytest.raises(Busy, match=str(os.getpid())):
        write_set(root, made)
    assert contents(root) == olds(made)
    write_set(root, made)


def test_two_projects_do_not_wait_for_each_other(root: Path, tmp_path: Path) -> None:
    with locked(state_folder(tmp_path)):
        write_set(root, changes(root, "a.py"))


# what fails half-way


def test_without_a_place_for_the_journal_nothing_is_written(root: Path, state: Path) -> None:
    made = changes(root, "a.py")
    state.write_text("a file, where a folder should be")
    with pytest.raises(NotWritten, match="state"):
        write_set(root, made)
    assert contents(root) == olds(made)


def test_if_a_rename_fails_the_files_before_it_are_put_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = changes(root, "a.py", "b.py", "c.py")
    monkeypatch.setattr(write, "put_in_place", failing(2, put_in_place, OSError(5, "Input/output error", "c.py")))
    with pytest.raises(NotWritten, match=r"c\.py: Input/output error"):
        write_set(root, made)
    assert contents(root) == olds(made)
    assert read_journals(root) == ()


def test_an_interrupt_puts_the_files_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = changes(root, "a.py", "b.py", "c.py")
    monkeypatch.setattr(write, "put_in_place", failing(1, put_in_place, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        write_set(root, made)
    assert contents(root) == olds(made)


def test_if_putting_back_fails_too_the_next_run_does_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = changes(root, "a.py", "b.py")
    with monkeypatch.context() as patch:
        patch.setattr(write, "put_in_place", failing(1, put_in_place, OSError(5, "broken")))
        patch.setattr("awaitify.source.journal.prepare", failing(0, print, OSError(28, "No space left on device")))
        with pytest.raises(HalfWritten, match="No space left"):
            write_set(root, made)
        assert (root / "a.py").read_bytes() == made[0].new
    assert recover(root) == Recovered(("a.py",))
    assert contents(root) == olds(made)


def test_a_full_disk_leaves_every_file_as_it_was(root: Path) -> None:
    made = changes(root, "a.py", "b.py", "c.py")
    made[1] = Change("b.py", made[1].old, b"#" * 100_000)
    program = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n    write_set(root, changes)\n"
        "except NotWritten as error:\n    print(error)\n"
    )
    assert "File too large" in run_child(root, made, program)
    assert contents(root) == olds(made)
    assert recover(root) == Recovered()


def run_child(root: Path, made: list[Change], program: str) -> str:
    done = subprocess.run(child_command(root, made, program), check=True, capture_output=True, text=True)
    return done.stdout


def child_command(root: Path, made: list[Change], program: str) -> list[str]:
    preface = (
        "from collections import namedtuple\nfrom pathlib import Path\nimport os, signal\n"
        "from awaitify.source import journal, write\n"
        "from awaitify.source.write import NotWritten, undo, write_set\n"
        "Change = namedtuple('Change', 'path old new')\n"
        f"root = Path({str(root)!r})\n"
        f"changes = [Change(*each) for each in {[(each.path, each.old, each.new) for each in made]!r}]\n"
    )
    return [sys.executable, "-c", preface + program]


# being killed


KILL_AT = """
import sys
calls = 0
def watch(frame, event, argument):
    global calls
    if event == "c_call" and frame.f_globals.get("__name__", "").startswith("awaitify.source"):
        calls += 1
        if calls == %d:
            os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(watch)
write_set(root, changes)
%s
sys.setprofile(None)
print("done")
"""
"""Dies before the n-th call that our own code makes into the system."""


@pytest.mark.slow
@pytest.mark.parametrize("then", ["", "undo(root)"])
def test_killed_at_any_step_all_files_are_old_or_all_are_new_after_recovery(root: Path, state: Path, then: str) -> None:
    made = changes(root, "a.py", "shop/b.py")
    seen = set[str]()
    for step in range(1, 10_000, 3):
        for folder in (root, state):
            shutil.rmtree(folder, ignore_errors=True)
        changes(root, "a.py", "shop/b.py")
        done = subprocess.run(child_command(root, made, KILL_AT % (step, then)), capture_output=True, text=True)
        assert all(data in (b"old " + path.encode(), b"new " + path.encode()) for path, data in real_files(root))
        recover(root)
        assert contents(root) in (olds(made), news(made)), f"after {step} steps"
        seen.add("old" if contents(root) == olds(made) else "new")
        write_set(root, [Change(path, data, b"more") for path, data in contents(root).items()])
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert seen == {"old", "new"}


def real_files(root: Path) -> Iterator[tuple[str, bytes]]:
    return ((path, data) for path, data in contents(root).items() if path.endswith(".py"))


@pytest.mark.slow
def test_killed_at_any_moment_all_files_are_old_or_all_are_new_after_recovery(root: Path, state: Path) -> None:
    names = [f"f{number}.py" for number in range(40)]
    for attempt in range(15):
        for folder in (root, state):
            shutil.rmtree(folder, ignore_errors=True)
        made = changes(root, *names)
        child = subprocess.Popen(child_command(root, made, "print(1, flush=True)\nwrite_set(root, changes)"), stdout=-1)
        with child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(attempt * 0.004)
            child.kill()
        recover(root)
        assert contents(root) in (olds(made), news(made))


def leave_open(root: Path, monkeypatch: pytest.MonkeyPatch, made: list[Change]) -> None:
    """As a run leaves it that is killed after its last rename."""

    def killed(*_: object) -> NoReturn:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(write, "finish", killed)
        patch.setattr(write, "_take_back", killed)
        with pytest.raises(SystemExit):
            write_set(root, made)


def test_recovery_sweeps_temporary_files_and_spares_others(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = changes(root, "shop/a.py")
    leave_open(root, monkeypatch, made)
    (root / "shop/.awaitify-x1.tmp").touch()
    (root / "shop/other.tmp").touch()
    assert recover(root) == Recovered(("shop/a.py",))
    assert contents(root) == {**olds(made), "shop/other.tmp": b""}


def test_recovery_spares_what_was_edited_since_and_keeps_its_old_bytes(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = changes(root, "a.py", "b.py")
    leave_open(root, monkeypatch, made)
    (root / "b.py").write_bytes(b"edited")
    recovered = recover(root)
    assert (recovered.restored, recovered.left) == (("a.py",), ("b.py",))
    assert (root / "b.py").read_bytes() == b"edited"
    assert (recovered.backups[0] / "1").read_bytes() == made[1].old
    assert recover(root) == Recovered()


def test_recovery_does_not_follow_a_link_that_has_come_since(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = changes(root, "shop/a.py")
    leave_open(root, monkeypatch, made)
    (root / "shop").rename(tmp_path / "elsewhere")
    (root / "shop").symlink_to("../elsewhere")
    assert recover(root).left == ("shop/a.py",)
    assert (tmp_path / "elsewhere/a.py").read_bytes() == made[0].new


def test_the_next_write_recovers_first(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = changes(root, "a.py")
    leave_open(root, monkeypatch, made)
    write_set(root, [Change("a.py", made[0].old, b"newer")])
    assert undo(root) == ("a.py",)
    assert contents(root) == olds(made)


def test_recovery_where_nothing_was_ever_written_leaves_no_trace(root: Path, state: Path) -> None:
    assert recover(root) == Recovered()
    assert not state.exists()


def test_a_damaged_journal_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_open(root, monkeypatch, changes(root, "a.py"))
    manifest = state_folder(root) / "1/manifest.json"
    content = json.loads(manifest.read_text())
    for damaged in ("{", "[]", json.dumps({**content, "files": [1]}), json.dumps({**content, "state": "?"})):
        manifest.write_text(damaged)
        with pytest.raises(NotWritten, match="move it away"):
            recover(root)


# undoing


def test_undo_takes_the_last_set_back(root: Path) -> None:
    first = changes(root, "a.py", "b.py")
    write_set(root, first)
    write_set(root, [Change("a.py", first[0].new, b"newest")])
    assert undo(root) == ("a.py",)
    assert contents(root) == news(first)


def test_undo_is_refused_when_a_file_was_edited_since(root: Path) -> None:
    made = changes(root, "a.py", "b.py")
    write_set(root, made)
    (root / "b.py").write_bytes(b"edited")
    with pytest.raises(Stale) as caught:
        undo(root)
    assert caught.value.paths == ("b.py",)
    assert contents(root) == {"a.py": made[0].new, "b.py": b"edited"}


def test_there_may_be_nothing_to_undo(root: Path, state: Path) -> None:
    with pytest.raises(NotWritten, match="nothing"):
        undo(root)
    assert not state.exists()
    write_set(root, changes(root, "a.py"))
    undo(root)
    with pytest.raises(NotWritten, match="nothing"):
        undo(root)


def test_the_manifest_tells_what_was_written(root: Path) -> None:
    made = changes(root, "shop/a.py")
    write_set(root, made)
    manifest = json.loads((state_folder(root) / "1/manifest.json").read_text())
    assert (manifest["root"], manifest["state"]) == (str(root), "done")
    assert [(file["path"], len(file["old"]), len(file["new"])) for file in manifest["files"]] == [("shop/a.py", 64, 64)]
    assert (state_folder(root) / "1/0").read_bytes() == made[0].old


def test_only_the_last_set_is_kept(root: Path) -> None:
    data = b"old a.py"
    changes(root, "a.py")
    for number in range(3):
        write_set(root, [Change("a.py", data, b"%d" % number)])
        data = b"%d" % number
    assert sorted(path.name for path in state_folder(root).iterdir()) == ["3", "lock"]
