"""Imports, and what stands below them."""

from __future__ import annotations

import pytest

from awaitify.names import Span
from awaitify.plan.edit import (
    AddImport,
    AddToModule,
    Edit,
    RemoveImport,
)
from tests.rewrite.spots import applied, failure, statement


@pytest.mark.parametrize(
    ("text", "module", "name", "expected"),
    [
        ("x = 1\n", "asyncio", None, "import asyncio\n\nx = 1\n"),
        ("", "asyncio", None, "import asyncio\n"),
        ("def f(): pass\n", "asyncio", None, "import asyncio\n\n\ndef f(): pass\n"),
        ('"""Doc."""\nx = 1\n', "asyncio", None, '"""Doc."""\n\nimport asyncio\n\nx = 1\n'),
        (
            "from __future__ import annotations\n\nx = 1\n",
            "asyncio",
            None,
            "from __future__ import annotations\n\nimport asyncio\n\nx = 1\n",
        ),
        ("#!/bin/python\nx = 1\n", "asyncio", None, "#!/bin/python\n\nimport asyncio\n\nx = 1\n"),
        ("# licence\n\n# about x\nx = 1\n", "asyncio", None, "# licence\n\nimport asyncio\n\n# about x\nx = 1\n"),
        ("import os\n\nx = 1\n", "asyncio", None, "import asyncio\nimport os\n\nx = 1\n"),
        ("import abc\nimport os\n", "asyncio", None, "import abc\nimport asyncio\nimport os\n"),
        ("import abc\nfrom os import path\n", "zlib", None, "import abc\nimport zlib\nfrom os import path\n"),
        ("import httpx\n", "asyncio", None, "import asyncio\n\nimport httpx\n"),
        ("import os\n", "httpx", None, "import os\n\nimport httpx\n"),
        (
            '"""Doc."""\n\nimport httpx\n\nfrom . import y\n',
            "asyncio",
            None,
            '"""Doc."""\n\nimport asyncio\n\nimport httpx\n\nfrom . import y\n',
        ),
        ("import os\n\nfrom . import y\n", "httpx", None, "import os\n\nimport httpx\n\nfrom . import y\n"),
        (
            "import os\n\nfrom shop.models import Cart\n",
            "httpx",
            None,
            "import os\n\nimport httpx\n\nfrom shop.models import Cart\n",
        ),
        (
            "import os\nimport yaml\nfrom . import y\n",
            "asyncio",
            None,
            "import asyncio\nimport os\nimport yaml\nfrom . import y\n",
        ),
        ("import os\nimport httpx\n", "aiofiles", None, "import os\nimport aiofiles\nimport httpx\n"),
        ("from abc import A\nimport os\n", "asyncio", None, "from abc import A\nimport asyncio\nimport os\n"),
        ("import asyncio, os\n", "asyncio", None, "import asyncio, os\n"),
        ("import asyncio as a\n", "asyncio", None, "import asyncio\nimport asyncio as a\n"),
        ("from a import b, d\n", "a", "c", "from a import b, c, d\n"),
        ("from a import b\n", "a", "c", "from a import b, c\n"),
        ("from a import b, c\n", "a", "c", "from a import b, c\n"),
        (
            "from a import (\n    b,  # one\n    d,  # two\n)\n",
            "a",
            "c",
            "from a import (\n    b,  # one\n    c,\n    d,  # two\n)\n",
        ),
        ("from a import (\n    b,  # one\n)\n", "a", "c", "from a import (\n    b,  # one\n    c,\n)\n"),
        ("from a import *\n", "a", "c", "from a import *\nfrom a import c\n"),
        (
            "import os\n\n\ndef f():\n    import asyncio\n",
            "asyncio",
            None,
            "import asyncio\nimport os\n\n\ndef f():\n    import asyncio\n",
        ),
    ],
)
def test_an_import_stands_where_isort_would_put_it(text: str, module: str, name: str | None, expected: str) -> None:
    assert applied(text, AddImport(module, name)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # another section shows that ``from`` and ``import`` are mixed
        (
            "import abc\nfrom typing import Any\n\nfrom attr import A\nimport yaml\n",
            "import abc\nfrom typing import Any\nimport zlib\n\nfrom attr import A\nimport yaml\n",
        ),
        ("import abc\nfrom typing import Any\n", "import abc\nimport zlib\nfrom typing import Any\n"),
        # what code parts is sorted by itself; the longest part counts
        (
            "import sys\n\nassert sys\n\nimport abc\nimport os\n",
            "import sys\n\nassert sys\n\nimport abc\nimport os\nimport zlib\n",
        ),
        # once in the standard library
        ("import distutils\nimport sys\n", "import distutils\nimport sys\nimport zlib\n"),
    ],
)
def test_the_file_itself_shows_how_its_imports_are_sorted(text: str, expected: str) -> None:
    assert applied(text, AddImport("zlib")) == expected


