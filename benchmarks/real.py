"""Runs the tool over real programs and checks what came of it: httpcore against its maintainers' own async half,
packages that use requests in a hierarchy of classes, and what it says of receivers beside what pyrefly says.
See ``docs/benchmarks.md``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypedDict

import agreement
from fetch import NotFetched, Pin, fetch, python_files
from unawaited import Mentioned, converted, marks, unawaited

TWINS = Path(__file__).resolve().parent.parent.parent / "shared" / "twins"
PRECISION, RECALL = 0.98, 0.70
SCORED = ("def", "await")
SECONDS = 600
SHOWN = 20
"""Calls that only share a name with a converted function are listed where there are no more than this."""
PROMISED = (0, 3)
"""Done; or done but for files that can't be read. Marks leave nothing undecided, so nothing may be held back."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package, and the method of a base class that is named."""

    pin: Pin
    target: str


PACKAGES = (
    Package(
        Pin(
            "hvac",
            "2.3.0",
            "hvac-2.3.0-py3-none-any.whl",
            "a3afc5710760b6ee9b3571769df87a0333da45da05a5f9f963e1d3925a84be7d",
        ),
        "hvac.adapters:Adapter.request",
    ),
    Package(
        Pin(
            "tweepy",
            "4.14.0",
            "tweepy-4.14.0-py3-none-any.whl",
            "db6d3844ccc0c6d27f339f12ba8acc89912a961da513c1ae50fa2be502a56afb",
        ),
        "tweepy.client:BaseClient.request",
    ),
    Package(
        Pin(
            "atlassian-python-api",
            "3.41.16",
            "atlassian_python_api-3.41.16-py3-none-any.whl",
            "99e5587233a96d22c45a61b19523dd98e8266c620ba2d289f23e4ea35c9cf316",
        ),
        "atlassian.rest_client:AtlassianRestAPI.request",
    ),
)


class Miss(NamedTuple):
    """A bar that isn't reached, or a program that couldn't be looked at."""

    program: str
    what: str
    is_skipped: bool = False


class Place(TypedDict):
    path: str
    end_line: int
    end_column: int


class Reference(TypedDict):
    place: Place
    name: str
    inside: str
    verdict: str
    reason: str


class Stop(TypedDict):
    code: str


class Report(TypedDict, total=False):
    """What is read of the tool's JSON."""

    counts: dict[str, object]
    references: list[Reference]
    stops: list[Stop]


class Migrated(NamedTuple):
    """A program before and after, the exit code, and the report as the tool prints it for programs (schema 1)."""

    before: Path
    after: Path
    code: int
    report: Report
    arguments: tuple[str, ...]


def main() -> int:
    """Run every check and say what fell short; 1 when something did."""
    warnings.simplefilter("ignore", SyntaxWarning)  # of the programs that are read, not ours
    missed: list[Miss] = []
    with tempfile.TemporaryDirectory(prefix="awaitify-real-") as folder:
        os.environ["AWAITIFY_STATE_DIR"] = str(Path(folder, "state"))
        missed += httpcore(Path(folder))
        for package in PACKAGES:
            missed += packaged(package, Path(folder))
    missed += (Miss(*short) for short in agreement.run())
    print()
    for miss in missed:
        print(f"{'SKIPPED' if miss.is_skipped else 'MISSED'}  {miss.program}: {miss.what}")
    short = [miss for miss in missed if not miss.is_skipped]
    print(f"{len(short)} bars missed" if short else f"every bar is met; {len(missed)} programs skipped")
    return 1 if short else 0


# The twins


def httpcore(folder: Path) -> Iterator[Miss]:
    """httpcore 1.0.9: what the tool makes of its sync half, scored against the async half."""
    print("== httpcore 1.0.9")
    if not TWINS.is_dir():
        yield Miss("httpcore", f"{TWINS.parent.name}/{TWINS.name} is not beside the repository", is_skipped=True)
        return
    work = folder / "twins"
    if reason := twin("prepare.py", "httpcore", "--work", str(work)).problem:
        yield Miss("httpcore", f"it could not be prepared: {reason}", is_skipped=True)
        return
    roots = twin("roots.py", "httpcore").output.split()
    done = migrate(work / "httpcore" / "input", folder / "httpcore", targets(roots))
    yield from checked("httpcore", done)
    yield from scored(work, done.after)


