"""What a name is follows the order of the statements, and the tests that were passed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.index.asking import DOG, HTTP, fetched, reached


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("x = Dog()\nx = Http()\nx.fetch", HTTP),
        ("x = Dog()\nif x: x = Http()\nx.fetch", HTTP | DOG),
        ("if a: x = Dog()\nelse: x = Http()\nx.fetch", HTTP | DOG),
        ("x = Dog()\nfor _ in range(2):\n    x.fetch\n    x = Http()", HTTP | DOG),
        ("x = Dog()\nfor _ in range(2):\n    x = Http()\n    x.fetch", HTTP),
        ("x = Dog()\nfor _ in range(2):\n    x = Http()\n    break\nelse:\n    x = Http()\nx.fetch", HTTP),
        (
            "x = Http()\nwhile a:\n    if b:\n        x = Dog()\n        continue\n    x.fetch\n    x = Http()",
            HTTP | DOG,
        ),
        ("x = Dog()\ntry:\n    x = Http()\nexcept ValueError:\n    pass\nx.fetch", HTTP | DOG),
        ("x = Dog()\ntry:\n    x = Http()\nexcept ValueError:\n    raise\nx.fetch", HTTP),
        ("x = Dog()\ntry:\n    x = Http()\nfinally:\n    x.fetch", HTTP | DOG),
        ("x = Dog()\nwith a:\n    x = Http()\n    x.fetch", HTTP),
        ("x = Dog()\nwith a:\n    x = Http()\nx.fetch", HTTP | DOG),
        ("def f(a):\n    x = Dog()\n    if a:\n        return\n        x = 1\n    x = Http()\n    x.fetch", HTTP),
        ("def f():\n    x = Dog()\n    def g(): x.fetch\n    x = Http()", HTTP | DOG),
        (
            "def f():\n    x = Dog()\n    def g():\n        nonlocal x\n        x = Http()\n    g()\n    x.fetch",
            HTTP | DOG,
        ),
        ("x = Dog()\n[x for x in [Http()] if x.fetch]", HTTP),
        ("x = Dog()\na = (x := Http()) and x.fetch", HTTP),
        ("x = Dog()\nmatch x:\n    case Dog(): x = Http()\nx.fetch", HTTP),
    ],
)
def test_what_a_name_is_follows_the_order_of_its_bindings(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, main) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if isinstance(x, Http): x.fetch", HTTP),
        ("if isinstance(x, (Http, Dog)): x.fetch", HTTP | DOG),
        ("if isinstance(x, Http | Dog): x.fetch", HTTP | DOG),
        ("if not isinstance(x, Http): return\n    x.fetch", HTTP),
        ("assert isinstance(x, Http)\n    x.fetch", HTTP),
        ("isinstance(x, Http) and x.fetch", HTTP),
        ("not isinstance(x, Http) or x.fetch", HTTP),
        ("x.fetch if isinstance(x, Http) else 1", HTTP),
        ("while isinstance(x, Http): x.fetch", HTTP),
        ("if type(x) is Http: x.fetch", HTTP),
        ("for _ in x:\n        if not isinstance(x, Http): continue\n        x.fetch", HTTP),
        ("[y.fetch for y in x if isinstance(y, Http)]", HTTP),
        ("if isinstance(y := x, Http): y.fetch", HTTP),
        ("if isinstance(x.it, Http): x.it.fetch", HTTP),
        ("if isinstance(x, Http): pass\n    x.fetch", {"?"}),
        ("if isinstance(x, Http):\n        x = Dog()\n        x.fetch", DOG),
        ("match x:\n        case Http(): x.fetch", HTTP),
        ("match x:\n        case Http() | Dog(): x.fetch", HTTP | DOG),
    ],
)
def test_a_test_of_its_class_tells_what_a_name_is(tmp_path: Path, body: str, expected: set[str]) -> None:
    assert reached(tmp_path, f"def f(x):\n    {body}") == expected


def test_a_test_of_its_class_leaves_the_other_ones_of_a_union(tmp_path: Path) -> None:
    main = "def f(x: Http | Dog):\n    if isinstance(x, Http): return\n    x.fetch"
    assert fetched(tmp_path, main) == DOG
