"""The report for programs: schema 1, the same bytes for the same plan."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from awaitify.plan.plan import Plan, Verdict
from awaitify.review.as_json import as_json
from awaitify.review.report import make_report
from tests.review import sample

_GOLDEN = Path(__file__).parent / "golden" / "report.json"


def _json(plan: Plan, root: Path, diffs: bool = False) -> str:
    return as_json(make_report(plan, sample.changes(), root, "0.1.0", ("app", "-t", "Portal.get")), diffs=diffs)


def test_the_whole_report_in_schema_1(tmp_path: Path) -> None:
    assert _json(sample.plan(), tmp_path) == _GOLDEN.read_text(encoding="utf-8")


def test_the_order_of_the_plan_s_parts_makes_no_difference(tmp_path: Path) -> None:
    plan = sample.plan()
    turned = replace(
        plan,
        converted=plan.converted[::-1],
        references=plan.references[::-1],
        stops=plan.stops[::-1],
        groups=plan.groups[::-1],
        notes=plan.notes[::-1],
    )
    assert json.loads(_json(turned, tmp_path)) | {"next": 0} == json.loads(_json(plan, tmp_path)) | {"next": 0}


def test_diffs_come_when_asked_for(tmp_path: Path) -> None:
    (change,) = json.loads(_json(sample.plan(), tmp_path, diffs=True))["changes"]
    assert "+async def get_weather(city):\n" in change["diff"]
    (change,) = json.loads(_json(sample.plan(), tmp_path))["changes"]
    assert "diff" not in change


def test_counts_of_references_have_a_key_for_every_verdict_and_add_up(tmp_path: Path) -> None:
    counts = json.loads(_json(sample.plan(), tmp_path))["counts"]["references"]
    total = counts.pop("total")
    assert set(counts) == {verdict.name.lower() for verdict in Verdict}
    assert sum(counts.values()) == total == 5


def test_every_reference_says_what_it_may_reach_how_that_is_known_and_where_it_ends(tmp_path: Path) -> None:
    written = json.loads(_json(sample.plan(), tmp_path))
    stops = {stop["id"] for stop in written["stops"]}
    numbers = {group["number"] for group in written["groups"]}
    for reference in written["references"]:
        assert (reference["verdict"] == "stop") == (reference["stop"] is not None)
        assert reference["stop"] in {None, *stops}
        assert reference["group"] in {None, *numbers}
    first = written["references"][0]
    assert (first["reaches"], first["how"], first["group"]) == (["portals:Portal.get"], ["an assignment"], 2)


def test_a_mixed_stop_has_both_sides_and_the_places_it_stands_for(tmp_path: Path) -> None:
    plan = replace(sample.plan(), stops=(sample.mixed_stop(),))
    (stop,) = json.loads(_json(plan, tmp_path))["stops"]
    assert [
        (reach["colour"], reach["name"], reach["place"] and reach["place"]["line"]) for reach in stop["reaches"]
    ] == [
        ("becomes async", "sync:Redis.execute", 9),
        ("is async", "aio:Redis.execute", 4),
        ("isn't a function of the project", "builtins.dict.get", None),
    ]
    assert [(site["path"], site["line"], site["end_column"]) for site in stop["sites"]] == [
        ("commands.py", 4, 30),
        ("commands.py", 7, 30),
    ]


def test_whatever_a_name_holds_the_output_is_ascii(tmp_path: Path) -> None:
    plan = replace(sample.plan(), public=("天\x1b\udce9",))
    text = _json(plan, tmp_path)
    assert text.isascii()
    assert json.loads(text)["public"] == ["天\x1b\udce9"]


def test_the_documentation_names_every_key_of_references_and_stops_and_every_verdict(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    written = json.loads(_json(sample.plan(), tmp_path))
    keys = {*written["references"][0], *written["stops"][0], *(verdict.name.lower() for verdict in Verdict)}
    assert {key for key in keys if f"`{key}`" not in text} == set()