class Ran(NamedTuple):
    """What a script printed, and the last line of its complaint if it failed."""

    output: str
    problem: str


def twin(script: str, *arguments: str) -> Ran:
    command = (sys.executable, "-B", str(TWINS / script), *arguments)
    run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    failed = (run.stderr.strip().splitlines() or [f"exit code {run.returncode}"])[-1] if run.returncode else ""
    return Ran(run.stdout, failed)


def scored(work: Path, output: Path) -> Iterator[Miss]:
    """Print the score with every extra, and yield what is below the bars."""
    figures = work / "score.json"
    run = twin("score.py", "--case", "httpcore", "--work", str(work), "--output", str(output), "--json", str(figures))
    if run.problem:
        yield Miss("httpcore", f"the scorer failed: {run.problem}")
        return
    print(run.output.rstrip())
    score = json.loads(figures.read_text("utf-8"))["httpcore"]
    for kind, extras in sorted(score["lists"].items()):
        if kind.endswith(".fp"):
            print(*(f"  extra {kind.removesuffix('.fp')}  {extra}" for extra in extras), sep="\n")
    for kind in SCORED:
        for measure, bar in (("precision", PRECISION), ("recall", RECALL)):
            reached = score["rows"][kind][measure] or 0.0
            if reached < bar:
                yield Miss("httpcore", f"{kind} {measure} {reached:.3f} is below {bar:.2f}")


# Packages


def packaged(package: Package, folder: Path) -> Iterator[Miss]:
    """Migrate one package; what isn't as it should be."""
    name = package.pin.name
    print(f"\n== {package.pin}  -t {package.target}")
    try:
        before = fetch(package.pin, folder / f"{name}-before")
    except NotFetched as error:
        yield Miss(name, str(error), is_skipped=True)
        return
    done = migrate(before, folder / name, targets([package.target]))
    yield from checked(name, done)
    print(f"  swapped: {counted(swapped(done))}")
    yield from undone(name, done)


def swapped(done: Migrated) -> Counter[str]:
    """How often the code names each of the async libraries more than before."""
    words = ("httpx.", "aiofiles.", "asyncio.sleep(", "asyncio.to_thread(", "asyncio.run(")
    before, after = text_of(done.before), text_of(done.after)
    more = {word.rstrip(".("): after.count(word) - before.count(word) for word in words}
    return Counter({word: number for word, number in more.items() if number})


def undone(name: str, done: Migrated) -> Iterator[Miss]:
    """``awaitify undo`` must give back every byte."""
    code = awaitify("undo", str(done.after)).returncode
    left = different(done.before, done.after)
    print(f"  undo: exit code {code}, {len(left)} files differ from the original")
    if code or left:
        yield Miss(name, f"undo left {', '.join(left[:5]) or 'nothing different'} (exit code {code})")


# What must hold for every program


def targets(names: Iterable[str]) -> list[str]:
    return [word for name in names for word in ("-t", name)]


def migrate(before: Path, after: Path, arguments: Iterable[str]) -> Migrated:
    """Copy *before* to *after* and migrate it there, a mark at each stop."""
    shutil.copytree(before, after)
    options = (*arguments, "--write", "--on-stop", "mark", "--format", "json")
    run = awaitify("migrate", str(after), *options)
    if not run.stdout:
        print(run.stderr.strip())
    return Migrated(before, after, run.returncode, json.loads(run.stdout or "{}"), options)


def awaitify(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "awaitify", *arguments)
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", f"stopped after {SECONDS} s")


