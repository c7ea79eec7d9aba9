"""The marked sites of ``tests/receivers``, which the engine was not built against: what it makes of each, beside what is true.

``pytest -rP`` shows the table, the wrong ones first. What is true was not only thought out: the program is run, and
the marks are held to what each line calls.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest

from awaitify.migrate import migrate
from awaitify.options import Options
from awaitify.plan.plan import Plan, Verdict
from tests.marked import ends_of, marks_in

RECEIVERS = Path(__file__).parent / "receivers"
TARGET = "depot.clients.base:Client.fetch"
_OBSERVER = Path(__file__).parent / "observe_receivers.py"
_MARKER = re.compile(r"#@ (?P<id>\S+) \| (?P<truth>yes|no|mixed|proto) \| (?P<words>.*)")
_SITES = 642
_FLOOR = 600
"""The sites that are right, at least."""
_STOP_IS_RIGHT = {"ref", "string", "barrier", "dynamic"}
_LEFT_ALONE = (Verdict.OTHER, Verdict.ALREADY)


class End(StrEnum):
    """How what the tool made of a site compares with what is true."""

    WRONG = "WRONG"
    UNSEEN = "unseen"
    DOUBT = "doubt"
    STOP = "stop, no need"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Site:
    """A marked site: what is true of it, and what the plan says on its line."""

    id: str
    truth: str
    words: frozenset[str]
    place: str
    verdicts: tuple[Verdict, ...]
    codes: tuple[str, ...]
    alias: tuple[Verdict, ...]
    """What the plan says where the alias is made that it is called through."""

    @property
    def kind(self) -> str:
        return self.id.partition("_")[0]

    @property
    def end(self) -> End:
        return self._end_of_a_decoy() if self.truth == "no" else self._end_of_a_member()

    def _end_of_a_decoy(self) -> End:
        if Verdict.AWAITED in self.verdicts:
            return End.WRONG
        if all(verdict in _LEFT_ALONE for verdict in self.verdicts) and not self.codes:
            return End.RIGHT
        return End.STOP if Verdict.STOP in self.verdicts or self.codes else End.DOUBT

    def _end_of_a_member(self) -> End:
        if "harmless" in self.words:
            return End.RIGHT
        if any(verdict in _LEFT_ALONE for verdict in self.verdicts):
            return End.WRONG
        if Verdict.AWAITED in self.verdicts and (self.truth == "mixed" or "barrier" in self.words):
            return End.WRONG
        if Verdict.DOUBT in (self.verdicts or self.alias):
            return End.DOUBT
        if Verdict.STOP in self.verdicts or self.codes:
            lenient = self.truth != "yes" or Verdict.STOP in self.alias or self.words & _STOP_IS_RIGHT
            return End.RIGHT if lenient else End.STOP
        return End.RIGHT if self.verdicts or Verdict.STOP in self.alias else End.UNSEEN

    def __str__(self) -> str:
        says = ", ".join([*self.verdicts, *self.codes]) or "nothing"
        return f"{self.end:14} {self.id:32} {self.truth:6} {' '.join(sorted(self.words)):24} {says:28} {self.place}"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("held-out") / "project"
    shutil.copytree(RECEIVERS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return migrate(folder, Options(targets=(TARGET,))).plan


@pytest.fixture(scope="module")
def sites(plan: Plan) -> tuple[Site, ...]:
    found = tuple(_marked(plan))
    sys.stdout.write(_table(found))
    return found


def test_every_marked_site_is_read(sites: tuple[Site, ...]) -> None:
    assert len({site.id for site in sites}) == len(sites) == _SITES


def test_what_is_marked_is_what_happens(sites: tuple[Site, ...]) -> None:
    seen = _observed()
    calls = [site for site in sites if not site.words & {"later", "ref", "string"}]
    expected = {"yes": {"family"}, "proto": {"family"}, "no": {"other"}, "mixed": {"family", "other"}}
    different = {
        site.place: (site.id, seen[site.place])
        for site in calls
        if site.place in seen and seen[site.place] != expected[site.truth]
    }
    assert not different
    unseen = {site.id for site in calls if site.truth != "no" and site.place not in seen}
    assert not unseen


def test_no_decoy_is_awaited_and_nothing_of_the_family_is_left_as_another_s(sites: tuple[Site, ...]) -> None:
    assert not [str(site) for site in sites if site.end is End.WRONG]


def test_no_call_of_the_family_goes_unseen(sites: tuple[Site, ...]) -> None:
    assert not [str(site) for site in sites if site.end is End.UNSEEN]


def test_as_many_are_right_as_before(sites: tuple[Site, ...]) -> None:
    assert sum(site.end is End.RIGHT for site in sites) >= _FLOOR


def test_every_reference_is_accounted_for_once(plan: Plan) -> None:
    assert sum(plan.count(verdict) for verdict in Verdict) == len(plan.references)
    assert len({(r.place, r.name) for r in plan.references}) == len(plan.references)


def _marked(plan: Plan) -> list[Site]:
    verdicts, codes = ends_of(plan, "fetch")
    marks = list(marks_in(RECEIVERS, _MARKER))
    places = {match["id"]: place for place, match in marks}
    found = []
    for place, match in marks:
        words = match["words"].split()
        via = next((word.removeprefix("via=") for word in words if word.startswith("via=")), None)
        alias = verdicts.get(places[via], ()) if via else ()
        own = verdicts.get(place, ()), codes.get(place, ())
        found.append(Site(match["id"], match["truth"], frozenset(words), place, *own, alias))
    return found


def _observed() -> dict[str, set[str]]:
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, str(_OBSERVER)], cwd=RECEIVERS, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return {place: set(kinds) for place, kinds in json.loads(done.stdout).items()}


def _table(sites: tuple[Site, ...]) -> str:
    ends = list(End)
    order = sorted((site for site in sites if site.end is not End.RIGHT), key=lambda site: ends.index(site.end))
    counts = Counter((site.kind, site.end) for site in sites)
    rows = [str(site) for site in order]
    rows += ["", f"{'kind':8}" + "".join(f"{end:>16}" for end in ends)]
    for kind in dict.fromkeys(site.kind for site in sites):
        rows.append(f"{kind:8}" + "".join(f"{counts[kind, end]:16}" for end in ends))
    for name, truths in (
        ("family", {"yes", "mixed", "proto"}),
        ("decoys", {"no"}),
        ("all", {"yes", "mixed", "proto", "no"}),
    ):
        total = Counter(site.end for site in sites if site.truth in truths)
        rows.append(f"{name:8}" + "".join(f"{total[end]:16}" for end in ends))
    return "\n".join(rows) + "\n"
