"""A library becomes async, says what its functions became, and those who use it follow: three repositories, really run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.libraries import Libraries, install, make_libraries
from tests.e2e.repo import Ended, Repo
from tests.programs import program


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Libraries:
    """For tests that change nothing."""
    return make_libraries(tmp_path_factory.mktemp("libraries"))


@pytest.fixture
def posts(tmp_path: Path) -> Libraries:
    return make_libraries(tmp_path)


def _follow(repo: Repo, site: Path, *words: str) -> Ended:
    return repo.migrate("--from", "post-office", "--python", str(site), *words)


def _entries(still: Libraries) -> dict[str, dict[str, Any]]:
    return {f"{one['module']}:{one['name']}": one for one in json.loads(still.file.read_bytes())["functions"]}


# what the library says


def test_the_file_says_what_each_function_became(still: Libraries) -> None:
    found = {name: (one["was"], one["now"], one["renamed"]) for name, one in _entries(still).items()}
    assert found == {
        "post._stamps:stamp": ("def", "async def", None),
        "post.offices:Office.__enter__": ("def", "async def", "__aenter__"),
        "post.offices:Office.__exit__": ("def", "async def", "__aexit__"),
        "post.offices:Office.all_letters": ("def", "async generator", None),
        "post.offices:Office.counter": ("context manager", "async context manager", None),
        "post.offices:Office.letters": ("generator", "async generator", None),
        "post.offices:Office.motto": ("property", "async def", "get_motto"),
        "post.offices:Office.send": ("def", "async def", None),
        "post.offices:Office.twice": ("def", "async def", None),
        "post.offices:Village.send": ("def", "async def", None),
    }


def test_what_a_private_module_exports_is_public(still: Libraries) -> None:
    assert _entries(still)["post._stamps:stamp"]["public"]


def test_the_file_is_the_same_wherever_it_is_made_and_names_no_place_of_the_machine(
    still: Libraries, tmp_path: Path
) -> None:
    other = Repo(Path(shutil.copytree(still.library.root, tmp_path / "elsewhere")), still.library.state)
    again = other.awaitify("colours", "--since", "v1.0", PYTHONHASHSEED="7")
    assert again.stdout == still.file.read_bytes()
    assert str(still.library.root).encode() not in again.stdout
    assert still.written.err == "awaitify: post-office 2.0: 10 functions changed colour (10 public) since v1.0\n"


def test_nothing_changed_is_an_empty_list(still: Libraries) -> None:
    found = still.loop.awaitify("colours")
    assert (found.code, found.stdout) == (2, b"")
    library = still.library.awaitify("colours", "--since", "v1.0", "--version", "3.0")
    assert json.loads(library.stdout)["version"] == "3.0"


# who uses it


def test_the_async_consumer_passes_its_tests_with_the_version_it_is_written_for(posts: Libraries) -> None:
    tests = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    before = posts.run(posts.loop, posts.old, *tests)
    assert before.returncode == 0, before.stdout.decode()
    ended = _follow(posts.loop, posts.new, "--write")
    assert ended.code == 0, ended.err
    assert "what is written works with post-office 2.0: require post-office>=2.0" in ended.err
    after = posts.run(posts.loop, posts.new, *tests, "-o", "asyncio_mode=strict")
    assert after.returncode == 0, after.stdout.decode()
    offices = posts.loop.read("shop/offices.py")
    assert "    async def send(self, text: str) -> str:\n" in offices
    assert 'return "known" if text in self.seen else await super().send(text)' in offices
    assert "    async def get_motto(self) -> str:\n" in offices
    assert "[letter async for letter in office.all_letters(text)]" in offices
    assert "    async with office.counter() as counter:\n" in offices


def test_once_it_has_followed_nothing_is_left_to_do(posts: Libraries) -> None:
    _follow(posts.loop, posts.new, "--write")
    posts.loop.commit()
    again = _follow(posts.loop, posts.new, "--check")
    assert (again.code, again.stdout) == (0, b"")
    assert "nothing to change" in again.err


@pytest.mark.parametrize("name", ["loop", "sync"])
def test_it_is_the_same_whichever_version_is_installed(still: Libraries, name: str) -> None:
    repo: Repo = getattr(still, name)
    words = ("--from", str(still.file), "--format", "json")
    old, new = (repo.migrate(*words, "--python", str(site)).report for site in (still.old, still.new))
    for key in ("changes", "counts", "public"):
        assert old[key] == new[key]
    stops = [[(stop["code"], stop["reason"], stop["ways"]) for stop in report["stops"]] for report in (old, new)]
    assert stops[0] == stops[1]


def test_the_sync_consumer_is_told_where_it_can_t_follow(still: Libraries) -> None:
    ended = _follow(still.sync, still.new, "--format", "json")
    reasons = {stop["place"]["path"]: stop["reason"] for stop in ended.report["stops"]}
    found = [stop for stop in ended.stops if "<" not in stop]
    assert found == ["AW213 reports/jobs.py:9", "AW213 reports/jobs.py:14"]
    assert "post.offices.Office.clean" in next(
        stop["reason"] for stop in ended.report["stops"] if stop["place"]["line"] == 9
    )
    assert reasons["<environment>/post/offices.py"] == "post.offices isn't the project's, and doesn't await it there"
    assert any("fails with the library's new version" in note["text"] for note in ended.report["notes"])


def test_the_sync_consumer_follows_where_it_can_and_one_stop_leaves_the_rest_alone(posts: Libraries) -> None:
    ended = _follow(posts.sync, posts.new, "--write")
    assert ended.code == 4
    jobs = posts.sync.read("reports/jobs.py")
    assert jobs == posts.sync.git("show", "HEAD:reports/jobs.py")
    ran = posts.run(posts.sync, posts.new, "-m", "reports")
    assert (ran.returncode, ran.stdout) == (0, b"aa\n"), ran.stderr.decode()


def test_a_bridge_lets_what_is_called_synchronously_use_the_library(posts: Libraries) -> None:
    decided = ("--decide", "reports/jobs.py:14=bridge", "--decide", "reports/jobs.py:9=bridge")
    _follow(posts.sync, posts.new, *decided, "--write")
    log = "import logging; logging.getLogger().addHandler(__import__('reports.jobs').jobs.Sender()); logging.error('x')"
    ran = posts.run(posts.sync, posts.new, "-c", log + "; print('sent')")
    assert (ran.returncode, ran.stdout) == (0, b"sent\n"), ran.stderr.decode()


def test_what_is_kept_sync_is_a_stop_where_it_uses_the_library(still: Libraries) -> None:
    kept = ("--keep-sync", "has_arrived", "--format", "json")
    ended = _follow(still.loop, still.new, *kept)
    assert ended.stops == ["AW330 shop/offices.py:35"]
    assert ended.report["counts"]["functions"] == 7
    marked = _follow(still.loop, still.new, *kept, "--decide", "AW330=mark")
    assert "# awaitify: todo[AW330]" in str(marked.report["changes"])


OBJECTS = {
    "pyproject.toml": """
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"

        [project]
        name = "store"
        version = "2"
        """,
    "store/__init__": """
        import queue

        import requests

        JOBS = queue.Queue()


        class Api:
            def __init__(self) -> None:
                self.session = requests.Session()

            def get(self, path: str) -> str:
                return self.session.get(path).text


        class Words:
            def __init__(self, api: Api) -> None:
                self.words = api.get("/words")
        """,
}
OBJECTS_AFTER = """
    import asyncio

    import httpx

    JOBS = asyncio.Queue()


    class Api:
        def __init__(self) -> None:
            self.session = httpx.AsyncClient()

        async def get(self, path: str) -> str:
            return (await self.session.get(path)).text


    class Words:
        async def _init(self, api: Api) -> None:
            self.words = await api.get("/words")

        @classmethod
        async def create(cls, api: Api) -> "Words":
            self = cls.__new__(cls)
            await self._init(api)
            return self

        def __init__(self, *args: object) -> None:
            raise TypeError
    """
USES_OBJECTS = {
    "pyproject.toml": "",
    "main": """
        from store import JOBS, Api, Words


        class Own(Api):
            def get(self, path: str) -> str:
                return self.session.get(path, allow_redirects=False).text


        def first() -> str:
            JOBS.put("first")
            return Words(Own()).words[0]
        """,
}


def test_what_an_object_holds_and_how_it_is_made_are_said_too(tmp_path: Path) -> None:
    library, uses = Repo(tmp_path / "store", tmp_path / "state"), Repo(tmp_path / "uses", tmp_path / "state")
    program(library.root, OBJECTS)
    program(uses.root, USES_OBJECTS)
    library.commit()
    shutil.copytree(library.root / "store", tmp_path / "old/site-packages/store")
    program(library.root, {"store/__init__": OBJECTS_AFTER})
    shutil.copytree(library.root / "store", tmp_path / "new/site-packages/store")
    library.awaitify("colours", "--out", "c.json")
    found = json.loads(library.read("c.json"))
    assert [(one["name"], one["was"], one["renamed"]) for one in found["functions"]] == [
        ("Api.get", "def", None),
        ("Words.__init__", "constructor", "create"),
    ]
    assert [(one["name"], one["now"]) for one in found["attributes"]] == [
        ("Api.session", "httpx.AsyncClient"),
        ("JOBS", "asyncio.Queue"),
    ]
    for site in ("old", "new"):
        words = ("--from", str(library.root / "c.json"), "--python", str(tmp_path / site / "site-packages"))
        report = uses.migrate(*words, "--format", "json").report
        said = [(stop["code"], stop["reason"]) for stop in report["stops"]]
        made = "objects of its class are made by `await Words.create(…)` now"
        assert said == [
            ("AW201", f"store:Words.__init__ can't become async: {made}"),
            ("AW409", "Api.session was of requests.Session, and is of httpx.AsyncClient now"),
        ]
        looks = [note["text"] for note in report["notes"] if note["place"]]
        assert looks == ["JOBS was of queue.Queue, and is of asyncio.Queue now"]


# what can't be asked


def _refused(ended: Ended) -> str:
    assert (ended.code, ended.stdout) == (2, b"")
    return ended.err.removeprefix("awaitify: ").removesuffix("\n")


def _about(function: str) -> str:
    return f'{{"awaitify": "colours", "schema": 1, "distribution": "a", "functions": [{function}]}}'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", ":1 is no JSON file: Expecting property name enclosed in double quotes"),
        ("[]", " isn't a file that `awaitify colours` wrote"),
        ('{"awaitify": "colours"}', ": 'schema' must be a number from 1, not None"),
        (
            '{"awaitify": "colours", "schema": 9}',
            " has schema 9, and this awaitify knows 1: it takes a newer awaitify",
        ),
        (
            '{"awaitify": "colours", "schema": 1}',
            ": 'distribution' of the file must be a string, not None",
        ),
        (
            '{"awaitify": "colours", "schema": 1, "distribution": "a", "functions": [1]}',
            ": 'functions' must be a list of objects",
        ),
        (
            _about('{"module": "a", "name": "b", "was": "d", "now": "e"}'),
            ": 'was' of a:b must be one of def, generator, context manager, property, constructor, not 'd'",
        ),
        (
            _about('{"module": "../a", "name": "b", "was": "def", "now": "async def"}'),
            ": '../a:b' is no name of a function",
        ),
    ],
)
def test_a_file_that_isn_t_one(still: Libraries, tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "colours.json"
    file.write_text(text, encoding="utf-8")
    assert _refused(still.loop.migrate("--from", str(file))) == f"{file}{problem}"


def test_a_file_that_isn_t_there(still: Libraries) -> None:
    wanted = still.file.with_name("colour.json")
    said = _refused(still.loop.migrate("--from", str(wanted)))
    assert said == f"--from: there is no file {wanted}; did you mean {still.file}?"


def test_a_distribution_that_isn_t_there_or_says_nothing(still: Libraries) -> None:
    site = str(still.new)
    said = _refused(still.loop.migrate("--from", "postoffice", "--python", site))
    assert said == f"--from: no distribution 'postoffice' is installed in {site}; did you mean post-office?"
    said = _refused(still.loop.migrate("--from", "Post_Office", "--python", str(still.old)))
    assert said == "--from: post-office 1.0 brings no colours.json: name a file instead"


def test_a_library_that_isn_t_installed_or_is_the_project_itself(still: Libraries) -> None:
    said = _refused(still.loop.migrate("--from", str(still.file)))
    assert said.endswith("post isn't installed in any environment beside the project; --python says where it is")
    said = _refused(still.library.migrate("--from", str(still.file), "--python", str(still.new)))
    assert said.endswith("post is this project's (src/post/__init__.py): name what becomes async with -t")


def _changed(still: Libraries, tmp_path: Path, old: str, new: str) -> str:
    file = tmp_path / "other.json"
    file.write_text(still.file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return str(file)


def test_a_function_that_the_installed_version_hasn_t_got(still: Libraries, tmp_path: Path) -> None:
    site = ("--python", str(still.new))
    file = _changed(still, tmp_path, '"Office.send"', '"Offices.send"')
    said = _refused(still.loop.migrate("--from", file, *site))
    assert said == f"{file}: <environment>/post/offices.py defines no Offices.send; did you mean Office.send?"
    file = _changed(still, tmp_path, '"post.offices"', '"post.office"')
    said = _refused(still.loop.migrate("--from", file, *site))
    assert said == f"{file}: {still.new} has no module post.office; did you mean post.offices?"
    unused = still.loop.migrate("--from", _changed(still, tmp_path, "Office.letters", "Office.lines"), *site)
    assert unused.code == 0, "nothing here mentions it"


def test_a_library_and_nothing_that_uses_it(still: Libraries, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "other", tmp_path / "state")
    repo.write("main.py", "print(1)\n")
    repo.write("pyproject.toml", "")
    ended = _follow(repo, still.new)
    assert (ended.code, ended.stdout) == (0, b"")
    assert "nothing here mentions what changed in post-office 2.0" in ended.err


def test_the_settings_may_name_the_library(posts: Libraries) -> None:
    posts.loop.write("pyproject.toml", f'[tool.awaitify]\nfrom = ["post-office"]\npython = "{posts.new}"\n')
    assert "require post-office>=2.0" in posts.loop.migrate().err


def test_a_commit_that_git_hasn_t_got(still: Libraries) -> None:
    said = _refused(still.library.awaitify("colours", "--since", "v9"))
    assert said == "git knows no commit 'v9' here; --since names what the library is compared with"


def test_a_file_about_another_distribution(posts: Libraries) -> None:
    text = posts.file.read_text(encoding="utf-8").replace('"post-office"', '"other"')
    posts.library.write("src/post/colours.json", text)
    install(posts.library, posts.new, "2.0")
    said = _refused(_follow(posts.loop, posts.new))
    assert said == "--from: the colours.json of post-office 2.0 is about other"


def test_a_library_isn_t_followed_in_stages(still: Libraries) -> None:
    said = _refused(_follow(still.loop, still.new, "--stages"))
    assert said.startswith("--from can't be done in stages")
