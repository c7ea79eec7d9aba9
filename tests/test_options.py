"""Settings come from TOML, the command line goes over them, and what isn't understood is an error with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from awaitify.codes import Way
from awaitify.failure import UsageError
from awaitify.options import Formatter, HttpTarget, Options, load_options, parse_decision

_FULL = """
targets = ["shop.clients:Base.fetch"]
strict = true
on-stop = "mark"
keep-sync = ["shop.tasks:sync_all"]
public = ["shop.api:*"]
exclude = ["vendor"]
http-target = "httpx2"
format-with = "none"
"""
_DECIDED = 'AW302 = "bridge"\n"shop/cart.py:12" = "await"\n"shop.cart:Cart.total" = "refuse"\n'


def _project(root: Path, text: str, name: str = "pyproject.toml") -> Path:
    (root / name).write_text(text, encoding="utf-8")
    return root


def _problem(root: Path) -> str:
    with pytest.raises(UsageError) as caught:
        load_options(root)
    return str(caught.value)


def _everything() -> Options:
    return Options(
        targets=("shop.clients:Base.fetch",),
        strict=True,
        decide=(("AW302", Way.BRIDGE), ("shop/cart.py:12", Way.AWAIT), ("shop.cart:Cart.total", Way.REFUSE)),
        on_stop=Way.MARK,
        keep_sync=("shop.tasks:sync_all",),
        public=("shop.api:*",),
        exclude=("vendor",),
        http_target=HttpTarget.HTTPX2,
        format_with=Formatter.NONE,
    )


def test_every_setting_of_pyproject_toml(tmp_path: Path) -> None:
    text = f"[tool.awaitify]{_FULL}\n[tool.awaitify.decide]\n{_DECIDED}"
    assert load_options(_project(tmp_path, text)) == _everything()


def test_awaitify_toml_says_the_same_without_the_table(tmp_path: Path) -> None:
    assert load_options(_project(tmp_path, f"{_FULL}\n[decide]\n{_DECIDED}", "awaitify.toml")) == _everything()


def test_an_underscore_is_as_good_as_a_hyphen(tmp_path: Path) -> None:
    assert load_options(_project(tmp_path, '[tool.awaitify]\nkeep_sync = ["a"]')).keep_sync == ("a",)


@pytest.mark.parametrize(
    "text", ["", "[tool.black]\nline-length = 120", "[project]\nname = 'x'", "[tool.awaitify]", "\ufeff"]
)
def test_nothing_set_is_the_defaults(tmp_path: Path, text: str) -> None:
    assert load_options(_project(tmp_path, text)) == Options()


def test_no_file_is_the_defaults(tmp_path: Path) -> None:
    assert load_options(tmp_path) == Options()


def test_awaitify_toml_beside_a_pyproject_toml_without_our_table_is_fine(tmp_path: Path) -> None:
    _project(tmp_path, "[tool.black]")
    assert load_options(_project(tmp_path, "strict = true", "awaitify.toml")).strict


def test_two_places_for_settings_are_one_too_many(tmp_path: Path) -> None:
    _project(tmp_path, "[tool.awaitify]")
    assert "keep one of the two" in _problem(_project(tmp_path, "", "awaitify.toml"))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("keep-snyc = []", "there is no setting 'keep-snyc'; did you mean 'keep-sync'?"),
        ("qqqq = 1", "there is no setting 'qqqq'; known are targets, from, strict, decide"),
        ("write = true", "'write' belongs on the command line: --write"),
        ("allow_dirty = true", "'allow-dirty' belongs on the command line: --allow-dirty"),
        ("targets = 'a'", "'targets' must be a list of strings, not 'a'"),
        ("public = ['a', 1]", "'public' must be a list of strings, not ['a', 1]"),
        ("strict = 'yes'", "'strict' must be true or false, not 'yes'"),
        ("strict = 1", "'strict' must be true or false, not 1"),
        ("http-target = 'aiohttp'", "'http-target' must be 'auto' or 'httpx' or 'httpx2', not 'aiohttp'"),
        ("format-with = true", "'format-with' must be 'auto' or 'black' or 'none', not True"),
        ("on-stop = 1", "'on-stop' must be a string, not 1"),
        ("on-stop = 'brigde'", "on-stop: there is no way 'brigde'; did you mean 'bridge'?"),
        ("decide = ['AW302=bridge']", "'decide' must be a table such as decide = { AW302 = \"bridge\" }"),
        ("keep-both = 1", "'keep-both' must be true or false, not 1"),
        ("twin-names = 'async'", "twin-names: 'async' must hold {name} once in what becomes a name, as in a{name} or"),
        ("twin-names = '{name}'", "twin-names: '{name}' must hold {name} once"),
        ("twin-names = '{name}-async'", "twin-names: '{name}-async' must hold {name} once"),
        ("decide = { AW302 = 1 }", "[tool.awaitify.decide] AW302: a way must be a string, not 1"),
        ("decide = { AW399 = 'refuse' }", "[tool.awaitify.decide] AW399: there is no code AW399; did you mean 'AW"),
        (
            "decide = { AW208 = 'bridge' }",
            "AW208: bridge is no way out of AW208; it offers refuse, keep-both, mark, thread, keep-sync",
        ),
        ("decide = { AW901 = 'refuse' }", "AW901: refuse is no way out of AW901; it can't be decided, only mended"),
    ],
)
def test_what_isn_t_understood_is_an_error_with_its_place(tmp_path: Path, line: str, problem: str) -> None:
    said = _problem(_project(tmp_path, f"[tool.awaitify]\n{line}"))
    assert said.startswith("pyproject.toml [tool.awaitify")
    assert problem in said


def test_broken_toml_is_an_error_with_its_line(tmp_path: Path) -> None:
    assert _problem(_project(tmp_path, "[tool.awaitify]\nstrict = \n")) == "pyproject.toml:2: Invalid value"
    assert _problem(_project(tmp_path, "a = 1\na = 2\n", "awaitify.toml")).startswith("awaitify.toml:2: ")


def test_broken_toml_at_the_end_of_the_file_is_an_error_too(tmp_path: Path) -> None:
    assert _problem(_project(tmp_path, "strict", "awaitify.toml")).startswith("awaitify.toml: ")


def test_a_file_that_isn_t_utf_8_is_an_error_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"# a\n# caf\xe9\n")
    assert _problem(tmp_path) == "pyproject.toml:2: this is not UTF-8"


def test_a_settings_file_that_is_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "awaitify.toml").mkdir()
    assert "awaitify.toml can't be read" in _problem(tmp_path)


@pytest.mark.parametrize("text", ["tool = 1", "[tool]\nawaitify = 1"])
def test_a_value_where_a_table_belongs_is_an_error(tmp_path: Path, text: str) -> None:
    assert "must be a table, not 1" in _problem(_project(tmp_path, text))


def test_the_command_line_goes_over_the_settings() -> None:
    merged = _everything().with_arguments(
        targets=["a:f"], decide=[("AW302", Way.MARK)], on_stop=Way.REFUSE, http_target=HttpTarget.HTTPX, write=True
    )
    assert (merged.targets, merged.on_stop, merged.http_target, merged.write) == (("a:f",), Way.REFUSE, "httpx", True)
    assert merged.decide == (("AW302", Way.MARK), *_everything().decide[1:])


def test_an_environment_in_the_settings_lies_beside_them_and_the_command_line_goes_before(tmp_path: Path) -> None:
    options = load_options(_project(tmp_path, 'python = ".venv"', "awaitify.toml"))
    assert options.python == tmp_path / ".venv"
    assert options.with_arguments().python == tmp_path / ".venv"
    assert options.with_arguments(python=Path("other")).python == Path("other")


def test_names_to_keep_sync_are_added_to_those_of_the_settings() -> None:
    assert _everything().with_arguments(keep_sync=["a:f", "shop.tasks:sync_all"]).keep_sync == (
        "shop.tasks:sync_all",
        "a:f",
    )


def test_what_the_command_line_leaves_out_stays_as_set() -> None:
    assert _everything().with_arguments() == _everything()


def test_write_and_check_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="--write and --check"):
        Options().with_arguments(write=True, check=True)


@pytest.mark.parametrize(
    ("text", "key", "way"),
    [
        ("AW302=bridge", "AW302", Way.BRIDGE),
        ("aw302 = bridge", "AW302", Way.BRIDGE),
        ("shop/a=b.py:12=await", "shop/a=b.py:12", Way.AWAIT),
        ("Cart.total=keep-sync", "Cart.total", Way.KEEP_SYNC),
        ("awning=refuse", "awning", Way.REFUSE),
    ],
)
def test_a_decision_names_a_code_a_place_or_a_name(text: str, key: str, way: Way) -> None:
    assert parse_decision(text) == (key, way)


@pytest.mark.parametrize("text", ["AW302", "=bridge", " =bridge", ""])
def test_a_decision_needs_a_key_and_a_way(text: str) -> None:
    with pytest.raises(UsageError, match="is not KEY=WAY, as in AW302=bridge"):
        parse_decision(text)
