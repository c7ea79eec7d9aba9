"""The 85 marked sites of ``shared/receivers``: what the tool makes of every kind of receiver, beside what is true.

The package lies beside the repository and not in it, so a bare clone skips these. ``pytest -rP`` shows the table.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from awaitify.migrate import migrate
from awaitify.options import Options
from awaitify.plan.plan import Plan, Verdict
from tests.marked import ends_of, marks_in

RECEIVERS = Path(__file__).parents[2] / "shared" / "receivers"
TARGET = "app.clients.base:Client.fetch"
_MARKER = re.compile(r"#@ (?P<id>\S+) \| (?P<truth>yes|no|mixed|proto) \| (?P<note>.*)")
_FLOOR = 76
"""Of the 76 sites that are in the family, those that are awaited or stopped at least."""

pytestmark = pytest.mark.skipif(not RECEIVERS.is_dir(), reason="shared/receivers isn't beside this clone")


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked site: what is true of it, and the verdicts of the references to ``fetch`` on its line."""

    id: str
    truth: str
    note: str
    place: str
    verdicts: tuple[Verdict, ...]
    codes: tuple[str, ...]

    @property
    def is_dealt_with(self) -> bool:
        """Whether it is awaited or stopped; a function that is kept may be followed to where it is called instead."""
        dealt = {Verdict.AWAITED, Verdict.STOP} | ({Verdict.FORWARDED} if "ref" in self.note.split() else set())
        return bool(self.verdicts) and dealt.issuperset(self.verdicts)

    def __str__(self) -> str:
        ends = ", ".join([*self.verdicts, *self.codes]) or "nothing"
        return f"{self.id:22} {self.truth:6} {self.note:20} {ends}"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The plan for the package. ``fetch = _impl`` in one class holds back the whole family: every site is listed all the same."""
    folder = tmp_path_factory.mktemp("receivers") / "project"
    shutil.copytree(RECEIVERS, folder)
    return migrate(folder, Options(targets=(TARGET,))).plan


@pytest.fixture(scope="module")
def sites(plan: Plan) -> tuple[Marked, ...]:
    found = tuple(_marked(plan))
    counts = Counter((site.truth, site.verdicts[0] if site.verdicts else "nothing") for site in found)
    rows = [*map(str, found), "", *(f"{truth:6} {end:16} {n}" for (truth, end), n in sorted(counts.items()))]
    sys.stdout.write("\n".join(rows) + "\n")
    return found


def test_every_marked_site_is_read(sites: tuple[Marked, ...]) -> None:
    assert len({site.id for site in sites}) == len(sites) == 85


def test_no_decoy_is_awaited(sites: tuple[Marked, ...]) -> None:
    assert not [site.id for site in sites if site.truth == "no" and Verdict.AWAITED in site.verdicts]


def test_a_receiver_that_may_be_either_is_a_stop(sites: tuple[Marked, ...]) -> None:
    assert [site.codes for site in sites if site.truth == "mixed"] == [("AW311",)]


def test_a_call_through_a_protocol_that_members_flow_into_is_not_left_alone(sites: tuple[Marked, ...]) -> None:
    assert [site.is_dealt_with for site in sites if site.truth == "proto"] == [True]


def test_every_typed_site_but_two_generic_ones_is_awaited_or_stopped(sites: tuple[Marked, ...]) -> None:
    typed = [site for site in sites if site.truth == "yes" and site.note.startswith("typed")]
    assert {site.id for site in typed if not site.is_dealt_with} <= {"t_generic", "t_generic_infer"}


def test_what_is_in_the_family_is_awaited_or_stopped_as_often_as_before(sites: tuple[Marked, ...]) -> None:
    family = [site for site in sites if site.truth == "yes"]
    assert sum(site.is_dealt_with for site in family) >= _FLOOR, "\n".join(map(str, family))


def test_what_is_missed_is_said_as_a_doubt(sites: tuple[Marked, ...]) -> None:
    missed = [site for site in sites if site.truth == "yes" and not site.is_dealt_with]
    assert not [site.id for site in missed if site.verdicts != (Verdict.DOUBT,)]


def test_every_site_is_accounted_for_once(sites: tuple[Marked, ...], plan: Plan) -> None:
    assert all(site.verdicts for site in sites)
    assert sum(plan.count(verdict) for verdict in Verdict) == len(plan.references)
    assert len({(r.place, r.name) for r in plan.references}) == len(plan.references)


def _marked(plan: Plan) -> list[Marked]:
    verdicts, codes = ends_of(plan, "fetch")
    return [
        Marked(m["id"], m["truth"], m["note"], place, verdicts.get(place, ()), codes.get(place, ()))
        for place, m in marks_in(RECEIVERS, _MARKER)
    ]
