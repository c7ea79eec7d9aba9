"""The stages of a migration: what can wait, what can't, and that together they are what one ``--write`` gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from awaitify.migrate import migrate, stack
from awaitify.options import HttpTarget, Options
from awaitify.plan.stages import Budget
from awaitify.review.stack import Stage
from tests.fixture_case import Case, all_cases, files_of
from tests.programs import program
from tests.run_program import run_program

_AREAS = ("calls", "classes", "constructors", "decorators", "down", "frameworks", "httpx", "locks", "requests", "tests")
CASES = tuple(
    case
    for number, case in enumerate(all_cases())
    if case.after != case.before
    and (case.name.startswith("apps/") or number % 4 == 0 and case.folder.parent.name in _AREAS)
)
each_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


def copied(folder: Path, to: Path, stage: Stage | None = None) -> Path:
    """The program in a folder of its own, as it is after *stage*."""
    to.mkdir(parents=True)
    for path, data in (files_of(folder) | {c.path: c.new for c in (stage.total if stage else ())}).items():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        (to / path).write_bytes(data)
    return to


@each_case
def test_the_stages_together_are_what_one_write_gives(case: Case, tmp_path: Path) -> None:
    before = copied(case.before, tmp_path / "program")
    stages = stack(before, case.options, Budget()).stages
    files = files_of(before)
    for stage in stages:
        for change in stage.changes:
            assert files[change.path] == change.old
            files[change.path] = change.new
    assert files == files_of(case.after)


@each_case
def test_the_program_runs_after_every_stage_and_the_rest_of_it_is_found_there(case: Case, tmp_path: Path) -> None:
    before = copied(case.before, tmp_path / "program")
    for stage in stack(before, case.options, Budget()).stages[:-1]:
        there = copied(before, tmp_path / f"{stage.number}" / "program", stage)
        if case.run is not None and not case.run.missing:
            result = run_program(there, case.run.command)
            assert (result.stdout, result.returncode, result.leaks) == (case.run.prints, 0, ()), result.stderr
        rest = migrate(there, case.options)
        assert files_of(there) | {change.path: change.new for change in rest.changes} == files_of(case.after)


CHAIN = {
    "chain": """
        import time


        def bottom() -> int:
            time.sleep(0)
            return 1


        def middle() -> int:
            return bottom() + 1


        def top() -> int:
            return middle() + 1


        def main() -> None:
            print(top())


        if __name__ == "__main__":
            main()
        """,
}


def stages_of(folder: Path, files: dict[str, str], target: str, budget: Budget | None = None) -> tuple[Stage, ...]:
    return stack(program(folder, files), Options(targets=(target,)), budget or Budget()).stages


def names_in(stages: tuple[Stage, ...]) -> list[list[str]]:
    return [[one.name.qualname for one in stage.converted] for stage in stages]


def text_after(stage: Stage, path: str) -> str:
    return next(change.new.decode() for change in stage.total if change.path == path)


def test_a_stage_is_one_level_from_the_entry_points_down(tmp_path: Path) -> None:
    stages = stages_of(tmp_path / "p", CHAIN, "chain:bottom")
    assert names_in(stages) == [["main"], ["top"], ["middle"], ["bottom"]]
    assert "return middle() + 1" in text_after(stages[1], "chain.py")
    assert "time.sleep" in text_after(stages[2], "chain.py")


def test_the_depth_of_a_stage_can_be_chosen(tmp_path: Path) -> None:
    stages = stages_of(tmp_path / "p", CHAIN, "chain:bottom", Budget(max_depth=2))
    assert names_in(stages) == [["top", "main"], ["bottom", "middle"]]


FILES = {
    "low": "import time\n\n\ndef low() -> None:\n    time.sleep(0)\n",
    "one": "from low import low\n\n\ndef one() -> None:\n    low()\n",
    "two": "from low import low\n\n\ndef two() -> None:\n    low()\n",
}


def test_a_stage_keeps_within_its_number_of_files(tmp_path: Path) -> None:
    whole = stages_of(tmp_path / "p", FILES, "low:low", Budget(max_files=9))
    assert [stage.files for stage in whole] == [("low.py", "one.py", "two.py")]
    stages = stages_of(tmp_path / "q", FILES, "low:low", Budget(max_files=1))
    assert names_in(stages) == [
        ["one"],
        ["two"],
        ["low"],
    ]  # the last one changes three: the awaits can't be had without it


def test_a_helper_that_only_blocks_comes_with_who_calls_it(tmp_path: Path) -> None:
    # a later run, given the same name, would not find it: its caller is async by then and doesn't ask for it
    files = {
        "shop": """
            import time


            def fetch() -> int:
                time.sleep(0)
                return 1


            def pause() -> None:
                time.sleep(0)


            def show() -> int:
                pause()
                return fetch()
            """,
    }
    stages = stages_of(tmp_path / "p", files, "shop:fetch")
    assert names_in(stages) == [["pause", "show"], ["fetch"]]


API = """
    import time

    from fastapi import FastAPI

    app = FastAPI()


    def load(city: str) -> str:
        time.sleep(0)
        return city


    def {name}(city: str) -> str:
        {lock}return load(city)


    @app.get("/{{city}}")
    {colour}def read(city: str) -> str:
        return {name}(city)
    """


def test_below_an_endpoint_of_the_thread_pool_the_thread_moves_down(tmp_path: Path) -> None:
    files = {"api": API.format(name="find", lock="", colour="")}
    stages = stages_of(tmp_path / "p", files, "api:load")
    assert names_in(stages) == [["read"], ["find"], ["load"]]
    assert "return await asyncio.to_thread(find, city)" in text_after(stages[0], "api.py")
    assert [str(note.place) for note in stages[0].threads] == ["api.py:19"]
    assert "return await asyncio.to_thread(load, city)" in text_after(stages[1], "api.py")
    assert "to_thread" not in text_after(stages[2], "api.py")


def test_below_an_async_endpoint_it_blocks_on_the_loop_as_it_did(tmp_path: Path) -> None:
    files = {"api": API.format(name="find", lock="", colour="async ")}
    stages = stages_of(tmp_path / "p", files, "api:load")
    assert names_in(stages) == [["find"], ["load"]]
    assert "to_thread" not in text_after(stages[0], "api.py")


def test_what_cant_be_put_on_a_thread_comes_with_the_endpoint(tmp_path: Path) -> None:
    files = {
        "api": """
            import contextvars
            import time

            from fastapi import FastAPI

            app = FastAPI()
            city_now = contextvars.ContextVar("city_now", default="")


            def load(city: str) -> str:
                city_now.set(city)
                time.sleep(0)
                return city


            @app.get("/{city}")
            def read(city: str) -> str:
                return load(city) + city_now.get()
            """,
    }
    assert names_in(stages_of(tmp_path / "p", files, "api:load")) == [["load", "read"]]


def test_what_shares_a_client_comes_together(tmp_path: Path) -> None:
    files = {
        "shop": """
            import requests


            class Client:
                def __init__(self) -> None:
                    self.session = requests.Session()

                def get(self) -> int:
                    return self.session.get("http://localhost").status_code

                def put(self) -> int:
                    return self.session.put("http://localhost").status_code

                def close(self) -> None:
                    self.session.close()


            def use(client: Client) -> int:
                return client.get()


            def change(client: Client) -> int:
                return client.put()
            """,
    }
    *above, last = names_in(stages_of(tmp_path / "p", files, "shop:Client.get"))
    assert sorted(last) == ["Client.close", "Client.get", "Client.put"]
    assert sorted(name for stage in above for name in stage) == ["change", "use"]


def test_what_is_held_back_is_in_no_stage(tmp_path: Path) -> None:
    files = {
        "shop": """
            import time


            def load() -> int:
                time.sleep(0)
                return 1


            VALUE = load()


            def other() -> None:
                time.sleep(0)


            def use() -> None:
                other()
            """,
    }
    options = Options(targets=("shop:load", "shop:other"))
    found = stack(program(tmp_path / "p", files), options, Budget())
    assert names_in(found.stages) == [["use"], ["other"]]
    assert len(found.plan.undecided) == 1
    nothing = stack(program(tmp_path / "q", files), replace(options, targets=("shop:load",)), Budget())
    assert nothing.why_no_stages() == "all of it is held back"


GEO = """
    import requests


    def find(city: str) -> str:
        response = requests.get("http://localhost/find", params={"q": "a"}, timeout=5)
        return response.json()["name"] if response.ok else city


    def show(city: str) -> str:
        try:
            return find(city)
        except requests.Timeout:
            return ""
    """


def test_a_library_is_swapped_first_while_all_is_sync(tmp_path: Path) -> None:
    first, second, last = stages_of(tmp_path / "p", {"geo": GEO}, "geo:find")
    assert (first.title, first.converted) == ("requests → httpx, still sync", ())
    text = text_after(first, "geo.py")
    assert "    with httpx.Client(follow_redirects=True, timeout=None, max_redirects=30) as client:" in text
    assert 'response = client.get("http://localhost/find"' in text
    assert "except httpx.TimeoutException:" in text
    assert "async" not in text
    assert "requests" not in text
    assert names_in((second, last)) == [["show"], ["find"]]
    assert "    with httpx.Client(" in text_after(second, "geo.py")
    assert "    async with httpx.AsyncClient(" in text_after(last, "geo.py")


def test_a_session_that_nobody_closes_is_not_swapped_first(tmp_path: Path) -> None:
    files = {
        "shop": """
            import requests


            class Client:
                def __init__(self) -> None:
                    self.session = requests.Session()

                def get(self) -> int:
                    return self.session.get("http://localhost").status_code


            def use(client: Client) -> int:
                return client.get()
            """,
    }
    found = stack(program(tmp_path / "p", files), Options(targets=("shop:Client.get",)), Budget())
    assert names_in(found.stages) == [["use"], ["Client.get"]]
    assert "Client.session is never closed" in found.why_not_first


def test_a_client_that_a_later_run_would_not_know_is_not_written_first(tmp_path: Path) -> None:
    options = Options(targets=("geo:find",), http_target=HttpTarget.HTTPX2)
    found = stack(program(tmp_path / "p", {"geo": GEO}), options, Budget())
    assert names_in(found.stages) == [["show"], ["find"]]
    assert "httpx2" in found.why_not_first


def test_where_there_is_no_library_to_swap_nothing_is_said_of_it(tmp_path: Path) -> None:
    found = stack(program(tmp_path / "p", CHAIN), Options(targets=("chain:bottom",)), Budget())
    assert (found.stages[0].swap, found.why_not_first) == ("", "")
