"""Makes a draft of a request: the program read, the names found, the project's own settings looked up."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from awaitify.chains.find import find, function_around
from awaitify.chains.lookup import Lookup
from awaitify.chains.roots import find_roots
from awaitify.codes import Way
from awaitify.colour.blocking import Blocking
from awaitify.colour.pairs import Pairs
from awaitify.colour.seed import find_named, find_targets
from awaitify.colour.sites import Sites
from awaitify.colour.threads import Threads
from awaitify.failure import UsageError
from awaitify.index.borrowed import borrow
from awaitify.index.environment import Environment
from awaitify.index.load import Progress, load_program
from awaitify.index.memory import Memory
from awaitify.index.program import Program
from awaitify.index.published import Published
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function
from awaitify.names import TWIN_NAMES, lies_in
from awaitify.plan.decisions import Decisions
from awaitify.plan.exported import read_exports
from awaitify.plan.functions import console_scripts, runs_async_tests
from awaitify.plan.keys import is_name, with_keys_found
from awaitify.plan.oldest import oldest_python
from awaitify.plan.published import forbid_own, take
from awaitify.plan.settled import Draft
from awaitify.source.environment import Library, this_python
from awaitify.swap import Swap, with_package


def prepare(
    root: Path,
    part: str,
    *,
    library: Library | None = None,
    targets: Iterable[str],
    keep_sync: Iterable[str],
    decisions: Decisions,
    public: tuple[str, ...],
    exclude: tuple[str, ...],
    http_target: str,
    keep_both: bool = False,
    twin_names: str = TWIN_NAMES,
    swaps: Iterable[Swap],
    progress: Progress,
    memory: Memory | None = None,
    published: tuple[Published, ...] = (),
    lookup: Lookup | None = None,
) -> Draft:
    """The draft for the project at *root*, of which only files under *part* may change (empty: all).

    Without *targets* and *published*, it is for what blocks an event loop: found with *lookup*, as far as a swap takes its place.
    *library* says where the code lies that isn't the project's; None: Python's own modules are all there is.
    *memory* is what is remembered of the project. *published* is what libraries say that they became.

    Raises UsageError for names that don't exist or aren't clear.
    """
    borrowed = borrow(published, library or this_python())
    program = load_program(root, exclude, progress, memory, borrowed)
    forbid_own(published, program)
    if not program.names:
        raise UsageError(f"there is no Python file in {root.name or root}")
    progress("looking up names", 0, 0)
    package = _http_package(root, http_target)
    known = tuple(with_package(swap, package) if swap.package == "httpx" != swap.name else swap for swap in swaps)
    results = {name: result for swap in known for name, result in swap.returned_types().items()}
    environment = Environment(library or this_python(), program, Resolver)
    environment.declared = _declared(root)
    resolver = Resolver(program, results, environment)
    blocking = Blocking(resolver, known)
    oldest = oldest_python(root)
    scripts = _scripts(root, program)
    taken = take(published, borrowed, resolver)
    sites = Sites(resolver, oldest, taken.functions)
    named = find_targets(targets, resolver, blocking)
    is_found = not named and not published
    pairs = Pairs(sites, twin_names)
    return Draft(
        resolver=resolver,
        sites=sites,
        blocking=blocking,
        seeds=(
            _found(sites, lookup or Lookup(), part, progress)
            if is_found
            else tuple(dict.fromkeys((*named, *taken.seeds)))
        ),
        console_scripts=scripts,
        kept=frozenset(find_targets(keep_sync, resolver, blocking)),
        decisions=with_keys_found(decisions, root, blocking),
        threads=Threads(sites, blocking, part, allowed=oldest >= (3, 9)),
        pairs=pairs,
        keep_both=keep_both,
        paired=frozenset(_named_to_keep_both(decisions, pairs, blocking)),
        package=package,
        marks_tests=not runs_async_tests(root),
        exports=read_exports(root, program, public, scripts),
        part=part,
        declared=environment.declared,
        is_found=is_found,
        oldest_python=oldest,
        replaced=tuple(replaced for one in published for replaced in one.attributes),
        notes=taken.notes,
    )


def _found(sites: Sites, lookup: Lookup, part: str, progress: Progress) -> tuple[Function, ...]:
    """The functions in which calls stand that block a loop and that a swap replaces; calls that only tests reach are left."""
    progress("following chains", 0, 0)
    findings = find(find_roots(sites.resolver), sites, lookup).findings
    wanted = (one for one in findings if one.migrates and not one.is_test and lies_in(one.place.path, part))
    return tuple(dict.fromkeys(function_around(one.place, sites.resolver) for one in wanted))


def _named_to_keep_both(decisions: Decisions, pairs: Pairs, blocking: Blocking) -> Iterator[Function]:
    """The functions that a decision names for a twin. Raises UsageError for one that can have none."""
    for key, way in decisions.ways:
        for function in find_named(key, pairs.resolver, blocking) if way is Way.KEEP_BOTH and is_name(key) else ():
            if reason := pairs.why_not(function):
                raise UsageError(f"the decision for {key}: no twin can stand beside {function.name}: {reason}")
            yield function


def _scripts(root: Path, program: Program) -> frozenset[Function]:
    found: set[Function] = set()
    for script in console_scripts(root):
        module_name, _, qualname = script.partition(":")
        module = program.module(module_name)
        found.update(f for f in (module.functions if module else ()) if f.qualname == qualname)
    return frozenset(found)


def _declared(root: Path) -> str:
    """The text of the files in which a project declares what it depends on."""
    names = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
    files = [root / name for name in names if (root / name).is_file()] + sorted(root.glob("*requirements*.txt"))
    return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)


def _http_package(root: Path, http_target: str) -> str:
    """What takes httpx's place: what the project depends on already, else httpx."""
    if http_target != "auto":
        return http_target
    path = root / "pyproject.toml"
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return "httpx"
    return "httpx2" if '"httpx2' in text or "'httpx2" in text else "httpx"
