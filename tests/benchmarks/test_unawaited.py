"""The check of ``make real`` that looks for coroutines nobody awaits must see them."""

from __future__ import annotations

from pathlib import Path

from benchmarks.unawaited import converted, marks, unawaited
from tests.programs import program

BEFORE = "class Base:\n    def fetch(self): ...\n"
AFTER = "class Base:\n    async def fetch(self): ...\n"


def found(folder: Path, body: str) -> list[tuple[int, bool]]:
    """The lines of ``main.py`` with a call that is left, and whether it surely is one."""
    before = program(folder / "before", shop=BEFORE, main="")
    after = program(folder / "after", shop=AFTER, main=body)
    return [(call.line, call.certain) for call in unawaited(after, converted(before, after))]


def test_an_awaited_call_is_dealt_with(tmp_path: Path) -> None:
    assert found(tmp_path, "async def f(base):\n    return (await base.fetch()).json()\n") == []


def test_a_scheduled_call_is_dealt_with(tmp_path: Path) -> None:
    assert found(tmp_path, "async def f(a, b):\n    await asyncio.gather(a.fetch(), *[b.fetch()])\n") == [(2, False)]


def test_a_marked_call_is_dealt_with_and_counted(tmp_path: Path) -> None:
    body = "def f(base):\n    # why not\n    # awaitify: todo[AW310] …\n    return base.fetch()\n"
    assert found(tmp_path, body) == []
    assert marks(tmp_path / "after") == ["AW310"]


def test_a_mark_above_another_statement_says_nothing(tmp_path: Path) -> None:
    body = "def f(base):\n    # awaitify: todo[AW310] …\n    if base:\n        return base.fetch()\n"
    assert found(tmp_path, body) == [(4, False)]


def test_self_and_super_are_certain_where_the_class_or_its_base_was_converted(tmp_path: Path) -> None:
    body = """
        from shop import Base

        class Child(Base):
            def use(self):
                self.fetch()
                super().fetch()

        class Stranger:
            def fetch(self): ...
            def use(self):
                self.fetch()
        """
    assert found(tmp_path, body) == [(5, True), (6, True), (11, False)]


def test_self_is_certain_though_two_classes_have_the_name(tmp_path: Path) -> None:
    before = program(tmp_path / "before", one="class Api:\n    def get(self): ...\n", two="class Api: ...\n")
    method = "class Api:\n    async def get(self): ...\n    def use(self): self.get()\n"
    after = program(tmp_path / "after", one=method, two="class Api: ...\n")
    assert [(call.path, call.certain) for call in unawaited(after, converted(before, after))] == [("one.py", True)]


def test_what_was_async_before_is_not_converted(tmp_path: Path) -> None:
    before = program(tmp_path / "before", shop=AFTER)
    assert converted(before, before) == {"shop.py": frozenset()}
