"""Functions that are kept under other names: where they are called from is found, or the place is a stop."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.colour.painting import Painted, blocking_of, painted

CLIENT = """
    import time

    class Client:
        def fetch(self, city=""):
            time.sleep(1)
            return city

    client = Client()

    def plain(city=""):
        return city
"""
HEAD = """
import functools, threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar
from client import Client, client, plain

class Loader(Protocol):
    def __call__(self, city: str = "") -> str: ...

F = TypeVar("F", bound=Callable)
"""


def kept_in(folder: Path, main: str, **modules: str) -> Painted:
    blocking = blocking_of(folder, client=CLIENT, main=HEAD + dedent(main), **modules)
    return painted(blocking, "client:Client.fetch")


def awaited_lines(found: Painted) -> list[int]:
    """The lines of ``main`` at which a call is awaited, below the imports."""
    return [line - HEAD.count("\n") + 1 for line, ending in found.endings if ending == "awaited"]


def reasons(found: Painted) -> list[tuple[str, str]]:
    return [(obstacle.code, obstacle.reason) for obstacle in found.colouring.obstacles]


@pytest.mark.parametrize(
    ("main", "awaited"),
    [
        ("def go():\n    load = client.fetch\n    return load()", [3]),
        ("def go():\n    load = client.fetch if go else None\n    if load is not None: load()", [3]),
        ("def go():\n    again = load = None\n    load = client.fetch\n    again = load\n    again()", [5]),
        ("def go():\n    load = partial(client.fetch, 'x')\n    return load()", [3]),
        ("def go():\n    def inner(): return load()\n    load = client.fetch\n    return inner()", [2, 4]),
        ("def go():\n    for load in (client.fetch, client.fetch):\n        load()", [3]),
        ("load = client.fetch\ndef go():\n    return load()", [3]),
        ("def go(load=client.fetch):\n    return load()", [2]),
        ("def run(load): return load()\ndef go(): run(client.fetch)", [1, 2]),
        ("def run(load: Loader): return load()\ndef go(): run(client.fetch)", [1, 2]),
        ("def run(load: F): return load()\ndef go(): run(client.fetch)", [1, 2]),
        ("def run(load: object): return load()\ndef go(): run(client.fetch)", [1, 2]),
        ("def run(*, load: Callable[[], str]): return load()\ndef go(): run(load=client.fetch)", [1, 2]),
        ("def run(load): return plain(load())\ndef deep(load): return run(load)\ndef go(): deep(client.fetch)", [1, 2, 3]),
        ("def pick(): return client.fetch\ndef go(): return pick()()", [2]),
        ("def pick() -> Callable: return client.fetch\ndef go():\n    load = pick()\n    load()", [4]),
        ("class Job:\n    def __init__(self): self.load = client.fetch\n    def go(self): self.load()", [3]),
        ("class Job:\n    def __init__(self, load): self.load = load\n    def go(self): self.load()\nJob(client.fetch)", [3]),
        ("@dataclass\nclass Job:\n    name: str\n    load: Callable\ndef go(): Job('', client.fetch).load()", [5]),
        ("class Job:\n    load = None\njob = Job()\njob.load = client.fetch\ndef go(): job.load()", [5]),
        ("ALL = {'a': client.fetch}\ndef go(k): return ALL[k]()", [2]),
        ("ALL = {'a': client.fetch}\ndef go(k): return ALL.get(k)()", [2]),
        ("ALL = [client.fetch]\ndef go(): return [one() for one in ALL]", [2]),
        ("ALL = []\nALL.append(client.fetch)\ndef go():\n    for one in ALL: one()", [4]),
        ("ALL = {}\nALL['a'] = client.fetch\ndef go():\n    for key, one in ALL.items(): one(key)", [4]),
        ("class Job:\n    ALL = {'a': client.fetch}\n    def go(self, k): return self.ALL[k]()", [3]),
        ("class Job:\n    def __init__(self): self.all = [client.fetch]\n    def go(self): self.all[0]()", [3]),
        (("class Base:\n    def pick(self): ...\nclass Sub(Base):\n    def pick(self): return client.fetch\n"
         "def go(sub: Sub): sub.pick()()"), [5]),
    ],
)  # fmt: skip
def test_every_call_by_another_name_is_awaited(tmp_path: Path, main: str, awaited: list[int]) -> None:
    found = kept_in(tmp_path, main)
    assert reasons(found) == []
    assert awaited_lines(found) == awaited


@pytest.mark.parametrize(
    ("main", "code"),
    [
        ("def go(on):\n    load = client.fetch if on else plain\n    return load()", "AW311"),
        ("def run(load): return load()\ndef go(): run(client.fetch)\nrun(plain)", "AW311"),
        ("ALL = {'a': client.fetch, 'b': plain}\ndef go(k): return ALL[k]()", "AW311"),
        ("ALL = {'a': client.fetch}\ndef add(): ALL['b'] = plain\ndef go(k): return ALL[k]()", "AW311"),
        (("class Job:\n    def __init__(self): self.load = client.fetch\n    def go(self): self.load()\n"
         "def change(job: Job): job.load = plain"), "AW311"),
        (("class Base:\n    def pick(self): return plain\nclass Sub(Base):\n    def pick(self): return client.fetch\n"
         "def go(base: Base): base.pick()()"), "AW311"),
        ("def pick(on): return client.fetch if on else plain\ndef go(): return pick(1)()", "AW311"),
    ],
)  # fmt: skip
def test_a_name_under_which_others_are_kept_too_is_a_stop(tmp_path: Path, main: str, code: str) -> None:
    assert [found for found, _ in reasons(kept_in(tmp_path, main))] == [code]


def test_what_another_module_puts_into_a_list_counts(tmp_path: Path) -> None:
    main = "ALL = {'a': client.fetch}\ndef go(k): return ALL[k]()"
    other = "from main import ALL\nfrom client import plain\nALL['b'] = plain"
    assert [code for code, _ in reasons(kept_in(tmp_path, main, other=other))] == ["AW311"]


@pytest.mark.parametrize(
    ("main", "reason"),
    [
        ("class Job(threading.Thread):\n    def __init__(self): self.load = client.fetch", "builds on"),
        ("class Job:\n    def load(self): ...\n    def __init__(self): self.load = client.fetch", "place of the method"),
        ("class Job:\n    def __init__(self): self.load = client.fetch\nclass Sub(Job):\n    def load(self): ...",
         "place of the method"),
        ("def go(job): job.load = client.fetch", "isn't known"),
        ("load = client.fetch", "nothing here is seen to use"),
        ("def go(): return client.fetch", "nothing here is seen to use"),
        ("def pick(): return client.fetch\ndef go(): plain(pick)", "is passed on or named itself"),
        ("ALL = [client.fetch]\ndef go(): return plain(ALL)", "is passed on"),
        ("ALL = [[client.fetch]]\ndef go(): return ALL[0][0]()", "passed on or stored"),
        ("ALL = [(1, client.fetch)]\ndef go():\n    for _, one in ALL: one()", "passed on or stored"),
        ("def run(*loads): loads[0]()\ndef go(): run(client.fetch)", "what that does with it isn't known"),
        ("def go(): threading.local(client.fetch)", "what that does with it isn't known"),
        ("def go(): yield client.fetch", "passed on or stored"),
        ("def go(jobs: list): jobs.append(client.fetch)", "comes from elsewhere"),
        ("def go(jobs: list):\n    mine = jobs\n    mine.append(client.fetch)\n    mine[0]()", "comes from elsewhere"),
        ("def run(load): return load\nrun(client.fetch)\n@run\ndef go(): ...", "is a decorator too"),
        ("@functools.wraps\ndef run(load): return load()\ndef go(): run(partial(client.fetch))", "a partial of it"),
    ],
)  # fmt: skip
def test_a_stop_says_where_it_is_lost(tmp_path: Path, main: str, reason: str) -> None:
    found = [said for code, said in reasons(kept_in(tmp_path, main)) if code == "AW301"]
    assert any(reason in said for said in found), found


def test_a_call_on_an_unknown_receiver_is_a_stop_or_with_a_common_name_a_doubt(tmp_path: Path) -> None:
    main = (
        "class Job:\n    def __init__(self): self.{0} = client.fetch\n    def go(self): self.{0}()\ndef far(x): x.{0}()"
    )
    assert [code for code, _ in reasons(kept_in(tmp_path / "a", main.format("load_city")))] == ["AW310"]
    found = kept_in(tmp_path / "b", main.format("get"))
    assert reasons(found) == []
    assert (HEAD.count("\n") + 3, "doubt") in found.endings


def test_what_is_only_looked_at_is_left(tmp_path: Path) -> None:
    main = "def go(x):\n    if client.fetch == x or callable(client.fetch): print(client.fetch.__name__)"
    found = kept_in(tmp_path, main)
    assert reasons(found) == []
    assert [ending for _, ending in found.endings] == ["forwarded", "forwarded", "other"]


def test_a_name_that_looks_it_up_is_a_stop(tmp_path: Path) -> None:
    main = "class Job:\n    def __init__(self): self.load = client.fetch\ndef go(): return getattr(Job(), 'load')()"
    assert [code for code, _ in reasons(kept_in(tmp_path, main))] == ["AW304"]


def test_what_a_list_holds_that_nobody_calls_stays_still(tmp_path: Path) -> None:
    found = kept_in(tmp_path, "ALL = [plain]\ndef go(): return ALL[0]()\ndef run(load): return load()\nrun(plain)")
    assert found.names == ["client:Client.fetch"]


def test_a_name_that_is_the_functions_own_is_counted_once(tmp_path: Path) -> None:
    found = kept_in(tmp_path, "def go():\n    fetch = client.fetch\n    return fetch()")
    start = HEAD.count("\n") - 1
    assert found.endings == [(start + 2, "forwarded"), (start + 3, "awaited")]


def test_an_annotation_does_not_hide_a_parameter_with_the_functions_name(tmp_path: Path) -> None:
    found = kept_in(tmp_path, "def run(fetch: Callable): return fetch()\ndef go(): run(client.fetch)")
    assert awaited_lines(found) == [1, 2]
