"""A run that remembers says what one that doesn't would say, whatever was edited between them.

A program in which everything is read on demand is edited at random; after each edit both kinds of run are compared. The
examples below it say which edits are seen to change nothing, and that each that may change something is looked at anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from awaitify import migrate as journey
from awaitify.failure import UsageError
from awaitify.index import memory
from awaitify.migrate import Outcome, migrate
from awaitify.options import Options
from awaitify.source import snapshot
from tests.programs import program

TARGET = "shop.base:Base.fetch"
SHOP = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "shop/__init__": "",
    "shop/base": """
        import requests


        class Base:
            def fetch(self, city):
                return requests.get(f"http://localhost/{city}").text
        """,
    "shop/sub": """
        from shop.base import Base as Parent


        class Sub(Parent):
            def fetch(self, city):
                return super().fetch(city).upper()
        """,
    "shop/use": """
        from shop.sub import Sub


        async def handle(city):
            return Sub().fetch(city)
        """,
    "shop/far": """
        class Far:
            def close(self):
                return 1
        """,
    "shop/near": """
        from shop.far import Far

        NEAR = Far().close()
        """,
    "old/vendored": "def work(): ...\n",
}
OPTIONS = Options(targets=(TARGET,), exclude=("old/",))
REMEMBERING = Options(targets=(TARGET,), exclude=("old/",), cache=True)


@pytest.fixture(autouse=True)
def on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small as the program is, only the files that matter are parsed."""
    monkeypatch.setattr(snapshot, "SMALL", 0)


