"""An import goes when the edits replace its last use, and not before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.planning import imports, planned

GET = "def go(): return requests.get('http://x').text\n"


def imports_after(folder: Path, main: str, target: str = "main:go", **others: str) -> tuple[list[str], list[str]]:
    return imports(planned(folder, {"main": main, **others}, target))


def test_an_import_that_nothing_uses_any_more_is_removed(tmp_path: Path) -> None:
    assert imports_after(tmp_path, f"import requests\n{GET}") == (["httpx"], ["requests"])


def test_one_of_several_is_removed_by_its_own_name(tmp_path: Path) -> None:
    assert imports_after(tmp_path, f"import os, requests, sys\n{GET}os, sys") == (["httpx"], ["requests"])


def test_an_alias_is_removed_by_the_name_it_binds(tmp_path: Path) -> None:
    assert imports_after(tmp_path, f"import requests as r\n{GET.replace('requests', 'r')}") == (["httpx"], ["r"])


@pytest.mark.parametrize(
    "rest",
    [
        "other = requests.get\n",
        "def stays(): return requests.get('http://y')\n",
        "def annotated(r: requests.Response): ...\n",
        "try: pass\nexcept requests.ConnectionError: pass\n",
        "print(requests)\n",
        "__all__ = ['requests']\n",
        "requests = None\n",
    ],
)
def test_an_import_that_is_still_named_stays(tmp_path: Path, rest: str) -> None:
    assert imports_after(tmp_path, f"import requests\n{GET}{rest}") == (["httpx"], [])


def test_an_import_that_nothing_used_before_is_left_alone(tmp_path: Path) -> None:
    main = "import requests\nimport time\ndef go(): time.sleep(1)\n"
    assert imports_after(tmp_path, main) == (["asyncio"], ["time"])


@pytest.mark.parametrize(
    "other",
    ["from main import requests\n", "import main\nmain.requests\n", "patch('main.requests.get')\n"],
)
def test_an_import_that_another_module_takes_from_here_stays(tmp_path: Path, other: str) -> None:
    assert imports_after(tmp_path, f"import requests\n{GET}", other=other) == (["httpx"], [])


@pytest.mark.parametrize(
    "other",
    [
        "from main import go, requests\n",
        "from main import (\n    go,\n    requests,\n)\n",
        "import main as m\nm.requests\n",
        "from main import *\nrequests\n",
    ],
)
def test_an_import_that_another_module_takes_in_other_words_stays_too(tmp_path: Path, other: str) -> None:
    assert imports_after(tmp_path, f"import requests\n{GET}", other=other) == (["httpx"], [])


def test_an_import_that_a_quoted_annotation_names_stays(tmp_path: Path) -> None:
    main = f"import requests\n{GET}def quoted(r: 'requests.Response'): ...\n"
    assert imports_after(tmp_path, main) == (["httpx"], [])


@pytest.mark.parametrize("other", ["from elsewhere import requests\n", "import requests\n", "elsewhere.requests\n"])
def test_what_another_module_does_with_its_own_import_does_not_matter(tmp_path: Path, other: str) -> None:
    assert imports_after(tmp_path, f"import requests\n{GET}", other=other) == (["httpx"], ["requests"])


def test_an_import_in_a_function_is_removed_there(tmp_path: Path) -> None:
    assert imports_after(tmp_path, "def go():\n    import requests\n    return requests.get('http://x').text\n") == (
        ["httpx"],
        ["requests"],
    )


def test_a_name_that_is_imported_in_two_ways_stays(tmp_path: Path) -> None:
    main = f"try:\n    import requests\nexcept ImportError:\n    import vendored as requests\n{GET}"
    assert imports_after(tmp_path, main)[1] == []


def test_a_module_that_is_written_again_stays(tmp_path: Path) -> None:
    main = "import asyncio, time\nasync def go():\n    time.sleep(1)\n    await asyncio.sleep(1)\n"
    assert imports_after(tmp_path, main)[1] == ["time"]


def test_a_function_imported_by_name_goes_with_its_last_call(tmp_path: Path) -> None:
    assert imports_after(tmp_path, "from time import sleep\ndef go(): sleep(1)\n") == (["asyncio"], ["sleep"])
    again = "from time import sleep\ndef go():\n    sleep(1)\n    retry(sleep)\n"
    assert imports_after(tmp_path / "again", again)[1] == []


def test_an_untouched_module_keeps_its_unused_imports(tmp_path: Path) -> None:
    plan = planned(
        tmp_path, {"main": f"import requests\n{GET}", "other": "import os\nimport main\nmain.go()\n"}, "main:go"
    )
    assert imports(plan, "other.py") == ([], [])
