"""What a scan found as JSON, for programs: sorted, the same bytes for the same findings, plain ASCII.

Schema 1, whose keys are only added to. Places are as in ``as_json``.

==============  ========================================================================================================
``schema``      the number of this schema
``tool``        ``name`` and ``version``
``counts``      ``findings``, ``ignored``, ``known`` (to the baseline), ``roots``, ``unresolved``, ``failures``
``findings``    ``code``, ``severity`` (``network``, ``subprocess``, ``sleep``, ``disk``, ``metadata``), ``call``, ``place``,
                ``inside``, ``entry``, ``chain`` (each ``name``, ``place``, ``how``), ``others`` (roots that reach it too),
                ``twin``, ``migrates``, ``test`` (whether only tests reach it), ``fingerprint``
``ignored``     the findings that a comment or the settings ignore: ``code``, ``place``, ``fingerprint``
``malformed``   comments that ignore nothing: ``path``, ``line``, ``problem``
``unresolved``  calls that couldn't be followed: ``place``, ``text``, ``inside``; only when asked for
``failures``    files that weren't read: ``path``, ``line`` (or null), ``code``, ``reason``
==============  ========================================================================================================
"""

from __future__ import annotations

import json

from awaitify.chains.finding import Finding
from awaitify.names import Place
from awaitify.review.as_json import Json
from awaitify.review.scanned import Scan

SCHEMA = 1
_Object = dict[str, Json]


def scan_as_json(scan: Scan, *, unresolved: bool = False) -> str:
    """The scan in schema 1, indented, with a line end."""
    whole: _Object = {
        "schema": SCHEMA,
        "tool": {"name": "awaitify", "version": scan.version},
        "counts": {
            "findings": len(scan.findings),
            "ignored": len(scan.ignored),
            "known": scan.known,
            "roots": scan.roots,
            "unresolved": len(scan.lost),
            "failures": len(scan.failures),
        },
        "findings": [_finding(one) for one in scan.findings],
        "ignored": [
            {"code": one.code, "place": _span(one.place), "fingerprint": one.fingerprint} for one in scan.ignored
        ],
        "malformed": [{"path": one.path, "line": one.line, "problem": one.problem} for one in scan.malformed],
        "failures": [
            {"path": one.path, "line": one.line, "code": one.code, "reason": one.reason} for one in scan.failures
        ],
    }
    if unresolved:
        whole["unresolved"] = [{"place": _span(one.place), "text": one.text, "inside": one.inside} for one in scan.lost]
    return json.dumps(whole, indent=1) + "\n"


def _finding(one: Finding) -> _Object:
    return {
        "code": one.code,
        "severity": one.severity.word,
        "call": one.name,
        "place": _span(one.place),
        "inside": one.inside,
        "entry": one.entry,
        "chain": [{"name": link.name, "place": _span(link.place), "how": link.how} for link in one.chain],
        "others": list[Json](one.others),
        "twin": one.twin,
        "migrates": one.migrates,
        "test": one.is_test,
        "fingerprint": one.fingerprint,
    }


def _span(place: Place) -> _Object:
    span = place.span
    return {
        "path": place.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
