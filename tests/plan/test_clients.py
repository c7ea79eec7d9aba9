"""One client around the smallest run of statements that needs it, outside loops; a kept one has an owner."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from awaitify.migrate import migrate
from awaitify.options import Options
from awaitify.plan.edit import AddToClass, WrapInWith
from awaitify.plan.plan import Plan
from tests.plan.planning import edits_of, imports, planned, replaced, stops_of, wrapped

HEAD = "import requests\ndef go(urls, x, y):\n"


def around(folder: Path, body: str) -> list[tuple[int, int]]:
    """The lines of *body*, from 1, that move into the client's ``async with``; the result is made too, and compiles."""
    text = HEAD + indent(dedent(body).strip("\n"), "    ") + "\n"
    plan = planned(folder, {"main": text}, "main:go")
    assert plan.stops == (), [stop.reason for stop in plan.stops]
    outcome = migrate(folder, Options(targets=("main:go",)))
    (change,) = outcome.changes
    compile(change.new, "main.py", "exec", dont_inherit=True)
    return [(first - 2, last - 2) for first, last in wrapped(plan)]


def test_the_statement_of_a_single_call_is_wrapped_alone(tmp_path: Path) -> None:
    body = """
        a = 1
        r = requests.get(x)
        return r.text
        """
    assert around(tmp_path, body) == [(2, 2)]


def test_two_calls_share_a_client_around_both_and_what_is_between(tmp_path: Path) -> None:
    body = """
        a = 1
        r = requests.get(x)
        b = 2
        s = requests.post(y)
        return r.text + s.text
        """
    assert around(tmp_path, body) == [(2, 4)]


@pytest.mark.parametrize("head", ["for url in urls:", "while x:", "for a, b in urls:"])
def test_a_client_stands_outside_a_loop(tmp_path: Path, head: str) -> None:
    body = f"""
        a = 1
        {head}
            print(requests.get(x).text)
            x = None
        return a
        """
    assert around(tmp_path, body) == [(2, 4)]


def test_the_outermost_loop_counts(tmp_path: Path) -> None:
    body = """
        for url in urls:
            if url:
                for z in url:
                    print(requests.get(z).text)
        return 1
        """
    assert around(tmp_path, body) == [(1, 4)]


def test_a_comprehension_is_part_of_its_statement(tmp_path: Path) -> None:
    assert around(tmp_path, "r = [requests.get(u).text for u in urls]\nreturn r\n") == [(1, 1)]


def test_one_branch_of_an_if_is_wrapped_inside_it(tmp_path: Path) -> None:
    body = """
        if x:
            a = 1
            r = requests.get(x).text
        else:
            r = ""
        return r
        """
    assert around(tmp_path, body) == [(3, 3)]


def test_two_branches_share_a_client_around_the_if(tmp_path: Path) -> None:
    body = """
        if x:
            r = requests.get(x).text
        else:
            r = requests.get(y).text
        return r
        """
    assert around(tmp_path, body) == [(1, 4)]


def test_an_elif_is_no_place_for_a_with_around_it(tmp_path: Path) -> None:
    body = """
        if x:
            r = ""
        elif requests.get(y).text:
            r = "y"
        else:
            r = "z"
        return r
        """
    assert around(tmp_path, body) == [(1, 6)]


def test_the_body_of_an_elif_can_be_wrapped_by_itself(tmp_path: Path) -> None:
    body = """
        if x:
            r = ""
        elif y:
            r = requests.get(y).text
        return r
        """
    assert around(tmp_path, body) == [(4, 4)]


def test_a_condition_takes_the_whole_statement(tmp_path: Path) -> None:
    assert around(tmp_path, "if requests.get(x).text:\n    return 1\nreturn 2\n") == [(1, 2)]


def test_a_try_body_is_wrapped_inside_so_that_its_handlers_see_the_client_close(tmp_path: Path) -> None:
    body = """
        try:
            r = requests.get(x)
            return r.text
        except ValueError:
            return ""
        """
    assert around(tmp_path, body) == [(2, 2)]


def test_a_call_in_a_handler_is_wrapped_inside_it(tmp_path: Path) -> None:
    body = """
        try:
            r = 1
        except ValueError:
            r = requests.get(x).text
        return r
        """
    assert around(tmp_path, body) == [(4, 4)]


def test_calls_in_a_try_and_its_finally_share_a_client_around_all_of_it(tmp_path: Path) -> None:
    body = """
        try:
            r = requests.get(x).text
        finally:
            requests.post(y)
        return r
        """
    assert around(tmp_path, body) == [(1, 4)]


def test_a_with_is_gone_into(tmp_path: Path) -> None:
    body = """
        with x:
            a = 1
            r = requests.get(y).text
        return r
        """
    assert around(tmp_path, body) == [(3, 3)]


