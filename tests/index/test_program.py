"""A program is read on demand, and says which files it can't read or tell apart."""

from __future__ import annotations

from pathlib import Path

from tests.index.asking import resolver_of


def test_a_name_that_two_modules_claim_is_told_when_it_is_imported(tmp_path: Path) -> None:
    files = {"cart.py": "", "cart/__init__.py": "", "free.py": "", "free.pyi": "", "main.py": "import cart, free\n"}
    program = resolver_of(tmp_path, files).program
    assert program.module("cart") is None
    assert [(failure.code, failure.reason) for failure in program.failures.values()] == [
        ("AW907", "cart may be any of cart.py, cart/__init__.py")
    ]
    free = program.module("free")
    assert free is not None
    assert free.path == "free.py"
