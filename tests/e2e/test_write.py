"""``--write`` does it, ``undo`` takes it back, and what is held back stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.failure import UsageError
from awaitify.migrate import migrate, write
from awaitify.options import Options
from tests.e2e.repo import LOAD, PRINTED, SEND, Repo, make_repo


def test_the_program_runs_after_a_write_and_undo_gives_the_same_bytes_back(shop: Repo) -> None:
    before = shop.files()
    assert shop.run_program() == PRINTED
    ended = shop.migrate(*LOAD, "--write")
    assert (ended.code, ended.stdout) == (0, b"")
    assert ended.err.splitlines()[0].endswith("  3 files written")
    assert ended.err.rstrip().endswith("Next  awaitify undo    takes it back")
    assert "async def load" in shop.read("shop/stores.py")
    assert shop.run_program() == PRINTED
    assert shop.migrate(*LOAD, "--check").code == 0
    undone = shop.awaitify("undo")
    written = ["shop/__main__.py", "shop/prices.py", "shop/stores.py"]
    assert (undone.code, undone.out.split(), undone.err) == (0, written, "awaitify: 3 files restored\n")
    assert shop.files() == before
    assert shop.awaitify("undo").code == 2


def test_what_is_undecided_holds_back_its_groups_and_nothing_else(shop: Repo) -> None:
    held = shop.read("shop/mail.py")
    ended = shop.migrate(*LOAD, *SEND, "--write")
    assert ended.code == 4
    assert "held by AW201" in ended.err
    assert "STOP AW201  shop/mail.py:12" in ended.err
    assert shop.git("diff", "--name-only").split() == ["shop/__main__.py", "shop/prices.py", "shop/stores.py"]
    assert (shop.run_program(), shop.read("shop/mail.py")) == (PRINTED, held)


def test_strict_is_all_or_nothing(shop: Repo) -> None:
    ended = shop.migrate(*LOAD, *SEND, "--write", "--strict")
    assert ended.code == 4
    assert "nothing was written: --strict, and there is 1 undecided stop left" in ended.err
    assert shop.git("status", "--porcelain") == ""


def test_undo_refuses_when_a_file_was_changed_since(shop: Repo) -> None:
    shop.migrate(*LOAD, "--write")
    shop.write("shop/prices.py", "x = 1\n")
    after = shop.files()
    ended = shop.awaitify("undo")
    assert (ended.code, ended.err) == (2, "awaitify: changed on disk in the meantime: shop/prices.py\n")
    assert shop.files() == after


def test_file_modes_are_kept(shop: Repo) -> None:
    (shop.root / "shop/stores.py").chmod(0o755)
    shop.commit()
    shop.migrate(*LOAD, "--write")
    assert "old mode" not in shop.git("diff")


def test_only_files_below_path_change_and_what_needs_others_is_a_stop(shop: Repo) -> None:
    ended = shop.migrate("shop/stores.py", *LOAD, "--write")
    assert ended.code == 4
    assert "held by AW216" in ended.err
    assert "STOP AW216  shop/prices.py:5" in ended.err
    assert shop.git("status", "--porcelain") == ""
    all_of_it = shop.migrate("shop", *LOAD, "--write")
    assert (all_of_it.code, shop.run_program()) == (0, PRINTED)


@pytest.mark.parametrize("state", ["modified", "staged", "untracked"])
def test_a_file_that_git_hasn_t_got_is_not_written_over(tmp_path: Path, state: str) -> None:
    repo = make_repo(tmp_path)
    if state == "untracked":
        repo.git("rm", "-q", "--cached", "shop/prices.py")
        repo.git("commit", "-qm", "less")
    else:
        repo.write("shop/prices.py", repo.read("shop/prices.py") + "\nX = 1\n")
    if state == "staged":
        repo.git("add", "-A")
    before = repo.files()
    ended = repo.migrate(*LOAD, "--write")
    assert (ended.code, ended.stdout) == (2, b"")
    reason = "nothing was written: not committed: shop/prices.py; commit or stash, or say --allow-dirty"
    assert ended.err == f"awaitify: {reason}\n"
    assert repo.files() == before


def test_allow_dirty_writes_over_it_and_undo_gives_back_what_git_could_not(shop: Repo) -> None:
    shop.write("shop/prices.py", shop.read("shop/prices.py") + "\nX = 1\n")
    before = shop.files()
    assert shop.migrate(*LOAD, "--write", "--allow-dirty").code == 0
    assert shop.run_program() == PRINTED
    assert shop.awaitify("undo").code == 0
    assert shop.files() == before


def test_a_dirty_file_that_does_not_change_is_no_hindrance(shop: Repo) -> None:
    shop.write("shop/colours.py", "X = 1\n")
    shop.write("notes.txt", "…")
    assert shop.migrate(*LOAD, "--write").code == 0


def test_without_git_it_is_written_and_can_be_taken_back(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"pyproject.toml": ""}, in_git=False)
    before = repo.files()
    assert repo.migrate(*LOAD, "--write").code == 0
    assert repo.run_program() == PRINTED
    assert repo.awaitify("undo").code == 0
    assert repo.files() == before


def test_a_file_that_changed_after_the_plan_was_made_stops_the_whole_write(
    shop: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWAITIFY_STATE_DIR", str(shop.state))
    options = Options(targets=(LOAD[1],), write=True, allow_dirty=True)
    outcome = migrate(shop.root, options)
    shop.write("shop/prices.py", shop.read("shop/prices.py") + "\n# saved by an editor\n")
    before = shop.files()
    with pytest.raises(UsageError, match=r"in the meantime: shop/prices\.py"):
        write(outcome, options)
    assert shop.files() == before
