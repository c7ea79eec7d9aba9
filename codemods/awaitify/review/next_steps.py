"""What one would type next."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from awaitify.codes import Way
from awaitify.plan.plan import Stop
from awaitify.review.visible import counted


@dataclass(frozen=True, slots=True)
class NextStep:
    """A command line, and what it does."""

    command: str
    does: str


def next_steps(
    typed: tuple[str, ...], *, ready: int, undecided: tuple[Stop, ...], written: bool
) -> tuple[str, tuple[NextStep, ...]]:
    """The command line that leads here, and those that lead on: write what is ready, decide the rest, take it back.

    *typed* are the words after ``awaitify migrate``; *ready* is the number of groups that can be written.
    """
    again = ("awaitify", "migrate", *typed)
    steps = []
    if ready and not written:
        does = (
            f"writes the {counted(ready, 'group')} that {'is' if ready == 1 else 'are'} ready"
            if undecided
            else "writes it"
        )
        steps.append(NextStep(shlex.join((*again, "--write")), does))
    if choices := _choices(undecided):
        steps.append(_deciding(again, choices, undecided))
    if ready and written:
        steps.append(NextStep("awaitify undo", "takes it back"))
    return shlex.join(again), tuple(steps)


def _deciding(again: tuple[str, ...], choices: list[str], undecided: Iterable[Stop]) -> NextStep:
    # to refuse everything is what --write does without a decision: what takes one further is to mark it
    all_refuse = all(choice.endswith(f"={Way.REFUSE}") for choice in choices)
    if all_refuse and "--on-stop" not in again and all(Way.MARK in stop.ways for stop in undecided):
        marked = (*again, "--on-stop", Way.MARK, "--write")
        return NextStep(
            shlex.join(marked), "converts what is held back too; what a todo comment marks is yours to finish"
        )
    decided = [word for choice in choices for word in ("--decide", choice)]
    return NextStep(shlex.join((*again, *decided, "--write")), "decides what is held back, as recommended")


def _choices(stops: Iterable[Stop]) -> list[str]:
    """``AW302=bridge`` where all stops of a code have the same best way, else ``path:line=way`` for each."""
    by_code: defaultdict[str, list[tuple[str, Way]]] = defaultdict(list)
    for stop in stops:
        if stop.ways:
            by_code[stop.code].append((str(stop.place), stop.ways[0]))
    choices: list[str] = []
    for code, found in sorted(by_code.items()):
        one = {way for _, way in found}
        choices += [f"{code}={found[0][1]}"] if len(one) == 1 else [f"{place}={way}" for place, way in found]
    return choices
