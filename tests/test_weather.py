"""The shipped FastAPI application: its own tests pass before the migration and after it, with no hand edit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WEATHER = Path(__file__).parent.parent / "fixtures/apps/weather"


@pytest.mark.parametrize("side", ["before", "after"])
def test_the_suite_of_the_weather_application_passes(tmp_path: Path, side: str) -> None:
    copy = shutil.copytree(WEATHER / side, tmp_path / side)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--disable-warnings", "-p", "no:xdist"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    ended = subprocess.run(words, cwd=copy, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-2000:]
    assert "88 passed" in ended.stdout
