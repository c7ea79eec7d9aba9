"""The journey: read the program, spread the colour, draft the plan, apply it, and show or write what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from awaitify.failure import Failure, InternalError, UsageError
from awaitify.index.cache import cache_folder
from awaitify.index.find_published import find_published
from awaitify.index.memory import Memory, open_memory
from awaitify.index.published import Published
from awaitify.options import Formatter, Options
from awaitify.plan.edit import Edit
from awaitify.plan.plan import Note, Plan
from awaitify.review.stack import Stack, stages_of
from awaitify.rewrite.change import FileChange
from awaitify.source.environment import Library, find_library
from awaitify.source.find import find_root, part_of
from awaitify.source.git import dirty_files
from awaitify.source.outside import watched
from awaitify.source.refusal import NotWritten
from awaitify.source.snapshot import Progress
from awaitify.source.write import recover, write_set

if TYPE_CHECKING:  # it takes as long to load as a run that remembers
    from awaitify.plan.settled import Draft
    from awaitify.plan.stages import Budget, Cut


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan and the changed files of the groups that are ready; nothing is written yet."""

    root: Path
    plan: Plan
    changes: tuple[FileChange, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What came of a request, and of which version of this tool: what is remembered for the next time."""

    plan: Plan
    changes: tuple[FileChange, ...]
    version: str


def silent(stage: str, done: int, total: int) -> None:
    """Shows no progress."""


def migrate(path: Path, options: Options, progress: Progress = silent) -> Outcome:
    """What would become of the project around *path*; only files under *path* may change.

    Raises UsageError when the request isn't clear, InternalError when a promise of ours doesn't hold.
    """
    root = find_root(path)
    recover(root)
    library = watched(find_library(root, options.python))
    published = find_published(options.sources, library)
    memory = None
    if options.cache and not published:  # what a library has been read for isn't remembered
        request = _request(part_of(path, root), library, options)
        memory = open_memory(cache_folder(), root, request, options.exclude, progress)
        if isinstance(known := memory.recall(), Planned):
            return Outcome(root, known.plan, known.changes, known.version)
    given = _prepare(root, part_of(path, root), library, options, progress, memory, published)
    plan, changes, _ = _carry_out(replace(given, counts_cost=True), root, options, progress)
    planned = Planned(plan, changes, _version())
    if memory is not None:
        memory.keep(given.resolver.program, library, planned)
    return Outcome(root, planned.plan, planned.changes, planned.version)


def stack(path: Path, options: Options, budget: Budget, progress: Progress = silent) -> Stack:
    """The same migration as a stack of stages, each of which can be merged before the next one is made.

    Raises what ``migrate`` raises.
    """
    from awaitify.plan.stages import find_cuts  # noqa: PLC0415

    if options.sources:
        raise UsageError(
            "--from can't be done in stages: what is async in a library is so for all who call it, at once"
        )
    root = find_root(path)
    recover(root)
    given = _prepare(root, part_of(path, root), watched(find_library(root, options.python)), options, progress, None)
    plan, changes, given = _carry_out(given, root, options, progress)
    progress("cutting", 0, 0)
    cuts = find_cuts(given, plan, budget)
    drawn: list[tuple[Cut, tuple[FileChange, ...]]] = []
    for cut in cuts.found[:-1]:
        results = tuple(_apply(cut.plan, given, root, options, progress))
        changed = tuple(result for result in results if isinstance(result, FileChange))
        if changed == results:  # else this cut can't be made, and its stage is one with the next
            drawn.append((cut, changed))
    stages = stages_of([*drawn, (cuts.found[-1], changes)])
    return Stack(root, plan, _version(), stages, why_not_first=cuts.why_not_first)


def write(outcome: Outcome, options: Options) -> None:
    """Write the changes: all of them, or none.

    Raises UsageError when a file has changes that git hasn't got, changed since the plan was made, or can't be written.
    """
    paths = [change.path for change in outcome.changes]
    dirty = () if options.allow_dirty else dirty_files(outcome.root, paths)
    if dirty:
        shown = ", ".join(dirty[:5]) + (f" and {len(dirty) - 5} more" if len(dirty) > 5 else "")
        raise UsageError(f"nothing was written: not committed: {shown}; commit or stash, or say --allow-dirty")
    try:
        write_set(outcome.root, outcome.changes)
    except NotWritten as error:
        raise UsageError(str(error)) from error


def _request(part: str, library: Library, options: Options) -> str:
    """All that a plan depends on besides what stands in files, this tool and this Python."""
    asked = replace(options, write=False, check=False, allow_dirty=False)
    return f"{part!r} {library!r} {asked!r}"


def _prepare(
    root: Path,
    part: str,
    library: Library,
    options: Options,
    progress: Progress,
    memory: Memory | None,
    published: tuple[Published, ...] = (),
) -> Draft:
    from awaitify.catalogue import catalogue  # noqa: PLC0415  loaded when there is something to work out, as all below
    from awaitify.chains.lookup import Lookup  # noqa: PLC0415
    from awaitify.plan.decisions import Decisions  # noqa: PLC0415
    from awaitify.plan.prepare import prepare  # noqa: PLC0415

    return prepare(
        root,
        part,
        library=library,
        targets=options.targets,
        keep_sync=options.keep_sync,
        decisions=Decisions(options.decide, options.on_stop),
        public=options.public,
        exclude=options.exclude,
        http_target=options.http_target,
        keep_both=options.keep_both,
        twin_names=options.twin_names,
        swaps=catalogue(),
        progress=progress,
        memory=memory,
        published=published,
        lookup=Lookup(options.blocking, options.non_blocking),
    )


def _carry_out(
    given: Draft, root: Path, options: Options, progress: Progress
) -> tuple[Plan, tuple[FileChange, ...], Draft]:
    """Draft and apply; a file that can't be changed keeps its groups sync, and the plan is drawn again without them.

    The draft that comes back is the one from which the plan was drawn in the end.
    """
    from awaitify.plan.draft import draft  # noqa: PLC0415

    failures: dict[str, Failure] = {}
    left: list[str] = []
    while True:
        progress("planning", 0, 0)
        plan = draft(given)
        results = list(_apply(plan, given, root, options, progress))
        failed = [result for result in results if isinstance(result, Failure)]
        if again := [failure for failure in failed if failure.path in failures]:
            raise InternalError(f"{again[0]}: its groups were left out and it is still to be changed")
        if not failed:
            changes = tuple(result for result in results if isinstance(result, FileChange) and result.new != result.old)
            found = {**given.resolver.program.failures, **failures}
            notes = (*(Note("look", None, text) for text in left), *plan.notes)
            return replace(plan, failures=tuple(sorted(found.values())), notes=notes), changes, given
        failures.update((failure.path, failure) for failure in failed)
        groups = {edit.group for edit in plan.edits if edit.path in failures}
        left += [
            f"{group.title} is left as it is, with all that leans on it: {', '.join(sorted(set(group.files) & set(failures)))}"
            " can't be edited"
            for group in plan.groups
            if group.number in groups
        ]
        names = {converted.place for converted in plan.converted if converted.group in groups}
        given = replace(given, kept=given.kept | given.functions_at(names))


def _apply(
    plan: Plan, given: Draft, root: Path, options: Options, progress: Progress
) -> Iterable[FileChange | Failure]:
    if not plan.edits:
        return
    from awaitify.rewrite.apply import apply_edits  # noqa: PLC0415
    from awaitify.rewrite.format import black_mode  # noqa: PLC0415

    mode = None if options.format_with is Formatter.NONE else black_mode(root)
    by_path: dict[str, list[Edit]] = {}
    for planned in plan.edits:
        by_path.setdefault(planned.path, []).append(planned.edit)
    for number, (path, edits) in enumerate(sorted(by_path.items())):
        progress("rewriting", number, len(by_path))
        source = given.resolver.program.read(path)
        if isinstance(source, Failure):
            yield source
        else:
            yield apply_edits(source, edits, format_with_black=mode)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version("awaitify")
    except PackageNotFoundError:
        return "unknown"
