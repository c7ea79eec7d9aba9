"""The answers to ``why`` as JSON, for programs: the same bytes for the same plan, plain ASCII.

Schema 1, counted for itself. Keys are only added while the number stays. Places are objects of ``path`` (relative to the
root, forward slashes), ``line`` (from 1) and ``column`` (from 0, in characters). Names are ``module:qualname``.

===============  =======================================================================================================
``schema``       the number of this schema
``asked``        the name as it was typed
``targets``      what becomes async
``answers``      one for each function that the name means:
``name``         the function, and ``place`` where it stands
``outcome``      ``async``, ``held``, ``stopped``, ``starts-loop``, ``already-async``, ``kept-sync`` or ``untouched``
``title``        the answer in a sentence
``family``       the other functions that have one colour with it
``tree``         the nodes, each after the one above it: ``parent`` (its number from 0, -1 for none), ``name`` (empty for
                 code outside functions), ``place``, ``role`` (``becomes async``, ``is async already``,
                 ``starts the event loop``, ``passes it on``, ``stays sync``, ``stop``), ``link``, ``through``, ``known``
                 (``exact``, ``inferred``, ``vouched``, ``unknown``, or null), ``how`` (words), ``calls`` (each ``place``,
                 ``known``, ``how``), ``entry``, ``code``, ``reason``, ``decided`` (a way, or null), ``asked``, ``again``
``stops``        those in the way: ``id``, ``code``, ``place``, ``reason``, ``inside``, ``callee``, ``chain`` (``name``,
                 ``place``), ``decided``, ``ways`` (each ``way``, ``recommended``, ``option``: what to type)
``cuts``         ``stops`` (ids), ``keep_sync`` (each ``names``, ``options``, ``stay_sync``, ``become_async``, ``held``,
                 ``fewest``), ``keep_both`` (``functions``, ``leaves``: ids of stops, ``available``; or null)
``doubts``       ``place`` and ``name`` of calls in the function whose receiver isn't known, behind a common name
``costs``        with --cost, instead of the answers: each ``name``, and ``total``, ``roots``, ``cuts`` as in the plan's ``cost``
===============  =======================================================================================================
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from awaitify.names import Place
from awaitify.plan.cost import Blast
from awaitify.plan.cuts import Cut, KeptBoth, KeptSync
from awaitify.plan.tree import Call, Node
from awaitify.review.answer import Answer, Holding
from awaitify.review.as_json import Json, blast_as_json

SCHEMA = 1

_Object = dict[str, Json]


def why_as_json(asked: str, targets: Iterable[str], answers: Iterable[Answer]) -> str:
    """The answers in schema 1, indented, with a line end."""
    whole: _Object = {
        "schema": SCHEMA,
        "asked": asked,
        "targets": _strings(targets),
        "answers": [_answer(answer) for answer in answers],
    }
    return json.dumps(whole, indent=1) + "\n"


def costs_as_json(asked: str, targets: Iterable[str], costs: Iterable[tuple[str, Blast]]) -> str:
    """What ``--cost`` says, in schema 1: ``costs`` instead of the answers."""
    told: list[Json] = [{"name": name, **blast_as_json(blast)} for name, blast in costs]
    whole: _Object = {"schema": SCHEMA, "asked": asked, "targets": _strings(targets), "costs": told}
    return json.dumps(whole, indent=1) + "\n"


def _answer(answer: Answer) -> _Object:
    return {
        "name": answer.name,
        "place": _point(answer.place),
        "outcome": answer.outcome.value,
        "title": answer.title,
        "family": _strings(answer.family),
        "tree": [_node(node) for node in answer.tree],
        "stops": [_stop(holding) for holding in answer.stops],
        "cuts": [_cut(cut) for cut in answer.cuts],
        "doubts": [{"place": _point(doubt.place), "name": doubt.name} for doubt in answer.doubts],
    }


def _node(node: Node) -> _Object:
    return {
        "parent": node.parent,
        "name": node.name,
        "place": _point(node.place),
        "role": node.role.value,
        "link": node.link.value,
        "through": node.through,
        "known": node.known.value if node.known else None,
        "how": _strings(node.how),
        "calls": [_call(call) for call in node.calls],
        "entry": node.entry,
        "code": node.code,
        "reason": node.reason,
        "decided": node.decided.value if node.decided else None,
        "asked": node.is_asked,
        "again": node.is_again,
    }


def _call(call: Call) -> _Object:
    return {"place": _point(call.place), "known": call.known.value, "how": _strings(call.how)}


def _stop(holding: Holding) -> _Object:
    stop = holding.stop
    return {
        "id": stop.id,
        "code": stop.code,
        "place": _point(stop.place),
        "reason": stop.reason,
        "inside": stop.inside,
        "callee": stop.callee,
        "chain": [{"name": link.name, "place": _point(link.place)} for link in stop.chain],
        "decided": stop.decided.value if stop.decided else None,
        "ways": [
            {"way": one.way.value, "recommended": one.is_recommended, "option": one.option} for one in holding.ways
        ],
    }


def _cut(cut: Cut) -> _Object:
    return {
        "stops": _strings(cut.stops),
        "keep_sync": [_kept_sync(kept) for kept in cut.keep_sync],
        "keep_both": None if cut.keep_both is None else _kept_both(cut.keep_both),
    }


def _kept_sync(kept: KeptSync) -> _Object:
    return {
        "names": _strings(kept.names),
        "options": [word for name in kept.names for word in ("--keep-sync", name)],
        "stay_sync": _strings(kept.stay),
        "become_async": _strings(kept.ready),
        "held": _strings(kept.held),
        "fewest": kept.is_fewest,
    }


def _kept_both(both: KeptBoth) -> _Object:
    return {
        "functions": _strings(both.functions),
        "leaves": _strings(both.leaves),
    }


def _point(place: Place) -> _Object:
    return {"path": place.path, "line": place.span.line, "column": place.span.column}


def _strings(items: Iterable[str]) -> list[Json]:
    return list(items)
