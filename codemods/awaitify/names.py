"""How a thing in the program is called, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

TWIN_NAMES = "a{name}"
"""How an async twin is called where nobody says it: ``fetch`` and ``afetch``."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one file's text: lines from 1, columns from 0, counted in characters, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column + 1}"

    def holds(self, other: Span) -> bool:
        """Whether *other* lies within this span (a span holds itself)."""
        return (self.line, self.column) <= (other.line, other.column) and (
            (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        )


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span in a file; *path* is relative to the project root, with forward slashes."""

    path: str
    span: Span

    def __str__(self) -> str:
        return f"{self.path}:{self.span.line}"


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A dotted module and what it defines: ``shop.cart:Cart.total``."""

    module: str
    qualname: str

    def __str__(self) -> str:
        return f"{self.module}:{self.qualname}"

    @property
    def last(self) -> str:
        """The bare name: ``total`` of ``shop.cart:Cart.total``."""
        return self.qualname.rpartition(".")[2]


BORROWED = "<environment>/"
"""How the paths of a library's files begin that are read with the project: no file of a project is called so."""


def is_borrowed(path: str) -> bool:
    """Whether the file at *path* is a library's, and read with the project only to see what it says."""
    return path.startswith(BORROWED)


def lies_in(path: str, part: str) -> bool:
    """Whether the file at *path* is *part* or lies below that folder; below an empty part lies all of the project."""
    return not is_borrowed(path) and (not part or path == part or path.startswith(f"{part}/"))
