"""Classes whose bases are somebody else's: read in the environment that is named, or that lies beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.repo import Ended, Repo
from tests.programs import program

VENDOR = """
    import missing

    class Plain:
        def close(self): ...

    class Sync:
        def fetch(self, city): ...

    class Calling:
        def run(self):
            return self.fetch("oslo")

    class Async:
        async def fetch(self, city): ...

    class Hidden(missing.Top): ...

    class Session:
        def fetch(self, city): ...

    def make() -> Session: ...
    """
PORTAL = (
    "import time\nimport vendor\n\n\nclass Portal(vendor.{base}):\n    def fetch(self, city):\n        time.sleep(0)\n"
)
TARGET = ("-t", "portal:Portal.fetch", "--format", "json")


def portal(folder: Path, base: str, environment: str = ".venv") -> Repo:
    """A program whose class has the base, and the environment."""
    site = folder / environment / "lib/python3.12/site-packages"
    program(site, {"vendor/__init__": "from vendor.core import *", "vendor/core": VENDOR})
    (folder / environment / "pyvenv.cfg").write_text("home = nowhere\nversion = 3.12.1\n", encoding="utf-8")
    files = {"portal": PORTAL.format(base=base), "pyproject.toml": "[project]\nname = 'portal'\n"}
    return Repo(program(folder, files), folder / "state")


def stops(ended: Ended) -> dict[str, str]:
    return {stop["code"]: stop["reason"] for stop in ended.report["stops"]}


@pytest.mark.parametrize("base", ["Plain", "Async"])
def test_a_base_without_a_sync_contract_lets_the_method_become_async(tmp_path: Path, base: str) -> None:
    repo = portal(tmp_path, base)
    ended = repo.migrate("-t", "portal:Portal.fetch", "--write", "--allow-dirty")
    assert ended.code == 0, ended.err
    assert "    async def fetch(self, city):\n        await asyncio.sleep(0)\n" in repo.read("portal.py")


@pytest.mark.parametrize(
    ("base", "code", "reason"),
    [
        ("Sync", "AW213", "vendor.Sync has fetch and calls it synchronously"),
        ("Calling", "AW213", "vendor.core.Calling calls it without awaiting it: self.fetch()"),
        ("Hidden", "AW214", "its base vendor.Hidden couldn't be read (missing.Top isn't known)"),
        ("Nothing", "AW214", "its base vendor.Nothing couldn't be read"),
    ],
)
def test_a_base_that_holds_a_contract_or_may_is_a_stop(tmp_path: Path, base: str, code: str, reason: str) -> None:
    repo = portal(tmp_path, base)
    ended = repo.migrate(*TARGET)
    assert stops(ended) == {code: f"portal:Portal.fetch can't become async: {reason}"}
    assert ended.report["changes"] == []


def test_without_an_environment_the_stop_says_how_to_name_one(tmp_path: Path) -> None:
    ended = portal(tmp_path, "Plain", "env").migrate(*TARGET)
    assert stops(ended)["AW214"].endswith("couldn't be read; --python says in which environment it is installed")


def test_the_environment_is_named_on_the_command_line(tmp_path: Path) -> None:
    repo = portal(tmp_path, "Sync", "env")
    assert list(stops(repo.migrate(*TARGET, "--python", "env"))) == ["AW213"]
    assert list(stops(repo.migrate(*TARGET, "--python", "env/lib/python3.12/site-packages"))) == ["AW213"]
    assert "AW213" in repo.awaitify("why", "portal:Portal.fetch", "--python", "env").out


def test_the_environment_is_named_in_the_settings_beside_the_project(tmp_path: Path) -> None:
    repo = portal(tmp_path, "Sync", "env")
    repo.write("pyproject.toml", "[tool.awaitify]\npython = 'env'\n")
    assert list(stops(repo.migrate(*TARGET))) == ["AW213"]
    (tmp_path / "elsewhere").mkdir()
    assert list(stops(repo.awaitify("migrate", *TARGET, str(tmp_path), cwd=tmp_path / "elsewhere"))) == ["AW213"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere", "there is no Python environment 'nowhere'"),
        ("portal.py", "'portal.py' is no Python environment; wanted is an interpreter"),
        (".", "'.' is no Python environment; wanted is an interpreter"),
    ],
)
def test_what_is_no_environment_is_a_usage_error(tmp_path: Path, path: str, message: str) -> None:
    repo = portal(tmp_path, "Plain", "env")
    for words in (("migrate", "-t", "Portal.fetch"), ("why", "Portal.fetch")):
        ended = repo.awaitify(*words, "--python", path)
        assert (ended.code, ended.out) == (2, "")
        assert message in ended.err


def test_a_setting_that_is_no_path_is_a_usage_error(tmp_path: Path) -> None:
    repo = portal(tmp_path, "Plain")
    repo.write("pyproject.toml", "[tool.awaitify]\npython = 3\n")
    ended = repo.migrate(*TARGET)
    assert ended.code == 2
    assert "pyproject.toml [tool.awaitify]: 'python' must be a path, not 3" in ended.err


def test_what_a_foreign_function_makes_is_never_touched(tmp_path: Path) -> None:
    repo = portal(tmp_path, "Plain")
    text = "import vendor\nfrom portal import Portal\n\n\ndef page(portal: Portal):\n"
    text += (
        "    vendor.make().fetch('x')\n    with vendor.make() as s:\n        s.close()\n    return portal.fetch('y')\n"
    )
    repo.write("page.py", text)
    ended = repo.migrate("-t", "portal:Portal.fetch", "--write", "--allow-dirty")
    assert ended.code == 0, ended.err
    assert "    vendor.make().fetch('x')\n" in repo.read("page.py")
    assert "    return await portal.fetch('y')\n" in repo.read("page.py")


def test_without_its_environment_the_same_call_is_not_silently_left_alone(tmp_path: Path) -> None:
    repo = portal(tmp_path, "Plain", "env")
    repo.write("page.py", "import vendor\n\n\ndef page():\n    return vendor.make().fetch('x')\n")
    ended = repo.migrate(*TARGET, "--decide", "AW214=await")
    assert "AW310" in stops(ended)