def test_the_projects_own_modules_are_a_section_if_the_file_parts_them() -> None:
    text = "import os\n\nimport yaml\n\nfrom shop.models import Cart\n"
    assert applied(text, AddImport("zope")) == text.replace("yaml\n", "yaml\nimport zope\n")
    text = text.replace("yaml\n\n", "yaml\n")
    assert applied(text, AddImport("httpx")) == text.replace("import yaml", "import httpx\nimport yaml")


def test_comments_at_the_top_of_the_imports_stay_there() -> None:
    text = "# licence\n\n# standard\nimport os\n\n# others\nimport yaml\n"
    new = applied(text, AddImport("asyncio"), AddImport("httpx"))
    assert new == "# licence\n\n# standard\nimport asyncio\nimport os\n\n# others\nimport httpx\nimport yaml\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import requests\n", "import httpx\n"),
        ("import os\n\nimport requests  # why\nimport yaml\n", "import os\n\nimport httpx\nimport yaml\n"),
        ("import os\n\nimport attr\nimport requests\n\nx = 1\n", "import os\n\nimport attr\nimport httpx\n\nx = 1\n"),
        ("import yaml\nimport requests\nimport attr\n", "import yaml\nimport httpx\nimport attr\n"),
        ("# licence\nimport requests\nx = 1\n", "# licence\nimport httpx\nx = 1\n"),
    ],
)
def test_an_import_takes_the_place_of_the_one_that_goes(text: str, expected: str) -> None:
    edits: list[Edit] = [AddImport("httpx"), RemoveImport(statement(text, "import requests"), "requests")]
    assert applied(text, *edits) == expected
    assert applied(text, *reversed(edits)) == expected