@pytest.fixture(autouse=True)
def same_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may edit the tool while its tests run, and then it is another one."""
    monkeypatch.setattr(memory, "tool", lambda: "tool")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program; what is remembered lies beside it."""
    monkeypatch.setenv("AWAITIFY_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("AWAITIFY_STATE_DIR", str(tmp_path / "state"))
    return program(tmp_path / "project", SHOP)


Ask = Callable[..., bool]


@pytest.fixture
def remembers(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run with these options; whether the answer was remembered. It is in any case what a fresh run says."""
    prepared: list[Path] = []
    prepare = journey._prepare

    def noting(root: Path, *rest: object) -> object:
        prepared.append(root)
        return prepare(root, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(journey, "_prepare", noting)

    def ask(options: Options = REMEMBERING) -> bool:
        prepared.clear()
        answer = outcome(shop, options)
        was_remembered = not prepared
        assert answer == outcome(shop, options.with_arguments())
        return was_remembered

    return ask


def outcome(root: Path, options: Options) -> Outcome | str:
    try:
        return migrate(root, options)
    except UsageError as error:
        return str(error)


def append(root: Path, path: str, text: str) -> None:
    with (root / path).open("a", encoding="utf-8") as file:
        file.write(text)


def test_an_unchanged_program_is_remembered(shop: Path, remembers: Ask) -> None:
    assert [remembers(), remembers(), remembers()] == [False, True, True]
    assert migrate(shop, REMEMBERING).changes


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/far.py", "\n# nothing to see\n"),
        ("shop/far.py", "\n\ndef more(x):\n    return x.close()\n"),
        ("shop/near.py", "\nclass Nearer:\n    def open(self): ...\n"),
        ("shop/__init__.py", '"""A shop."""\n'),
    ],
)
def test_a_change_that_can_t_matter_is_seen_not_to(shop: Path, remembers: Ask, path: str, text: str) -> None:
    remembers()
    append(shop, path, text)
    assert [remembers(), remembers()] == [True, True]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/far.py", "\ndef call(x):\n    return x.fetch('oslo')\n"),
        ("shop/far.py", "\n# fetch\n"),
        ("shop/far.py", "\nimport celery\n"),
        ("shop/far.py", "\nfrom shop.base import *\n"),
        ("shop/base.py", "\n# a comment in a file that was parsed\n"),
        ("shop/use.py", "\n\nasync def other(city):\n    return Sub().fetch(city)\n"),
        ("old/vendored.py", "\nfetch = 1\n"),
        ("shop/new.py", "from shop.sub import Sub\n\n\ndef call():\n    return Sub().fetch('oslo')\n"),
        ("pyproject.toml", "[project.scripts]\nshop = 'shop.use:handle'\n"),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n    shop = shop.use:handle\n"),
        ("requirements.txt", "httpx2\n"),
        ("pytest.ini", "[pytest]\nasyncio_mode = auto\n"),
    ],
)
def test_a_change_that_may_matter_is_looked_at_anew(shop: Path, remembers: Ask, path: str, text: str) -> None:
    remembers()
    append(shop, path, text)
    assert [remembers(), remembers()] == [False, True]


def test_a_change_in_a_template_is_looked_at_anew_where_templates_are_rendered(shop: Path, remembers: Ask) -> None:
    append(shop, "page.html", "{{ city }}")
    remembers()
    append(shop, "page.html", "{{ portal.fetch(city) }}")
    assert remembers()  # nothing renders it
    append(shop, "shop/far.py", "import jinja2\n")
    assert [remembers(), remembers()] == [False, True]
    append(shop, "page.html", "{{ city }}")
    assert [remembers(), remembers()] == [False, True]
    (shop / "page.html").unlink()
    assert [remembers(), remembers()] == [False, True]


def test_a_file_that_goes_or_gets_another_name_is_looked_at_anew(shop: Path, remembers: Ask) -> None:
    remembers()
    (shop / "shop/far.py").rename(shop / "shop/fur.py")
    assert not remembers()
    (shop / "shop/fur.py").unlink()
    assert not remembers()


def test_a_change_in_the_same_moment_and_of_the_same_size_is_seen(shop: Path, remembers: Ask) -> None:
    file = shop / "shop/near.py"
    remembers()
    times = file.stat()
    file.write_text(file.read_text().replace("Far().close()", "Far().fetch()"))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert file.stat().st_size == times.st_size
    assert not remembers()


@pytest.mark.parametrize(
    "other",
    [
        REMEMBERING.with_arguments(targets=("shop.far:Far.close",), cache=True),
        REMEMBERING.with_arguments(keep_sync=("shop.sub:Sub.fetch",), cache=True),
        Options(targets=(TARGET,), cache=True),
    ],
    ids=["target", "keep-sync", "exclude"],
)
def test_another_request_is_another_answer(remembers: Ask, other: Options) -> None:
    assert [remembers(), remembers(other), remembers(), remembers(other)] == [False, False, True, True]


def test_to_write_needs_no_other_answer_than_to_show(remembers: Ask) -> None:
    remembers()
    assert remembers(REMEMBERING.with_arguments(write=True, allow_dirty=True, cache=True))


def test_a_part_of_the_project_is_another_request(shop: Path, remembers: Ask) -> None:
    remembers()
    assert migrate(shop / "shop/far.py", REMEMBERING) == migrate(shop / "shop/far.py", OPTIONS)


def test_nothing_is_kept_unless_asked_for(shop: Path) -> None:
    migrate(shop, OPTIONS)
    assert not (shop.parent / "cache").exists()


@pytest.mark.parametrize("damage", [b"", b"nonsense", None], ids=["empty", "nonsense", "cut"])
def test_a_damaged_entry_is_as_good_as_none(shop: Path, remembers: Ask, damage: bytes | None) -> None:
    remembers()
    for file in (shop.parent / "cache").iterdir():
        file.write_bytes(file.read_bytes()[:-1] if damage is None else damage)
    assert [remembers(), remembers()] == [False, True]


def test_where_nothing_can_be_kept_the_answer_is_the_same(shop: Path, remembers: Ask) -> None:
    (shop.parent / "cache").touch()
    assert [remembers(), remembers()] == [False, False]


def test_a_file_that_changes_during_the_run_is_not_remembered(
    shop: Path, remembers: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = journey._prepare

    def editing(root: Path, *rest: object) -> object:
        monkeypatch.setattr(journey, "_prepare", prepare)
        append(shop, "shop/sub.py", "\n# late\n")
        return prepare(root, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(journey, "_prepare", editing)
    assert migrate(shop, REMEMBERING).changes
    assert not remembers()


def vendor(shop: Path) -> Path:
    """A library in an environment beside the program, whose class is a base of one of ours."""
    site = shop / ".venv/lib/python3.12/site-packages"
    program(
        site,
        {"vendor/__init__": "from vendor.core import Core\n", "vendor/core": "class Core:\n    def open(self): ...\n"},
    )
    (shop / ".venv/pyvenv.cfg").write_text("home = nowhere\nversion = 3.12.1\n")
    append(
        shop, "shop/sub.py", "\n\nimport vendor\n\n\nclass Both(vendor.Core, Sub):\n    def fetch(self, city): ...\n"
    )
    return site


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("vendor/core.py", "    def fetch(self, city): ...\n"),
        ("vendor/__init__.py", "Core = None\n"),
        ("vendor/core.pyi", "class Core:\n    def fetch(self, city: str) -> str: ...\n"),
        ("vendor-stubs/__init__.pyi", "class Core: ...\n"),
        ("vendor.py", "class Core: ...\n"),
    ],
)
def test_a_change_in_the_environment_is_looked_at_anew(
    shop: Path, remembers: Ask, monkeypatch: pytest.MonkeyPatch, path: str, text: str
) -> None:
    monkeypatch.setattr(snapshot, "MARGIN", -60_000_000_000)  # its files are believed to be old
    site = vendor(shop)
    assert [remembers(), remembers()] == [False, True]
    (site / path).parent.mkdir(exist_ok=True)
    append(site, path, text)
    assert [remembers(), remembers()] == [False, True]


def test_an_environment_that_was_just_made_is_not_believed(shop: Path, remembers: Ask) -> None:
    vendor(shop)
    assert [remembers(), remembers()] == [False, False]


OPENED = """
import json, os, sys
from pathlib import Path
opened = set()
root = Path(sys.argv[1])

def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
        opened.add(os.fsdecode(arguments[0]))

sys.addaudithook(hook)
from awaitify.migrate import migrate
from awaitify.options import Options
from awaitify.source.snapshot import _SETTINGS, look
assert migrate(root, Options(targets=tuple(sys.argv[2:]), cache=True)).plan.converted
files = look(root, (), {}, lambda stage, done, total: None)
known = {*files.marks, *files._settings(), *_SETTINGS, ".gitignore"}
inside = {os.path.relpath(file, root) for file in opened if Path(file).is_relative_to(root)}
print(json.dumps([sorted(inside - known), len(inside)]))
"""


@pytest.mark.parametrize("case", ["apps/weather", "classes/override_in_other_module"])
def test_no_file_of_the_project_is_opened_that_isn_t_watched(tmp_path: Path, case: str) -> None:
    """Whoever reads another file must say so to the cache, or an answer may outlive what it was drawn from."""
    folder = Path(__file__).parent.parent / "fixtures" / case
    shutil.copytree(folder / "before", tmp_path / "project")
    targets = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))["targets"]
    places = {"AWAITIFY_CACHE_DIR": str(tmp_path / "cache"), "AWAITIFY_STATE_DIR": str(tmp_path / "state")}
    command = [sys.executable, "-c", OPENED, str(tmp_path / "project"), *targets]
    done = subprocess.run(command, env=os.environ | places, capture_output=True, text=True, timeout=60)
    unwatched, opened = json.loads(done.stdout)
    assert (unwatched, opened > 1) == ([], True), done.stderr


# Any edit

PATHS = st.sampled_from(
    ["shop/base.py", "shop/sub.py", "shop/use.py", "shop/far.py", "shop/near.py", "shop/new.py", "old/vendored.py"]
)
LINES = st.sampled_from(
    [
        "# fetch",
        "# nothing",
        "x = 1",
        "Base = 3",
        "import shop.sub",
        "import requests, flask",
        "from shop.base import Base as Root",
        "from shop.sub import *",
        "Other = Sub",
        "class Deep(Sub): ...",
        "class Deeper(Deep):\n    def fetch(self, city): return 1",
        "class Root(Other): ...",
        "class Sub: ...",
        "def run(x): return x.fetch(1)",
        "def work(x): return run(x)",
        "def close(s: 'Sub'): return s.fetch(2)",
        "SUB = Sub()\nSUB.fetch(3)",
        "getattr(SUB, 'fetch')()",
        "def broken(:",
        "@app.get('/')\ndef page(): return handle(1)",
    ]
)
EDITS = st.lists(
    st.tuples(st.sampled_from(["append", "append", "append", "replace", "delete", "restore"]), PATHS, LINES),
    min_size=1,
    max_size=6,
)
PROPERTY = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def edit(root: Path, kind: str, path: str, line: str) -> None:
    file = root / path
    match kind:
        case "append":
            append(root, path, f"{line}\n")
        case "replace":
            file.write_text(f"{line}\n")
        case "delete":
            file.unlink(missing_ok=True)
        case "restore":
            if (name := path.removesuffix(".py")) in SHOP:
                program(root, {name: SHOP[name]})


@given(EDITS, st.booleans())
@PROPERTY
def test_after_any_edit_the_answer_is_that_of_a_fresh_run(edits: list[tuple[str, str, str]], believing: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWAITIFY_CACHE_DIR", f"{folder}/cache")
        patch.setenv("AWAITIFY_STATE_DIR", f"{folder}/state")
        if believing:
            patch.setattr(snapshot, "MARGIN", 50_000_000)
        root = program(Path(folder) / "project", SHOP)
        outcome(root, REMEMBERING)
        for kind, path, line in edits:
            edit(root, kind, path, line)
            answer = outcome(root, REMEMBERING)
            fresh = outcome(root, OPTIONS)
            event("refused" if isinstance(fresh, str) else "planned")
            assert answer == fresh
        shutil.rmtree(f"{folder}/cache", ignore_errors=True)
