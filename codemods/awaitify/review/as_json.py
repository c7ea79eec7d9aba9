"""The report as JSON, for programs: sorted, the same bytes for the same plan, plain ASCII.

Schema 1. Keys are only added while the number stays; a reader ignores those it doesn't know. Places are objects of
``path`` (relative to the root, forward slashes), ``line`` (from 1) and ``column`` (from 0, in characters), spans have
``end_line`` and ``end_column`` (exclusive) too. Names are ``module:qualname``.

===============  =======================================================================================================
``schema``       the number of this schema
``tool``         ``name`` and ``version``
``command``      the command line that leads to this plan, without ``--write``
``written``      whether the changes were written
``targets``      what was named
``counts``       ``functions``, ``calls`` (awaited), ``files``, ``references`` (a number for each verdict, and ``total``),
                 ``stops`` (``undecided``, ``decided``), ``failures``
``converted``    functions that become async: ``name``, ``place``, ``cause``, ``chain`` (to the seed), ``group``, ``entry``, ``twin``
``references``   every mention of a coloured name, once: ``place``, ``name``, ``inside``, ``verdict`` (``awaited``, ``already``,
                 ``forwarded``, ``unawaited``, ``other``, ``stop``, ``doubt``), ``known`` (``exact``, ``inferred``, ``unknown``),
                 ``how`` (what had to be followed to know it, in words), ``reaches`` (names), ``reason``, ``stop`` (the id of
                 the stop at which it ends, or null), ``group`` (with which it is changed or held, or null)
``groups``       ``number``, ``title``, ``cause``, ``names``, ``files``, ``needs``, ``held_by`` (ids of stops), ``state``
                 (``ready``, ``held``, ``failed``), ``added`` and ``removed`` (lines; 0 unless ready)
``stops``        ``id`` (stable over runs), ``code``, ``place``, ``reason``, ``inside``, ``callee``, ``chain``, ``ways`` (each
                 ``way``, ``recommended``), ``decided`` (a way, or null), ``not_offered``, ``reaches`` (both sides of a mixed call, a
                 few of each: ``name``, ``place`` or null, ``colour``), ``sites`` (places, where it stands for several)
``notes``        ``kind`` (``look``, ``run``, ``hint``, ``todo``), ``place`` (or null), ``text``
``public``       public functions that change colour
``cost``         what it costs: ``total`` (``functions``, ``files``, ``entry_points``, ``public``: names), ``roots`` (each
                 ``name``, ``cost``, and ``alone``: what would stay sync if it weren't named), ``cuts`` (the cheapest
                 functions to cut at: ``name``, ``saves``, ``both``: what must then be there in both colours); or null
``kept_sync``    names that were kept sync
``failures``     files that were not processed: ``path``, ``line`` (or null), ``code``, ``reason``
``changes``      files that change now: ``path``, ``added``, ``removed``, ``old_sha256``, ``new_sha256``, and ``diff`` when asked
                 for: decoded as the file is, for reading; the exact bytes are what ``--patch`` writes
``next``         what to type next: ``command``, ``does``
===============  =======================================================================================================
"""

from __future__ import annotations

import json
from hashlib import sha256

from awaitify.names import Place
from awaitify.plan.cost import Blast, Cost
from awaitify.plan.plan import Converted, Link, Note, Reach, Reference, Stop
from awaitify.review.diff import blocks, unified_diff
from awaitify.review.report import GroupRow, Report, recommended
from awaitify.rewrite.change import FileChange

SCHEMA = 1

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
_Object = dict[str, Json]


def as_json(report: Report, *, diffs: bool = False) -> str:
    """The report in schema 1, indented, with a line end. With *diffs*, each change has its diff."""
    plan = report.plan
    whole: _Object = {
        "schema": SCHEMA,
        "tool": {"name": "awaitify", "version": report.version},
        "command": report.again,
        "written": report.written,
        "targets": _strings(plan.targets),
        "counts": _counts(report),
        "converted": [_converted(one) for one in sorted(plan.converted, key=lambda one: (one.place, one.name))],
        "references": [_reference(one) for one in sorted(plan.references, key=_reference_order)],
        "groups": [_group(row) for row in report.groups],
        "stops": [_stop(stop) for stop in sorted(plan.stops, key=lambda stop: (stop.place, stop.code, stop.id))],
        "notes": [_note(note) for note in sorted(plan.notes, key=_note_order)],
        "public": _strings(sorted(plan.public)),
        "cost": None if plan.blast is None else blast_as_json(plan.blast),
        "kept_sync": _strings(sorted(plan.kept_sync)),
        "failures": [
            {"path": one.path, "line": one.line, "code": one.code, "reason": one.reason}
            for one in sorted(plan.failures, key=lambda one: (one.path, one.line or 0, one.code, one.reason))
        ],
        "changes": [_change(change, diffs) for change in sorted(report.changes, key=lambda change: change.path)],
        "next": [{"command": step.command, "does": step.does} for step in report.next],
    }
    return json.dumps(whole, indent=1) + "\n"


