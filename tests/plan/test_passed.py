"""Edits where functions are given to something: within the part that may change, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from awaitify.codes import Way
from awaitify.plan.draft import draft
from awaitify.plan.edit import AddImport, AddToModule, ReplaceExpression
from tests.plan.planning import changed_paths, drafted, edits_of, planned, replaced, stops_of

CLIENT = """
    import time

    def fetch(city):
        time.sleep(1)
        return city
    """


def test_a_comprehension_names_one_of_what_it_goes_over(tmp_path: Path) -> None:
    main = """
        from client import fetch
        def go(self, cities, address, classes, xs, fetches):
            list(map(fetch, cities))
            list(map(fetch, self.urls))
            list(map(fetch, address))
            list(map(fetch, classes))
            list(map(fetch, xs))
            set(filter(fetch, cities))
            list(map(fetch, cities, self.urls))
            list(map(fetch, cities, self.cities))
            list(map(fetch, *fetches))
        """
    plan = planned(tmp_path, {"main": main, "client": CLIENT}, "fetch")
    assert list(replaced(tmp_path, plan).values()) == [
        "[await {0}(city) for city in {1}]",
        "[await {0}(url) for url in {1}]",
        "[await {0}(item) for item in {1}]",
        "[await {0}(item) for item in {1}]",
        "[await {0}(x) for x in {1}]",
        "{{city for city in {0} if await fetch(city)}}",
        "[await {0}(city, url) for city, url in zip({1}, {2})]",
        "[await {0}(*items) for items in zip({1}, {2})]",
        "[await {0}(*items) for items in zip(*{1})]",
    ]


def test_one_helper_serves_a_whole_module(tmp_path: Path) -> None:
    main = "from client import fetch\ndef go(xs): return sorted(xs, key=fetch), sorted(xs, key=fetch, reverse=True)\n"
    plan = planned(tmp_path, {"main": main, "client": CLIENT}, "fetch")
    assert len(edits_of(plan, AddToModule)) == 1
    assert [edit.template for edit in edits_of(plan, ReplaceExpression)] == ["sorted_by"] * 2  # type: ignore[union-attr]


def test_an_annotation_outside_the_part_stays(tmp_path: Path) -> None:
    files = {
        "other/jobs": """
            from typing import Callable
            class Job:
                run: Callable[[str], str]
            """,
        "app/client": CLIENT,
        "app/main": """
            from app.client import fetch
            from other.jobs import Job
            def go(job: Job):
                job.run = fetch
                return job.run("x")
            """,
    }
    plan = draft(drafted(tmp_path / "a", files, "fetch", part="app"))
    assert stops_of(plan) == []
    assert changed_paths(plan) == ["app/client.py", "app/main.py"]
    whole = draft(drafted(tmp_path / "b", files, "fetch"))
    assert changed_paths(whole) == ["app/client.py", "app/main.py", "other/jobs.py"]
    assert edits_of(whole, AddImport, "other/jobs.py") == [AddImport("typing", "Awaitable")]


def test_a_thread_hop_outside_the_part_is_a_stop(tmp_path: Path) -> None:
    files = {
        "app/client": CLIENT,
        "other/main": """
            import asyncio
            from app.client import fetch
            async def go(): return await asyncio.to_thread(fetch, "x")
            """,
    }
    assert stops_of(draft(drafted(tmp_path, files, "fetch", part="app"))) == [("AW216", 3, None)]


def test_a_bridge_is_offered_to_threads_only(tmp_path: Path) -> None:
    main = """
        import atexit, threading
        from client import fetch
        threading.Thread(target=fetch).start()
        atexit.register(fetch)
        """
    plan = planned(tmp_path, {"main": main, "client": CLIENT}, "fetch", decide={"AW301": Way.BRIDGE})
    assert stops_of(plan) == [("AW301", 3, Way.BRIDGE), ("AW301", 4, None)]
