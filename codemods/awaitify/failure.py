"""What any stage may return instead of its result: one file it could not process, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """One file that was not processed; the run goes on without it and ends with exit code 3."""

    path: str
    code: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.code} {self.reason}"


class UsageError(Exception):
    """The request itself can't be carried out: exit code 2, its text is shown as it is."""


class InternalError(Exception):
    """A promise of ours did not hold: exit code 70, nothing is written."""
