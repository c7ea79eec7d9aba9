"""Writes the present outcome of the cases to ``after/``: ``python -m tests.accept [area | area/case …]``.

Read ``git diff fixtures`` before keeping it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from awaitify.migrate import migrate
from tests.fixture_case import Case, all_cases, files_of


def main(names: list[str]) -> int:
    """Accept the named cases and areas, or all; 2 when a name is none of them."""
    cases = all_cases()
    known = {case.name for case in cases} | {case.folder.parent.name for case in cases}
    if unknown := [name for name in names if name not in known]:
        print(f"no such case or area: {', '.join(unknown)}", file=sys.stderr)
        return 2
    chosen = [case for case in cases if not names or {case.name, case.folder.parent.name} & set(names)]
    changed = [case.name for case in chosen if accept(case)]
    print(f"{len(changed)} of {len(chosen)} cases changed")
    return 0


def accept(case: Case) -> bool:
    """Write what comes of ``before/`` to ``after/``, or remove ``after/`` when nothing does; say what that changed."""
    before, old = files_of(case.before), files_of(case.after)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "program")
        shutil.copytree(case.before, copy)
        outcome = migrate(copy, case.options)
    new = before | {change.path: change.new for change in outcome.changes}
    _tell_stops(case, tuple((str(stop.place), stop.code) for stop in outcome.plan.stops))
    if new == old:
        return False
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path):
            print(f"{case.name}: after/{path}")
    _write(case.folder / "after", new if new != before else {})
    return True


def _tell_stops(case: Case, found: tuple[tuple[str, str], ...]) -> None:
    """The stops of ``case.toml`` are written by hand: only say where they differ."""
    listed = {(stop.at, stop.code) for stop in case.stops}
    for at, code in sorted(set(found) - listed):
        print(f"{case.name}: stop not listed: {code} {at}")
    for at, code in sorted(listed - set(found)):
        print(f"{case.name}: stop listed and not found: {code} {at}")


def _write(folder: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
