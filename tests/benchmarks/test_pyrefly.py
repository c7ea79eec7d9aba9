"""The language server must be asked so that it answers in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.pyrefly import Spot, definitions, find_pyrefly, references, utf16
from tests.programs import program

CLIENTS = """
    class Client:
        def fetch(self): ...

    class Fast(Client):
        def fetch(self): ...
    """
MAIN = """
    from clients import Client, Fast

    def use(client: Client, fast: Fast, some):
        client.fetch(); "é😀", fast.fetch()
        some.fetch(); fast.fetch().bit_length()
    """
BASE = Spot("clients.py", 2, 8)


def test_columns_are_counted_in_utf_16() -> None:
    assert utf16("é😀x", 2) == 3


@pytest.fixture
def pyrefly() -> str:
    found = find_pyrefly()
    if found is None:
        pytest.skip("pyrefly is not installed")
    return found


def test_a_definition_is_found_where_the_receiver_is_known(pyrefly: str, tmp_path: Path) -> None:
    root = program(tmp_path / "shop", clients=CLIENTS, main=MAIN)
    known, after_emoji, unknown = Spot("main.py", 4, 11), Spot("main.py", 4, 32), Spot("main.py", 5, 9)
    found = dict(definitions(pyrefly, root, [unknown, after_emoji, known]))
    assert found == {known: (BASE,), after_emoji: (Spot("clients.py", 5, 8),), unknown: ()}


def test_what_lies_elsewhere_is_outside(pyrefly: str, tmp_path: Path) -> None:
    root = program(tmp_path / "shop", main="x = 'a'.join([])\n")
    [(_, [found])] = definitions(pyrefly, root, [Spot("main.py", 1, 8)])
    assert found.is_outside


def test_references_span_the_family(pyrefly: str, tmp_path: Path) -> None:
    root = program(tmp_path / "shop", clients=CLIENTS, main=MAIN)
    lines = sorted((spot.path, spot.line) for spot in references(pyrefly, root, BASE))
    assert lines == [("clients.py", 2), ("clients.py", 5), ("main.py", 4), ("main.py", 4), ("main.py", 5)]
