"""Stages as a person meets them: shown, written one by one, and as patches for ``git am``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.repo import LOAD, PRINTED, Repo, make_repo
from tests.fixture_case import FIXTURES, files_of, load_case

WEATHER = FIXTURES / "apps/weather"


def failing_suite(repo: Repo) -> str:
    """Nothing where the suite of the repository passes, else what it printed."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--disable-warnings"]
    done = subprocess.run(
        words, cwd=repo.root, env=repo.environment(), capture_output=True, text=True, timeout=180, check=False
    )
    return "" if done.returncode == 0 and "88 passed" in done.stdout else done.stdout + done.stderr


def weather(folder: Path) -> tuple[Repo, list[str]]:
    """The weather application in a repository, and the words that name what becomes async."""
    repo = Repo(Path(shutil.copytree(WEATHER / "before", folder / "repo")), folder / "state")
    repo.commit()
    return repo, [word for target in load_case(WEATHER).options.targets for word in ("-t", target)]


@pytest.mark.parametrize("depth", [pytest.param("1", marks=pytest.mark.slow), "4"])
def test_the_suite_of_the_weather_application_passes_after_every_stage(tmp_path: Path, depth: str) -> None:
    repo, targets = weather(tmp_path)
    ended = repo.migrate(*targets, "--stages-to", str(tmp_path / "stages"), "--max-depth", depth)
    assert ended.code == 0, ended.err
    patches = sorted((tmp_path / "stages").glob("*.patch"))
    assert len(patches) == {"1": 10, "4": 4}[depth]
    for patch in patches:
        repo.git("am", str(patch))
        assert patch.with_suffix(".md").is_file()
        assert failing_suite(repo) == ""
    assert {path: data for path, data in repo.files().items() if "__pycache__" not in path} == files_of(
        WEATHER / "after"
    )


def test_after_a_stage_is_merged_the_rest_is_shown(shop: Repo) -> None:
    shown = shop.migrate(*LOAD, "--stages")
    assert (shown.code, shown.stdout) == (0, b"")
    assert "STAGES  4 stages" in shown.err
    assert shop.migrate(*LOAD, "--stage", "1", "--write").code == 0
    assert shop.run_program() == PRINTED
    shop.commit()
    assert "STAGES  3 stages" in shop.migrate(*LOAD, "--stages").err
    assert shop.migrate(*LOAD, "--stage", "3", "--write").code == 0
    assert shop.run_program() == PRINTED
    staged = shop.files()
    shop.commit()
    assert "STAGES  none: it is async already" in shop.migrate(*LOAD, "--stages").err
    shop.git("checkout", "-q", "HEAD~2", ".")
    shop.git("commit", "-q", "-m", "back")
    assert shop.migrate(*LOAD, "--write").code == 0
    assert shop.files() == staged


def test_a_stage_is_shown_with_its_diff(still: Repo) -> None:
    ended = still.migrate(*LOAD, "--stage", "1")
    assert ended.code == 0
    assert "asyncio.run(main())" in ended.out
    assert "time.sleep" not in ended.out
    assert "--stage 1 --write" in ended.err
    assert still.migrate(*LOAD, "--stage", "4").out == still.migrate(*LOAD).out


def test_the_stages_are_there_for_programs(still: Repo) -> None:
    stages = still.migrate(*LOAD, "--stages", "--format", "json").report["stages"]
    assert [stage["number"] for stage in stages] == [1, 2, 3, 4]
    assert stages[0]["functions"] == ["shop.__main__:main"]
    assert {path for stage in stages for path in stage["files"]} == {
        "shop/__main__.py",
        "shop/prices.py",
        "shop/stores.py",
    }
    assert "| 1 |" in still.migrate(*LOAD, "--stages", "--format", "markdown").out


def test_the_patches_are_the_same_bytes_each_time(shop: Repo, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        assert shop.migrate(*LOAD, "--stages-to", str(tmp_path / seed), PYTHONHASHSEED=seed).code == 0
    assert files_of(tmp_path / "1") == files_of(tmp_path / "2")
    again = shop.migrate(*LOAD, "--stages-to", str(tmp_path / "1"))
    assert again.code == 2
    assert "isn't empty" in again.err


def test_a_patch_applies_in_a_folder_of_a_repository_and_with_carriage_returns(tmp_path: Path) -> None:
    shop = make_repo(tmp_path, in_git=False)
    shop.write("shop/prices.py", shop.read("shop/prices.py").replace("\n", "\r\n"))
    shop.write("pyproject.toml", '[project]\nname = "shop"\n')
    top = Repo(shop.root.parent, shop.state)
    top.write(".gitignore", "state/\ncache/\nstages/\n")
    top.commit()
    assert shop.migrate(*LOAD, "--stages-to", str(tmp_path / "stages")).code == 0
    for patch in sorted((tmp_path / "stages").glob("*.patch")):
        top.git("am", "--quiet", str(patch))
        assert shop.run_program() == PRINTED
    assert shop.read("shop/prices.py").count("\r\n") == shop.read("shop/prices.py").count("\n")
    assert shop.migrate(*LOAD, "--check").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--max-files", "3"), "--max-files is a budget of stages"),
        (("--stages", "--stage", "1"), "exclude each other"),
        (("--stages", "--write"), "say --stage N"),
        (("--stage", "9"), "there is no stage 9: there are 4 stages"),
    ],
)
def test_what_doesnt_go_together_is_said(still: Repo, words: tuple[str, ...], said: str) -> None:
    ended = still.migrate(*LOAD, *words)
    assert (ended.code, ended.stdout) == (2, b"")
    assert said in ended.err