def test_a_match_is_gone_into_or_taken_whole(tmp_path: Path) -> None:
    body = """
        match x:
            case 1:
                r = requests.get(y).text
            case _:
                r = ""
        return r
        """
    assert around(tmp_path, body)[0][0] in (1, 3)


def test_a_client_gets_a_name_that_is_free(tmp_path: Path) -> None:
    main = "import requests\nclient = 1\ndef go(http_client): return requests.get(http_client).text\n"
    (edit,) = edits_of(planned(tmp_path, {"main": main}, "main:go"), WrapInWith)
    assert isinstance(edit, WrapInWith)
    assert edit.header.endswith(" as async_client")


def test_what_requests_does_by_default_is_written_out(tmp_path: Path) -> None:
    (edit,) = edits_of(planned(tmp_path, {"main": f"{HEAD}    return requests.get(x).text\n"}, "main:go"), WrapInWith)
    assert isinstance(edit, WrapInWith)
    assert edit.header == "httpx.AsyncClient(follow_redirects=True, timeout=None, max_redirects=30) as client"


def test_the_other_package_is_used_where_the_project_depends_on_it(tmp_path: Path) -> None:
    files = {
        "main": f"{HEAD}    return requests.get(x).text\n",
        "pyproject.toml": "[project]\ndependencies = ['httpx2']\n",
    }
    plan = planned(tmp_path, files, "main:go")
    (edit,) = edits_of(plan, WrapInWith)
    assert isinstance(edit, WrapInWith)
    assert edit.header.startswith("httpx2.AsyncClient(")
    assert imports(plan) == (["httpx2"], ["requests"])


# a session that is kept


OWNER = """
    import requests
    class Client:
        def __init__(self):
            self.session = requests.Session()
        def fetch(self, url):
            return self.session.get(url).text
    """


def owned(folder: Path, extra: str = "", files: dict[str, str] | None = None) -> Plan:
    text = dedent(OWNER).lstrip("\n") + indent(dedent(extra).strip("\n"), "    ") + "\n"
    return planned(folder, {"main": text, **(files or {})}, "Client.fetch")


def test_a_session_of_an_object_is_made_as_an_async_client(tmp_path: Path) -> None:
    plan = owned(tmp_path)
    assert replaced(tmp_path, plan)["requests.Session()"].startswith("httpx.AsyncClient(follow_redirects=True")
    assert wrapped(plan) == []


def test_an_owner_that_never_closed_its_session_gets_the_means(tmp_path: Path) -> None:
    plan = owned(tmp_path)
    assert len(edits_of(plan, AddToClass)) == 1
    assert "never closed its session" in plan.notes[0].text


def test_an_owner_that_closes_it_keeps_its_own_way(tmp_path: Path) -> None:
    plan = owned(tmp_path, "def close(self):\n    self.session.close()\n")
    assert edits_of(plan, AddToClass) == []
    assert replaced(tmp_path, plan)["self.session.close"] == "{0}.aclose"


@pytest.mark.parametrize(
    "use",
    [
        "self.session.headers.update({'a': 'b'})",
        "self.session.headers['a'] = 'b'",
        "self.session.auth = ('a', 'b')",
        "return self.session.cookies.get('a')",
        "return self.session is None",
    ],
)
def test_a_plain_use_of_the_session_stays(tmp_path: Path, use: str) -> None:
    assert owned(tmp_path, f"def use(self):\n    {use}\n").stops == ()


@pytest.mark.parametrize(
    "use",
    [
        "self.session.verify = False",
        "self.session.mount('a', b)",
        "return self.session",
        "self.session.headers = {} or print(self.session.headers)",
        "other(self.session)",
        "self.session.proxies['a'] = 'b'",
        "return lambda: self.session.get('a')",
        "return self.session.get",
    ],
)
def test_a_use_without_a_counterpart_is_a_stop(tmp_path: Path, use: str) -> None:
    plan = owned(tmp_path, f"def use(self):\n    {use}\n")
    assert {code for code, _, _ in stops_of(plan)} <= {"AW404", "AW409", "AW204"}
    assert plan.stops
    assert plan.edits == ()


def test_a_session_that_came_from_outside_has_other_users(tmp_path: Path) -> None:
    main = """
        import requests
        class Client:
            def __init__(self, session: requests.Session):
                self.session = session
            def fetch(self, url):
                return self.session.get(url).text
        """
    assert [code for code, _, _ in stops_of(planned(tmp_path, {"main": main}, "Client.fetch"))] == ["AW408"]


def test_a_session_of_the_module_would_outlive_its_loop(tmp_path: Path) -> None:
    main = "import requests\nS = requests.Session()\ndef go(url): return S.get(url).text\n"
    assert [code for code, _, _ in stops_of(planned(tmp_path, {"main": main}, "main:go"))] == ["AW408"]