def checked(name: str, done: Migrated) -> Iterator[Miss]:
    """It ended well, compiles, leaves no coroutine un-awaited unseen, and a second run changes nothing."""
    show(done)
    if done.code not in PROMISED:
        yield Miss(name, f"exit code {done.code}")
    if not different(done.before, done.after):
        yield Miss(name, "nothing was changed")
        return
    broken = list(broken_files(done.after))
    if broken:
        yield Miss(name, f"does not compile: {'; '.join(broken[:3])}")
        return
    yield from left_alone(name, done)
    yield from second_run(name, done)


def show(done: Migrated) -> None:
    counts = done.report.get("counts", {})
    codes = Counter(stop["code"] for stop in done.report.get("stops", []))
    print(
        f"  exit code {done.code}; {counts.get('functions')} functions, {counts.get('calls')} calls awaited,", end=" "
    )
    print(f"{counts.get('files')} files; references {counts.get('references')}")
    print(f"  stops: {counted(codes)}")
    print(f"  marks: {counted(Counter(marks(done.after)))}")


def left_alone(name: str, done: Migrated) -> Iterator[Miss]:
    """Calls by a converted name that are neither awaited nor marked: those that surely are one must not be."""
    names = converted(done.before, done.after)
    print(f"  converted: {sum(map(len, names.values()))} functions")
    accounts = accounts_of(done)
    found = unawaited(done.after, names)
    show_all = len(found) <= SHOWN
    said: Counter[str] = Counter()
    for call in found:
        account = accounts.get(call.mentioned, "no account")
        said[account] += 1
        if call.certain or show_all:
            print(f"  {'UN-AWAITED' if call.certain else 'same name'}  {call}  (the tool says: {account})")
    print(f"  same name, neither awaited nor marked: {len(found)}; the tool says: {counted(said)}")
    certain = [call for call in found if call.certain]
    if certain:
        yield Miss(name, f"{len(certain)} calls of converted functions are un-awaited and unmarked, first {certain[0]}")
    for call in found:
        if not call.certain and (account := accounts.get(call.mentioned, "")) in ("awaited", "stop"):
            yield Miss(name, f"{call} counts as {account} and is neither awaited nor marked")


def second_run(name: str, done: Migrated) -> Iterator[Miss]:
    first = {path: path.read_bytes() for path in python_files(done.after)}
    code = awaitify("migrate", str(done.after), *done.arguments).returncode
    changed = [path.relative_to(done.after).as_posix() for path, data in first.items() if path.read_bytes() != data]
    print(f"  second run: exit code {code}, {len(changed)} files changed")
    if changed or code not in PROMISED:
        yield Miss(name, f"a second run changes {', '.join(changed[:5]) or 'nothing'} (exit code {code})")


# Reading what is there


def accounts_of(done: Migrated) -> dict[Mentioned, str]:
    """How the tool says that each mention ends, by what is the same before and after."""
    found: dict[Mentioned, str] = {}
    seen: Counter[tuple[str, str, str]] = Counter()
    references = sorted(done.report.get("references", []), key=lambda reference: _end(reference["place"]))
    for reference in references:
        if "string names it" not in reference["reason"]:
            path, inside = reference["place"]["path"], reference["inside"].rpartition(":")[2]
            name = reference["name"].rpartition(":")[2].rpartition(".")[2]
            found[Mentioned(path, inside, name, seen[path, inside, name])] = reference["verdict"]
            seen[path, inside, name] += 1
    return found


def _end(place: Place) -> tuple[int, int]:
    return place["end_line"], place["end_column"]


def broken_files(root: Path) -> Iterator[str]:
    for path in python_files(root):
        try:
            compile(path.read_bytes(), str(path.relative_to(root)), "exec", dont_inherit=True)
        except SyntaxError as error:
            yield f"{path.relative_to(root)}:{error.lineno}: {error.msg}"


def different(before: Path, after: Path) -> list[str]:
    """The files whose bytes differ, or that only one side has."""
    return [
        path for path in sorted(files_of(before) | files_of(after)) if _bytes(before / path) != _bytes(after / path)
    ]


def files_of(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def text_of(root: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in python_files(root))


def counted(numbers: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in sorted(numbers.items())) or "none"


if __name__ == "__main__":
    sys.exit(main())
