"""Repositories for the tests: one that a test may change, and one that many look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.repo import LOAD, SEND, Ended, Repo, make_repo


@pytest.fixture
def shop(tmp_path: Path) -> Repo:
    """The shop, committed, for one test."""
    return make_repo(tmp_path)


@pytest.fixture(scope="session")
def still(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The shop, committed, for tests that change nothing in it."""
    return make_repo(tmp_path_factory.mktemp("still"))


@pytest.fixture(scope="session")
def as_text(still: Repo) -> Ended:
    """A dry run with both seeds, as text."""
    return still.migrate(*LOAD, *SEND, PYTHONHASHSEED="0")


@pytest.fixture(scope="session")
def as_json(still: Repo) -> Ended:
    """The same run, as JSON."""
    return still.migrate(*LOAD, *SEND, "--format", "json", PYTHONHASHSEED="0")
