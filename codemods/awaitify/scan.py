"""Which blocking calls can stall an event loop, and how does the code get there?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from importlib import metadata
from pathlib import Path

from awaitify.catalogue import catalogue
from awaitify.chains.find import find
from awaitify.chains.finding import Finding
from awaitify.chains.ignores import Ignore, ignores_in, speaks_of
from awaitify.chains.lookup import Lookup
from awaitify.chains.roots import Root, find_roots, roots_named
from awaitify.chains.table import RETURNS
from awaitify.colour.blocking import Blocking
from awaitify.colour.sites import Sites
from awaitify.failure import UsageError
from awaitify.index.environment import Environment
from awaitify.index.load import Progress, load_program
from awaitify.index.program import Program
from awaitify.index.resolve import Resolver
from awaitify.names import lies_in
from awaitify.options import Options
from awaitify.review.scanned import Scan
from awaitify.source.environment import find_library
from awaitify.source.find import find_root, part_of


def silent(stage: str, done: int, total: int) -> None:
    """Shows no progress."""


def scan(path: Path, options: Options, baseline: frozenset[str] = frozenset(), progress: Progress = silent) -> Scan:
    """The calls in the project around *path* that block a loop; those whose chain touches no file under *path* are left out.

    Findings whose fingerprint the *baseline* has are counted only. Raises UsageError for names that mean nothing.
    """
    root = find_root(path)
    program = load_program(root, options.exclude, progress)
    if not program.names:
        raise UsageError(f"there is no Python file in {root.name or root}")
    progress("following chains", 0, 0)
    resolver = _resolver(root, program, options)
    found = find(_roots(resolver, options), Sites(resolver), Lookup(options.blocking, options.non_blocking))
    part = part_of(path, root)
    findings = [one for one in found.findings if any(lies_in(link.place.path, part) for link in one.chain)]
    shown = [one for one in findings if _is_selected(one, options)]
    ignores = list(_ignores(program))
    ignored = [one for one in shown if _is_ignored(one, ignores, options)]
    new = [one for one in shown if one not in ignored and one.fingerprint not in baseline]
    return Scan(
        root,
        _version(),
        tuple(new),
        tuple(ignored),
        len(shown) - len(ignored) - len(new),
        tuple(one for one in found.lost if lies_in(one.place.path, part)),
        found.roots,
        tuple(ignore for ignore in ignores if ignore.problem),
        tuple(sorted(program.failures.values())),
    )


def read_baseline(file: Path) -> frozenset[str]:
    """The fingerprints in what an earlier ``scan --format json`` printed. Raises UsageError for anything else."""
    try:
        whole = json.loads(file.read_text("utf-8"))
        if whole["schema"] != 1:
            raise UsageError(f"{file.name} was written by another version (schema {whole['schema']}): make it anew")
        return frozenset(str(one["fingerprint"]) for one in whole["findings"])
    except OSError as error:
        raise UsageError(f"{file.name} can't be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{file.name} is no baseline: make one with `awaitify scan --format json`") from error


def _resolver(root: Path, program: Program, options: Options) -> Resolver:
    swapped = {name: result for swap in catalogue() for name, result in swap.returned_types().items()}
    environment = Environment(find_library(root, options.python), program, Resolver)
    return Resolver(program, RETURNS | swapped, environment)


def _roots(resolver: Resolver, options: Options) -> Iterable[Root]:
    if not options.roots:
        return find_roots(resolver)
    blocking = Blocking(resolver, catalogue())
    return (root for name in options.roots for root in roots_named(name, resolver, blocking))


def _is_selected(finding: Finding, options: Options) -> bool:
    wanted = not options.select or finding.code.startswith(options.select)
    return wanted and not (options.ignore and finding.code.startswith(options.ignore))


def _ignores(program: Program) -> Iterator[Ignore]:
    for module in program.mentioning("awaitify"):
        yield from ignores_in(module.path, module.text)


def _is_ignored(finding: Finding, ignores: Iterable[Ignore], options: Options) -> bool:
    path, span = finding.place.path, finding.place.span
    for glob, codes in options.per_file_ignores:
        if codes and finding.code.startswith(codes) and fnmatchcase(path, glob):
            return True
    here = (ignore for ignore in ignores if ignore.path == path)
    return any(speaks_of(ignore, finding.code, span.line, span.end_line) for ignore in here)


def _version() -> str:
    try:
        return metadata.version("awaitify")
    except metadata.PackageNotFoundError:
        return "unknown"
