"""The answers to ``why`` as JSON: all there is, under keys that stay."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from awaitify.plan.cuts import Cut
from awaitify.review import why_json
from awaitify.review.answer import Answer
from awaitify.review.why_json import why_as_json
from tests.review.answers import answer, node


def loaded(*changes: Answer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(why_as_json("price", ("shop:Store.load",), changes or (answer(),)))
    return found


def test_the_schema_has_a_number_and_every_key_is_documented() -> None:
    whole = loaded()
    assert whole["schema"] == 1
    documented = why_json.__doc__ or ""

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {key for inner in value.values() for key in keys(inner)}
        return {key for inner in value for key in keys(inner)} if isinstance(value, list) else set()

    assert [key for key in sorted(keys(whole)) if f"``{key}``" not in documented] == []


def test_the_tree_is_flat_and_each_node_comes_after_the_one_above_it() -> None:
    (found,) = loaded()["answers"]
    assert [one["parent"] for one in found["tree"]] == [-1, 0, 1, 1, 3, 1, 1, 6]
    asked = found["tree"][1]
    assert (asked["asked"], asked["known"], asked["how"]) == (True, "inferred", ["a", "b", "c"])
    assert [one["known"] for one in asked["calls"]] == ["exact", "inferred"]
    assert asked["place"] == {"path": "shop/cart.py", "line": 5, "column": 4}
    assert found["tree"][0]["known"] is None


def test_a_huge_tree_is_there_in_full() -> None:
    nodes = tuple(node(number - 1, f"shop:f{number}", 1) for number in range(3000))
    (found,) = loaded(replace(answer(), tree=nodes))["answers"]
    assert len(found["tree"]) == 3000


def test_the_ways_out_say_what_to_type() -> None:
    (found,) = loaded()["answers"]
    assert found["stops"][0]["ways"] == [
        {"way": "keep-both", "recommended": True, "option": "--decide AW201=keep-both"},
        {"way": "refuse", "recommended": False, "option": "--decide AW201=refuse"},
        {"way": "bridge", "recommended": False, "option": "--decide AW201=bridge"},
    ]


def test_the_cuts() -> None:
    (found,) = loaded()["answers"]
    assert found["cuts"] == [
        {
            "stops": ["AW201-1"],
            "keep_sync": [
                {
                    "names": ["shop:price"],
                    "options": ["--keep-sync", "shop:price"],
                    "stay_sync": ["shop:Store.load", "shop:price"],
                    "become_async": ["shop:Mailer.send"],
                    "held": ["shop:held"],
                    "fewest": True,
                }
            ],
            "keep_both": {"functions": ["shop:Store.load", "shop:price"], "leaves": []},
        }
    ]


def test_a_cut_without_a_second_colour_has_null_for_it() -> None:
    (found,) = loaded(replace(answer(), cuts=(Cut(("AW201-1",), (), None),)))["answers"]
    assert found["cuts"] == [{"stops": ["AW201-1"], "keep_sync": [], "keep_both": None}]


def test_the_bytes_are_the_same_each_time_and_plain_ascii() -> None:
    text = why_as_json("prïce", ("shop:Store.load",), (answer(),))
    assert text == why_as_json("prïce", ("shop:Store.load",), (answer(),))
    assert text.isascii()
    assert text.endswith("}\n")
