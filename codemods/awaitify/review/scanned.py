"""What a scan shows, as data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from awaitify.chains.finding import Finding, Lost
from awaitify.chains.ignores import Ignore
from awaitify.failure import Failure


@dataclass(frozen=True, slots=True)
class Scan:
    """The *findings*, those that comments and settings *ignored*, and how many of them a baseline has *known*."""

    root: Path
    version: str
    findings: tuple[Finding, ...]
    ignored: tuple[Finding, ...]
    known: int
    lost: tuple[Lost, ...]
    """The calls that couldn't be followed."""
    roots: int
    malformed: tuple[Ignore, ...]
    """Comments that were meant to ignore something and say nothing."""
    failures: tuple[Failure, ...]

    def by_entry(self) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
        """The findings by the entry point at the top of their chain; tests last, the gravest first."""
        found: dict[tuple[str, str], list[Finding]] = {}
        for one in self.findings:
            found.setdefault((one.entry, one.root), []).append(one)
        groups = sorted(found.items(), key=lambda pair: (pair[1][0].is_test, min(one.severity for one in pair[1])))
        return tuple((entry, tuple(findings)) for (entry, _), findings in groups)
