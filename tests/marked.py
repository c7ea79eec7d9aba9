"""Marked receivers: what a plan says of the places where a method is mentioned, by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from awaitify.plan.plan import Plan, Verdict


def ends_of(plan: Plan, method: str) -> tuple[dict[str, tuple[Verdict, ...]], dict[str, tuple[str, ...]]]:
    """By ``path:line``, the verdicts of the references to *method*, and the codes of the stops."""
    verdicts: dict[str, tuple[Verdict, ...]] = {}
    for reference in plan.references:
        if reference.name.rpartition(".")[2] == method:
            verdicts[str(reference.place)] = (*verdicts.get(str(reference.place), ()), reference.verdict)
    codes: dict[str, tuple[str, ...]] = {}
    for stop in plan.stops:
        if stop.callee.rpartition(".")[2] == method:
            codes[str(stop.place)] = (*codes.get(str(stop.place), ()), stop.code)
    return verdicts, codes


def marks_in(folder: Path, marker: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
    """The lines below *folder* that hold a marker, each as ``path:line``."""
    for file in sorted(folder.rglob("*.py")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if match := marker.search(line):
                yield f"{file.relative_to(folder).as_posix()}:{number}", match
