"""Black formats what was edited, where it left the file alone before."""

from __future__ import annotations

from pathlib import Path

import black
import pytest
from black.mode import Mode, Preview, TargetVersion

from awaitify.plan.edit import AddToClass, AddToModule, AwaitCall, MakeAsync, SplitFunction, WrapInWith
from awaitify.rewrite.format import black_mode, format_as_before, mode_of
from tests.rewrite.spots import applied, clean, span, statement

LONG = "async def f():\n    return some_function(first_argument=1, second_argument=2, third_argument=333333)\n"
CALL = "some_function(first_argument=1, second_argument=2, third_argument=333333)"


def test_a_line_that_grows_too_long_is_cut_as_black_cuts_it() -> None:
    assert black.format_str(LONG, mode=Mode()) == LONG
    assert applied(LONG, AwaitCall(span(LONG, CALL)), mode=Mode()) == clean("""
        async def f():
            return await some_function(
                first_argument=1, second_argument=2, third_argument=333333
            )
    """)


def test_the_projects_own_line_length_counts() -> None:
    new = applied(LONG, AwaitCall(span(LONG, CALL)), mode=Mode(line_length=120))
    assert new == LONG.replace("some", "await some")


def test_without_a_mode_nothing_is_formatted() -> None:
    assert applied(LONG, AwaitCall(span(LONG, CALL))) == LONG.replace("some", "await some")


def test_a_file_that_black_would_change_is_left_as_edited() -> None:
    text = LONG + "\n\nx = 'single'\n"
    assert applied(text, AwaitCall(span(text, CALL)), mode=Mode()) == text.replace("some", "await some")
    plain = Mode(string_normalization=False)
    assert "await some_function(\n" in applied(text, AwaitCall(span(text, CALL)), mode=plain)


def test_line_ends_stay_as_they_were() -> None:
    text = LONG.replace("\n", "\r\n")
    new = applied(text, AwaitCall(span(text, CALL)), mode=Mode())
    assert "await some_function(\r\n" in new
    assert "\n" not in new.replace("\r\n", "")
    mixed = LONG.replace("\n", "\r\n", 1)
    assert applied(mixed, AwaitCall(span(mixed, CALL)), mode=Mode()) == mixed.replace("some", "await some")


def test_what_is_inserted_into_a_stable_file_is_stable_without_help() -> None:
    text = clean('''
        """Doc."""

        import os


        class A:
            x = 1


        def main(city):
            """Run."""
            print(get(city))
    ''')
    edits = (
        AddToClass(statement(text, "class A"), "async def aclose(self):\n    await self.x()\n"),
        AddToModule("def helper():\n    return 1\n"),
        SplitFunction(statement(text, "def main"), "asyncio.run(_main(city))", "async def _main(city):"),
        AwaitCall(span(text, "get(city)")),
    )
    assert applied(text, *edits, mode=Mode()) == applied(text, *edits)


def test_a_docstring_that_black_indents_anew_is_no_difference() -> None:
    text = clean('''
        def f():
            def g():
                """One.

                Two.
                """
                return 1

            return g
    ''')
    wrap = WrapInWith(statement(text, "def g"), statement(text, "return g"), "a")
    new = applied(text, MakeAsync(statement(text, "def f")), wrap, mode=Mode())
    assert "            Two.\n" in new
    assert new == black.format_str(new, mode=Mode())


def test_stubs_are_formatted_as_stubs() -> None:
    text = "class A:\n    def f(self): ...\n    def g(self): ...\n"
    edit = MakeAsync(statement(text, "def f"))
    assert applied(text, edit, mode=Mode(), path="a.pyi") == text.replace("def f", "async def f")


def test_a_file_that_black_can_not_read_is_left_as_edited() -> None:
    assert format_as_before("print 1\n", "print 2\n", Mode(), "a.py") == "print 2\n"
    assert format_as_before("x = 1\n", "x =  \n", Mode(), "a.py") == "x =  \n"


def test_settings_are_read_as_black_reads_them(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(clean("""
        [tool.black]
        line-length = 79
        skip-string-normalization = true
        skip-magic-trailing-comma = true
        target-version = ["py311", "py999"]
        preview = true
        enable-unstable-feature = ["string_processing"]
    """))
    assert black_mode(tmp_path) == Mode(
        line_length=79,
        string_normalization=False,
        magic_trailing_comma=False,
        target_versions={TargetVersion.PY311},
        preview=True,
        enabled_features={Preview.string_processing},
    )


def test_the_required_python_is_the_target(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.12"\n')
    assert TargetVersion.PY312 in black_mode(tmp_path).target_versions
    assert TargetVersion.PY311 not in black_mode(tmp_path).target_versions


@pytest.mark.parametrize("settings", ["", "[tool\n", "tool = 1\n", '[tool]\nblack = "x"\n', "\xff"])
def test_settings_that_can_not_be_read_are_blacks_own(settings: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(settings.encode("latin-1"))
    assert black_mode(tmp_path) == Mode()


def test_without_a_pyproject_the_settings_are_blacks_own(tmp_path: Path) -> None:
    assert black_mode(tmp_path) == Mode()


def test_settings_of_the_wrong_type_are_passed_over() -> None:
    assert mode_of({"line-length": "79", "target-version": "py311"}) == Mode()