@pytest.mark.parametrize(
    ("text", "piece", "bound", "expected"),
    [
        ("import a, b, c\n", "import", "b", "import a, c\n"),
        ("import a, b\n", "import", "b", "import a\n"),
        ("import a as x, b\n", "import", "x", "import b\n"),
        ("import a.b\nx = 1\n", "import", "a", "x = 1\n"),
        ("import a.b, a.c\n", "import", "a.c", "import a.b\n"),
        ("from a import b as c, d\n", "from", "c", "from a import d\n"),
        ("from a import (b, c)\n", "from", "c", "from a import b\n"),
        ("from a import (\n    b,  # one\n    c,  # two\n)\n", "from", "c", "from a import (\n    b,  # one\n)\n"),
        ("from a import (\n    b,  # one\n    c,  # two\n)\n", "from", "b", "from a import (\n    c,  # two\n)\n"),
        ("from a import (\n    b,  # one\n    c  # two\n)\n", "from", "c", "from a import (\n    b  # one\n)\n"),
        ("import a; import b  # c\n", "import a", "a", "import b  # c\n"),
        ("import a; import b  # c\n", "import b", "b", "import a  # c\n"),
        ("def f():\n    import a\n", "import", "a", "def f():\n    pass\n"),
        ("def f(): import a\n", "import", "a", "def f(): pass\n"),
        ("def f(): import a; g()\n", "import", "a", "def f(): g()\n"),
        (
            "try:\n    # why\n    import a\nexcept ImportError:\n    a = None\n",
            "import",
            "a",
            "try:\n    pass\n    # why\nexcept ImportError:\n    a = None\n",
        ),
        ("if TYPE_CHECKING:\n    import a\n\n    import b\n", "import a", "a", "if TYPE_CHECKING:\n    import b\n"),
        ("import os\n\nimport a\n\nfrom . import b\n", "import a", "a", "import os\n\nfrom . import b\n"),
        ("import os\n\n# others\nimport a\nimport b\n", "import a", "a", "import os\n\n# others\nimport b\n"),
        ("import os\nimport a\n\n\ndef f(): pass\n", "import a", "a", "import os\n\n\ndef f(): pass\n"),
        ("x = 1\n# last\nimport a\n", "import a", "a", "x = 1\n# last\n"),
        ("import a\n", "import a", "a", ""),
    ],
)
def test_an_import_goes_and_leaves_no_trace(text: str, piece: str, bound: str, expected: str) -> None:
    assert applied(text, RemoveImport(statement(text, piece), bound)) == expected


def test_several_names_of_one_import_go() -> None:
    text = "from a import b, c, d\nimport e, f\n"
    first, second = statement(text, "from"), statement(text, "import e")
    new = applied(text, *[RemoveImport(first, name) for name in "bd"], *[RemoveImport(second, name) for name in "ef"])
    assert new == "from a import c\n"


@pytest.mark.parametrize(
    ("text", "bound"), [("from a import *\n", "b"), ("from a import b\n", "c"), ("import a.b, a.c\n", "a")]
)
def test_a_name_that_is_not_bound_once_is_a_failure(text: str, bound: str) -> None:
    assert failure(text, RemoveImport(Span(1, 0, 1, len(text) - 1), bound)).code == "AW905"


def test_a_docstring_stays_first() -> None:
    text = '#!/bin/python\n"""Doc."""\n'
    assert applied(text, AddImport("asyncio")) == '#!/bin/python\n"""Doc."""\n\nimport asyncio\n'


HELPER = "# help\ndef helper():\n    return 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\n", f"{HELPER}\n\nx = 1\n"),
        ("", HELPER),
        ('"""Doc."""\n\nx = 1\n', f'"""Doc."""\n\n\n{HELPER}\n\nx = 1\n'),
        ("# licence\nx = 1\n", f"# licence\n\n\n{HELPER}\n\nx = 1\n"),
        ("# licence\n\n# about x\nx = 1\n", f"# licence\n\n{HELPER}\n\n# about x\nx = 1\n"),
        ("import a\nfrom b import c\n\nx = 1\n", f"import a\nfrom b import c\n\n\n{HELPER}\n\nx = 1\n"),
        ("import a\n\n\ndef f(): import b\n", f"import a\n\n\n{HELPER}\n\ndef f(): import b\n"),
        (
            "import a\n\nif TYPE_CHECKING:\n    import b\n\ntry:\n    import c\nexcept ImportError:\n    c = None\n\nx = 1\n",
            (
                "import a\n\nif TYPE_CHECKING:\n    import b\n\ntry:\n    import c\nexcept ImportError:\n    c = None\n\n\n"
                f"{HELPER}\n\nx = 1\n"
            ),
        ),
        ("import a\n\n\ndef f(): pass\n\n\nimport b\n", f"import a\n\n\n{HELPER}\n\ndef f(): pass\n\n\nimport b\n"),
    ],
)
def test_a_definition_stands_below_the_imports(text: str, expected: str) -> None:
    assert applied(text, AddToModule(HELPER)) == expected
