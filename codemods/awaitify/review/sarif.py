"""What a scan found as SARIF 2.1.0, with the chain of each finding as a code flow.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from urllib.parse import quote

from awaitify.chains.finding import Finding, Link
from awaitify.codes import find_code
from awaitify.names import Place
from awaitify.review.as_json import Json
from awaitify.review.scan_text import sentence
from awaitify.review.scanned import Scan

_Object = dict[str, Json]
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = ("error", "error", "error", "warning", "note")
"""By severity."""


def as_sarif(scan: Scan) -> str:
    """One run with a result for each finding; ignored ones are there with their suppression."""
    codes = sorted({one.code for one in (*scan.findings, *scan.ignored)})
    results: list[Json] = [_result(one, codes, suppressed=False) for one in scan.findings]
    results += [_result(one, codes, suppressed=True) for one in scan.ignored]
    run: _Object = {
        "tool": {
            "driver": {
                "name": "awaitify",
                "version": scan.version,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the project."}}},
        "invocations": [_invocation(scan)],
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(code: str) -> _Object:
    entry = find_code(code)
    return {
        "id": code,
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": entry.why},
    }


def _invocation(scan: Scan) -> _Object:
    notes: list[Json] = [
        {"level": "warning", "message": {"text": f"{one.code} {one.reason}"}, "locations": [_file(one.path)]}
        for one in scan.failures
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": notes}


def _result(one: Finding, codes: list[str], *, suppressed: bool) -> _Object:
    result: _Object = {
        "ruleId": one.code,
        "ruleIndex": codes.index(one.code),
        "level": _LEVELS[one.severity],
        "message": {"text": f"{sentence(one)}."},
        "locations": [_location(one.place)],
        "partialFingerprints": {"awaitify/v1": one.fingerprint},
        "codeFlows": [{"threadFlows": [{"locations": [_step(link, one) for link in one.chain]}]}],
    }
    if suppressed:
        result["suppressions"] = [{"kind": "inSource"}]
    return result


def _step(link: Link, one: Finding) -> _Object:
    does = f"{link.name} {link.how or 'calls'}" if link is not one.chain[-1] else f"{link.name} calls {one.name}"
    return {"location": _location(link.place) | {"message": {"text": does}}}


def _location(place: Place) -> _Object:
    span = place.span
    region: _Object = {
        "startLine": span.line,
        "startColumn": span.column + 1,
        "endLine": span.end_line,
        "endColumn": span.end_column + 1,
    }
    return {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": region}}


def _file(path: str) -> _Object:
    return {"physicalLocation": {"artifactLocation": _artifact(path)}}


def _artifact(path: str) -> _Object:
    return {"uri": quote(path), "uriBaseId": "SRCROOT"}
