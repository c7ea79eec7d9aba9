"""Which calls are worth looking at? Told by the name that is called, before anything is resolved.

A method can only be the project's if the text of some file defines its name, and only block if the table has its name. In
a large program that leaves out most calls: of strings, of lists, of loggers.
"""

from __future__ import annotations

import re

from awaitify.chains.lookup import Lookup
from awaitify.chains.table import ROWS
from awaitify.index.program import Program

_DEFINED = re.compile(
    rb"\b(?:def|class|as)[ \t]+(\w+)"
    rb"|\.(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*(?:[\w.]+|lambda\b[^\n]*)[ \t]*(?:or[ \t]+[\w.]+[ \t]*)?(?:#[^\n]*)?\r?$"
    rb"|^[ \t]*(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*(?:[\w.]+|lambda\b[^\n]*)[ \t]*(?:#[^\n]*)?\r?$"
    rb"|^[ \t]+(\w+)[ \t]*:[ \t]*[^=\n]*Callable",
    re.MULTILINE,
)
"""``def fetch``, ``import fetch as load``, ``self.load = fetch``, ``load = client.fetch``"""
_ANY_METHOD = ("redis", "boto3", "botocore", "paramiko", "imaplib", "poplib", "nntplib", "telnetlib", "xmlrpc")
"""Packages of which the table names every method."""


_WORDS = tuple(
    found
    for row in ROWS
    for found in re.findall(r"(\w+)(\\w|\[|\()?", re.sub(r"\\[.b]|\(\?!.*?\)", " ", row.names.pattern))
)
_BEGINNINGS = tuple({word for word, goes_on in _WORDS if goes_on and len(word) > 1})


class Relevant:
    """The names of methods that a call may be worth resolving for."""

    def __init__(self, program: Program, lookup: Lookup) -> None:
        self._any = lookup.adds_patterns or any(map(program.text.mentioning, _ANY_METHOD))
        self._ours = _defined(program)
        self._blocking = lookup.added_words | {word for word, goes_on in _WORDS if not goes_on}

    def may_matter(self, method: str) -> bool:
        """Whether a call of an attribute of that name may be of the project's code, or block."""
        return self._any or method in self._ours or method in self._blocking or method.startswith(_BEGINNINGS)

    def may_be_ours(self, method: str) -> bool:
        """Whether it may be of the project's code."""
        return method in self._ours


def _defined(program: Program) -> frozenset[str]:
    found = {"sort"}
    for data in program.text.files.values():
        for groups in _DEFINED.findall(data):
            found.update(group.decode(errors="replace") for group in groups if group)
    return frozenset(found)
