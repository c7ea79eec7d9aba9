"""A template that calls a method which becomes async is a stop at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.planning import planned, stops_of

MAIN = """
    import time
    import jinja2

    class User:
        def can_edit(self):
            time.sleep(0.1)
            return True

    async def page(user: User):
        return jinja2.Template("…").render(user=user)
    """


def lines(folder: Path, path: str, text: str, main: str = MAIN) -> list[int]:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")
    stops = planned(folder, {"main": main}, "main:User.can_edit").stops
    assert {(stop.code, stop.place.path) for stop in stops} <= {("AW218", path)}
    return [stop.place.span.line for stop in stops]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("templates/page.html", "<p>\n{% if user.can_edit() %}\nyes\n{% endif %}", 2),
        ("templates/page.html", "{{ user.can_edit }}", 1),  # Django calls what it finds
        ("page.j2", "\n\n{{ users[0]\n.can_edit() }}", 4),
        ("mail/page.mako", "<p>${user.can_edit()}</p>", 1),
        ("templates/page.md", "{{ user.can_edit() }}", 1),
    ],
)
def test_a_tag_that_uses_the_method_is_a_stop(tmp_path: Path, path: str, text: str, line: int) -> None:
    assert lines(tmp_path, path, text) == [line]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("templates/page.html", "user.can_edit() is called in Python"),
        ("templates/page.html", "{{ can_edit }}"),
        ("templates/page.html", "{{ user.can_edit_all() }}"),
        ("docs/page.md", "{{ user.can_edit() }}"),
        ("page.js", "`${user.can_edit()}`"),
    ],
)
def test_what_is_no_tag_or_another_name_is_none(tmp_path: Path, path: str, text: str) -> None:
    assert lines(tmp_path, path, text) == []


def test_nothing_is_read_where_nothing_renders_templates(tmp_path: Path) -> None:
    main = MAIN.replace("import jinja2", "").replace('jinja2.Template("…").render(user=user)', "user")
    assert lines(tmp_path, "templates/page.html", "{{ user.can_edit() }}", main) == []


def test_a_function_is_given_to_a_template_in_python_where_it_is_seen(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ load.name }}", encoding="utf-8")
    main = "import time\nimport jinja2\ndef load():\n    time.sleep(1)\n"
    assert stops_of(planned(tmp_path, {"main": main}, "main:load")) == []
