"""What callers pass for a parameter, and what is put into a container."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.index.asking import DOG, HTTP, fetched, reached


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("def f(x): x.fetch\nf(Http())", HTTP),
        ("def f(x): x.fetch\nf(x=Http())\nf(Dog())", HTTP | DOG),
        ("def f(x): x.fetch\ndef g(y): f(y)\ndef h(z): g(y=z)\nh(Http())", HTTP),
        ("def f(a, x): x.fetch\nargs = (1, Http())\nf(*args)", HTTP),
        ("def f(*xs):\n    for x in xs: x.fetch\nf(1, Http())", HTTP | {"builtins.int.fetch"}),
        ("def f(**xs): xs['a'].fetch\nf(a=Http())", HTTP),
        ("def f(x): x.fetch\nrun(f)\nf(Http())", HTTP | {"?"}),
        ("def f(x): x.fetch\npartial(f, Http())", HTTP),
        ("class A:\n    def __init__(self, x): self.x = x\n    def g(self): self.x.fetch\nA(Http())", HTTP),
        (
            "class A:\n    def __init__(self, x): x.fetch\nclass B(A):\n    def __init__(self): super().__init__(Http())",
            HTTP,
        ),
        (
            "class A:\n    def f(self, x): pass\nclass B(A):\n    def f(self, x): x.fetch\ndef g(a: A): a.f(Http())",
            HTTP,
        ),
        ("class A:\n    x = None\n    def g(self): self.x.fetch\na = A()\na.x = Http()", HTTP),
        ("def f(x): x.fetch", {"?"}),
        ("def f(n, x): return x.fetch if n == 0 else f(n - 1, x)\nf(3, Http())", HTTP),
    ],
)
def test_a_parameter_is_what_callers_pass(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, f"from functools import partial\n{main}") == expected


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("xs = []\nxs.append(Http())\nfor x in xs: x.fetch", HTTP),
        ("xs = {}\nxs['a'] = Http()\nxs['b'].fetch", HTTP),
        ("xs = {}\nxs.setdefault('a', []).append(Http())\nfor x in xs['a']: x.fetch", HTTP),
        ("xs = [Dog()]\nxs += [Http()]\nfor x in xs: x.fetch", HTTP | DOG),
        ("xs = []\nxs.extend([Http()])\nxs[0].fetch", HTTP),
        ("xs = []\ndef add(): xs.append(Http())\nfor x in xs: x.fetch", HTTP),
        (
            (
                "class A:\n    def __init__(self): self.xs = []\n    def add(self): self.xs.append(Http())\n"
                "    def go(self): self.xs[0].fetch"
            ),
            HTTP,
        ),
        ("from collections import defaultdict\nxs = defaultdict(list)\nxs[1].append(Http())\nxs[1][0].fetch", HTTP),
    ],
)
def test_what_is_put_into_a_container_comes_out(tmp_path: Path, main: str, expected: set[str]) -> None:
    assert reached(tmp_path, main) == expected


def test_a_parameter_that_nobody_passes_is_its_default(tmp_path: Path) -> None:
    assert fetched(tmp_path, "def f(x=Http()): return x.fetch") == HTTP