def blast_as_json(blast: Blast) -> dict[str, Json]:
    """What ``cost`` holds."""
    return {
        "total": _cost(blast.total),
        "roots": [{"name": root.name, "cost": _cost(root.cost), "alone": _cost(root.alone)} for root in blast.roots],
        "cuts": [{"name": cut.name, "saves": _cost(cut.saves), "both": _strings(cut.both)} for cut in blast.cuts],
    }


def _cost(cost: Cost) -> _Object:
    return {
        "functions": _strings(cost.functions),
        "files": _strings(cost.files),
        "entry_points": _strings(cost.entry_points),
        "public": _strings(cost.public),
    }


def _strings(items: tuple[str, ...] | list[str]) -> list[Json]:
    return list(items)


def _counts(report: Report) -> _Object:
    references: _Object = {verdict.name.lower(): number for verdict, number in report.counts}
    return {
        "functions": len(report.plan.converted),
        "calls": references["awaited"],
        "files": len(report.files),
        "references": references | {"total": len(report.plan.references)},
        "stops": {"undecided": len(report.stops), "decided": len(report.decided)},
        "failures": len(report.plan.failures),
    }


def _point(place: Place) -> _Object:
    return {"path": place.path, "line": place.span.line, "column": place.span.column}


def _span(place: Place) -> _Object:
    return _point(place) | {"end_line": place.span.end_line, "end_column": place.span.end_column}


def _chain(chain: tuple[Link, ...]) -> list[Json]:
    return [{"name": link.name, "place": _point(link.place)} for link in chain]


def _converted(one: Converted) -> _Object:
    return {
        "name": str(one.name),
        "place": _span(one.place),
        "cause": one.cause,
        "chain": _chain(one.chain),
        "group": one.group,
        "entry": one.entry,
        "twin": one.twin,
    }


def _reference(one: Reference) -> _Object:
    return {
        "place": _span(one.place),
        "name": one.name,
        "inside": one.inside,
        "verdict": one.verdict.name.lower(),
        "known": one.known.value,
        "how": _strings(one.how),
        "reaches": _strings(one.reaches),
        "reason": one.reason,
        "stop": one.stop or None,
        "group": one.group or None,
    }


def _reference_order(one: Reference) -> tuple[Place, str, str, str, str, str]:
    return one.place, one.name, one.verdict, one.known, one.inside, one.reason


def _group(row: GroupRow) -> _Object:
    group = row.group
    return {
        "number": group.number,
        "title": group.title,
        "cause": group.cause,
        "names": _strings(sorted(group.names)),
        "files": _strings(sorted(group.files)),
        "needs": list[Json](sorted(group.needs)),
        "held_by": _strings(sorted(group.held_by)),
        "state": row.state.value,
        "added": row.added,
        "removed": row.removed,
    }


def _stop(stop: Stop) -> _Object:
    best = recommended(stop.ways)
    return {
        "id": stop.id,
        "code": stop.code,
        "place": _span(stop.place),
        "reason": stop.reason,
        "inside": stop.inside,
        "callee": stop.callee,
        "chain": _chain(stop.chain),
        "ways": [{"way": way.value, "recommended": way is best} for way in stop.ways],
        "decided": stop.decided.value if stop.decided else None,
        "not_offered": stop.not_offered.value if stop.not_offered else None,
        "reaches": [_reach(one) for one in stop.reaches],
        "sites": [_span(place) for place in stop.sites],
    }


def _reach(one: Reach) -> _Object:
    return {"name": one.name, "place": _point(one.place) if one.place else None, "colour": one.colour}


def _note(note: Note) -> _Object:
    return {"kind": note.kind, "place": _span(note.place) if note.place else None, "text": note.text}


def _note_order(note: Note) -> tuple[str, str, int, int, str]:
    if note.place is None:
        return note.kind, "", 0, 0, note.text
    return note.kind, note.place.path, note.place.span.line, note.place.span.column, note.text


def _change(change: FileChange, diffs: bool) -> _Object:
    found = blocks(change)
    entry: _Object = {
        "path": change.path,
        "added": sum(block.added for block in found),
        "removed": sum(block.removed for block in found),
        "old_sha256": sha256(change.old).hexdigest(),
        "new_sha256": sha256(change.new).hexdigest(),
    }
    if diffs:
        entry["diff"] = unified_diff(change).decode(change.source.encoding, "backslashreplace")
    return entry
