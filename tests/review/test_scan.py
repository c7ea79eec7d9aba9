"""What a scan shows, in each format."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from awaitify.chains.finding import Finding, Link, Lost
from awaitify.chains.ignores import Ignore
from awaitify.chains.table import Severity
from awaitify.failure import Failure
from awaitify.names import Place, Span
from awaitify.review.sarif import as_sarif
from awaitify.review.scan_json import scan_as_json
from awaitify.review.scan_markdown import scan_as_markdown
from awaitify.review.scan_text import as_concise, as_github, as_text, statistics, summary, unresolved
from awaitify.review.scanned import Scan
from awaitify.review.text import plain


def _place(path: str, line: int) -> Place:
    return Place(path, Span(line, 4, line, 20))


GET = Finding(
    "AW101",
    Severity.NETWORK,
    _place("shop/a b.py", 9),
    "requests.get",
    "shop.portal:Portal.get",
    "httpx.AsyncClient",
    True,
    "GET /weather/{city}",
    (
        Link("shop.api:weather", _place("shop/api.py", 31), "makes"),
        Link("shop.portal:Portal.get", _place("shop/a b.py", 9)),
    ),
    ("POST /x", "a:b", "a:c", "a:d"),
    "00aa11bb22cc33dd",
)
OPEN = Finding(
    "AW105",
    Severity.DISK,
    _place("shop/api.py", 40),
    "open",
    "shop.api:load",
    "aiofiles.open",
    True,
    "shop.api:load",
    (Link("shop.api:load", _place("shop/api.py", 40)),),
    (),
    "ffee",
)
SCAN = Scan(
    Path("/somewhere"),
    "0.1.0",
    (GET, OPEN),
    (replace(OPEN, fingerprint="dd"),),
    2,
    (Lost(_place("shop/api.py", 12), "x.y", "shop.api:weather"),),
    7,
    (Ignore("shop/api.py", 3, frozenset(), problem="it names no code"),),
    (Failure("bad.py", "AW901", "Python 2 code", 1),),
)
EMPTY = Scan(Path("/somewhere"), "0.1.0", (), (), 0, (), 3, (), ())

_TEXT = """\
GET /weather/{city}  shop.api:weather  shop/api.py
  AW101  network     requests.get()  shop/a b.py:9
      chain   shop.api:weather :31 makes → shop.portal:Portal.get
      also    POST /x, a:b, a:c and 1 more
      instead httpx.AsyncClient  migrate does it

shop.api:load  shop/api.py
  AW105  disk        open()  shop/api.py:40
      instead aiofiles.open  migrate does it

"""
_SUMMARY = """\
SCAN  2 blocking calls that an event loop comes to run, from 2 entry points
  AW101      1  an event loop waits for the network
  AW105      1  an event loop reads or writes files
  looked at 7 roots: what a loop runs
  ignored by comments and settings: 1
  known to the baseline: 2
  1 call couldn't be followed  --unresolved lists them
  ignore  shop/api.py:3: it names no code
  failed  bad.py:1: AW901 Python 2 code
Next  awaitify migrate -t shop/a b.py:9
"""
_CONCISE = """\
shop/a b.py:9:5: AW101 requests.get blocks the event loop of GET /weather/{city} through shop.portal:Portal.get; async code \
calls httpx.AsyncClient
shop/api.py:40:5: AW105 open blocks the event loop of shop.api:load; async code calls aiofiles.open
"""


def test_text() -> None:
    assert plain(as_text(SCAN)) == _TEXT
    assert plain(summary(SCAN)) == _SUMMARY


def test_text_without_findings() -> None:
    assert plain(as_text(EMPTY)) == ""
    assert plain(summary(EMPTY)) == (
        "SCAN  no blocking call is known to be reached by an event loop\n  looked at 3 roots: what a loop runs\n"
    )


def test_concise() -> None:
    assert as_concise(SCAN) == _CONCISE


def test_statistics_and_unresolved() -> None:
    assert statistics(SCAN) == "     1  AW101  requests.get\n     1  AW105  open\n"
    assert unresolved(SCAN.lost) == "shop/api.py:12:5: x.y() in shop.api:weather isn't followed\n"


def test_github_escapes_what_means_something_to_it() -> None:
    strange = replace(GET, place=_place("a,b:c%.py", 1), entry="GET /50%\nx")
    first, _ = as_github(replace(SCAN, findings=(strange, OPEN))).splitlines()
    assert first.startswith("::error file=a%2Cb%3Ac%25.py,line=1,endLine=1,col=5,title=AW101::requests.get blocks")
    assert "GET /50%25%0Ax" in first


def test_json_has_every_key_and_is_the_same_each_time() -> None:
    text = scan_as_json(SCAN, unresolved=True)
    whole = json.loads(text)
    assert text == scan_as_json(SCAN, unresolved=True)
    assert list(whole) == ["schema", "tool", "counts", "findings", "ignored", "malformed", "failures", "unresolved"]
    assert whole["counts"] == {"findings": 2, "ignored": 1, "known": 2, "roots": 7, "unresolved": 1, "failures": 1}
    first = whole["findings"][0]
    assert first["chain"][0] == {
        "name": "shop.api:weather",
        "place": {"path": "shop/api.py", "line": 31, "column": 4, "end_line": 31, "end_column": 20},
        "how": "makes",
    }
    assert (first["severity"], first["call"], first["fingerprint"]) == ("network", "requests.get", "00aa11bb22cc33dd")


def test_markdown_has_a_table_for_each_entry() -> None:
    text = scan_as_markdown(SCAN)
    assert "### `GET /weather/{city}`" in text
    assert (
        "| AW101 network | `requests.get` | `shop/a b.py:9` | `shop.api:weather` → `shop.portal:Portal.get` and 4 other roots"
        " | `httpx.AsyncClient` |" in text
    )
    assert scan_as_markdown(EMPTY).startswith("**No blocking call")


def test_sarif_has_the_chain_as_a_code_flow_and_relative_uris() -> None:
    whole = json.loads(as_sarif(SCAN))
    run = whole["runs"][0]
    first = run["results"][0]
    assert whole["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["AW101", "AW105"]
    assert (first["ruleIndex"], first["level"]) == (0, "error")
    assert first["partialFingerprints"] == {"awaitify/v1": "00aa11bb22cc33dd"}
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "shop/a%20b.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 9, "startColumn": 5, "endLine": 9, "endColumn": 21}
    steps = first["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps] == [
        "shop.api:weather makes",
        "shop.portal:Portal.get calls requests.get",
    ]
    assert "suppressions" in run["results"][2]
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "AW901 Python 2 code"
