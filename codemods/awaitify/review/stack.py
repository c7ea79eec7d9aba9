"""A migration as a stack of stages: what each holds, and what it changes in the program as the one before left it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from awaitify.plan.plan import Converted, Group, Note, Plan
from awaitify.plan.stages import Cut
from awaitify.review.diff import blocks
from awaitify.review.visible import counted
from awaitify.rewrite.change import FileChange
from awaitify.source.file import SourceFile


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. ``plan`` and ``total`` are all from the program as it is, up to and with this stage; the rest is its own."""

    number: int
    plan: Plan
    total: tuple[FileChange, ...]
    groups: tuple[Group, ...]
    converted: tuple[Converted, ...]
    changes: tuple[FileChange, ...]
    notes: tuple[Note, ...]
    threads: tuple[Note, ...]
    """Those of its notes on what runs on a thread until a later stage."""
    swap: str = ""
    """What is done, where nothing becomes async: ``requests → httpx, still sync``."""

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(change.path for change in self.changes)

    @property
    def added(self) -> int:
        return sum(block.added for change in self.changes for block in blocks(change))

    @property
    def removed(self) -> int:
        return sum(block.removed for change in self.changes for block in blocks(change))

    @property
    def size(self) -> str:
        """``4 functions, 2 files``"""
        return f"{counted(len(self.converted), 'function')}, {counted(len(self.changes), 'file')}"

    @property
    def subject(self) -> str:
        """The first line of its commit."""
        return self.title if self.swap else f"Make async: {self.title}"

    @property
    def title(self) -> str:
        """What is done in one line: ``WeatherClient.current (3 overrides) and 4 more``; what calls the program is named before what tests it."""
        if self.swap:
            return self.swap
        names = [group.title.partition(" ← ")[0] for group in self.groups]
        shown = sorted(names, key=lambda name: name.endswith((" tests)", " test)")))
        more = f" and {len(shown) - 1} more" if len(shown) > 1 else ""
        return f"{shown[0]}{more}" if shown else "what is left"


@dataclass(frozen=True, slots=True)
class Stack:
    """The plan in one go, and the stages that come to the same."""

    root: Path
    plan: Plan
    version: str
    stages: tuple[Stage, ...]
    why_not_first: str = ""
    """Why no stage swaps a library while all is sync, where one could have been swapped."""
    again: str = ""
    """The command line that leads to this stack, without what is done with it."""

    def why_no_stages(self) -> str:
        """Why there is no stage; empty where there is one."""
        if self.stages:
            return ""
        return "all of it is held back" if self.plan.undecided else "it is async already"


def stages_of(drawn: Iterable[tuple[Cut, tuple[FileChange, ...]]]) -> tuple[Stage, ...]:
    """The stages between the cuts, each of which comes with all that is changed above it; those that change nothing are
    none."""
    stages: list[Stage] = []
    before: dict[str, FileChange] = {}
    groups: frozenset[int] = frozenset()
    known: frozenset[Note] = frozenset()
    for cut, total in drawn:
        after = {change.path: change for change in total}
        changes = tuple(_between(before, after))
        if not changes:
            continue
        plan = cut.plan
        new = [group for group in plan.groups if group.number not in groups and not group.held_by]
        stages.append(
            Stage(
                number=len(stages) + 1,
                plan=replace(plan, notes=(*plan.notes, *cut.threads)),
                total=tuple(change for change in total if change.new != change.old),
                groups=tuple(new),
                converted=tuple(one for one in plan.converted if one.group in {group.number for group in new}),
                changes=changes,
                notes=(*(note for note in plan.notes if note not in known), *cut.threads),
                threads=cut.threads,
                swap=cut.title,
            )
        )
        before, groups = after, groups | {group.number for group in new}
        known |= set(plan.notes)
    return tuple(stages)


def _between(before: dict[str, FileChange], after: dict[str, FileChange]) -> Iterable[FileChange]:
    for path in sorted(before.keys() | after.keys()):
        source = (after.get(path) or before[path]).source
        old = before[path].new if path in before else source.data
        new = after[path].new if path in after else source.data
        if old != new:
            yield FileChange(_with_data(source, old), new)


def _with_data(source: SourceFile, data: bytes) -> SourceFile:
    return replace(source, data=data, text=data.removeprefix(source.bom).decode(source.encoding))
