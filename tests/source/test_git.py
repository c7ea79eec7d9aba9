"""Which files hold work that git could not give back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from awaitify.source import git
from awaitify.source.git import dirty_files


def run(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.hooksPath=.none"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    run(tmp_path, "init", "-q")
    for path in ("clean.py", "edited.py", "staged.py", "shop/cart.py", "shop/both.py", "[a].py", "ü b.py"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("x = 1\n")
    run(tmp_path, "add", ".")
    run(tmp_path, "commit", "-qm", "start")
    return tmp_path


def test_a_clean_tree_has_no_dirty_files(repository: Path) -> None:
    assert dirty_files(repository, ("clean.py", "shop/cart.py")) == ()


def test_edited_staged_and_untracked_files_are_dirty(repository: Path) -> None:
    for path in ("edited.py", "staged.py", "new.py", "folder/new.py"):
        (repository / path).parent.mkdir(exist_ok=True)
        (repository / path).write_text("x = 2\n")
    run(repository, "add", "staged.py")
    paths = ("new.py", "clean.py", "edited.py", "folder/new.py", "staged.py")
    assert dirty_files(repository, paths) == ("new.py", "edited.py", "folder/new.py", "staged.py")


def test_only_the_paths_asked_for_count(repository: Path) -> None:
    (repository / "edited.py").write_text("x = 2\n")
    assert dirty_files(repository, ("clean.py",)) == ()
    assert dirty_files(repository, ()) == ()


def test_a_renamed_and_staged_file_is_dirty(repository: Path) -> None:
    run(repository, "mv", "clean.py", "moved.py")
    assert dirty_files(repository, ("moved.py", "edited.py")) == ("moved.py",)


def test_the_project_may_be_a_folder_of_the_repository(repository: Path) -> None:
    (repository / "shop/cart.py").write_text("x = 2\n")
    assert dirty_files(repository / "shop", ("cart.py", "both.py")) == ("cart.py",)


def test_odd_names_are_no_patterns(repository: Path) -> None:
    (repository / "ü b.py").write_text("x = 2\n")
    (repository / "a.py").write_text("new\n")
    assert dirty_files(repository, ("[a].py", "ü b.py")) == ("ü b.py",)


def test_what_a_link_points_to_counts(repository: Path) -> None:
    (repository / "link.py").symlink_to("edited.py")
    run(repository, "add", "link.py")
    run(repository, "commit", "-qm", "link")
    assert dirty_files(repository, ("link.py",)) == ()
    (repository / "edited.py").write_text("x = 2\n")
    assert dirty_files(repository, ("link.py",)) == ("link.py",)


def test_more_files_than_fit_on_one_command_line(repository: Path) -> None:
    paths = tuple(f"many/{number:04}.py" for number in range(450))
    (repository / "many").mkdir()
    for path in paths:
        (repository / path).touch()
    assert dirty_files(repository, paths) == paths


def test_outside_of_a_repository_nothing_is_dirty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "a.py").touch()
    assert dirty_files(tmp_path, ("a.py",)) == ()


def test_without_git_nothing_is_dirty(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "edited.py").write_text("x = 2\n")
    monkeypatch.setenv("PATH", "")
    assert dirty_files(repository, ("edited.py",)) == ()


def test_if_git_fails_in_a_repository_all_files_count_as_dirty(repository: Path) -> None:
    (repository / ".git/index").write_bytes(b"broken")
    assert dirty_files(repository, ("clean.py", "edited.py")) == ("clean.py", "edited.py")


def test_if_git_takes_too_long_nothing_hangs(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "_SECONDS", 0)
    assert dirty_files(repository, ("clean.py",)) == ()


def test_the_repository_of_a_hook_that_runs_us_is_not_asked(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("other")
    run(other, "init", "-q")
    (repository / "edited.py").write_text("x = 2\n")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert dirty_files(repository, ("edited.py",)) == ("edited.py",)
