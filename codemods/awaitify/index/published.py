"""What a library's functions became, as the JSON file that it ships says: see docs/colours.md."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from awaitify.failure import UsageError
from awaitify.names import Name

KIND, SCHEMA = "colours", 1


class Was(StrEnum):
    """What a function was before."""

    FUNCTION = "def"
    GENERATOR = "generator"
    CONTEXT_MANAGER = "context manager"
    PROPERTY = "property"
    CONSTRUCTOR = "constructor"


class Now(StrEnum):
    """What it is to those who call it."""

    FUNCTION = "async def"
    GENERATOR = "async generator"
    CONTEXT_MANAGER = "async context manager"
    ITERATING = "asynchronous iterable"
    """``__aiter__``: it is called without await, and gives what ``async for`` goes over."""


@dataclass(frozen=True, slots=True, order=True)
class Changed:
    """A function that changed colour: its name as it was before, and what it is now."""

    name: Name
    was: Was
    now: Now
    public: bool
    renamed: str | None = None
    """What it is called now, where that isn't what it was called: ``__aenter__``, ``get_owner``, ``create``."""
    twin: str | None = None
    """The async function beside it, where the sync one is still there too: then nobody has to change."""

    @property
    def name_now(self) -> Name:
        """The name under which it is found now."""
        outer = self.name.qualname.rpartition(".")[0]
        last = self.renamed or self.name.last
        return Name(self.name.module, f"{outer}.{last}" if outer else last)


@dataclass(frozen=True, slots=True, order=True)
class Replaced:
    """An attribute of a class, or a variable of a module, that holds an object of another library's class than before."""

    name: Name
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Published:
    """All that changed in one version of a library; *origin* says in an error where it was read."""

    distribution: str
    version: str | None
    functions: tuple[Changed, ...]
    attributes: tuple[Replaced, ...] = ()
    origin: str = ""

    @property
    def label(self) -> str:
        """``shoplib 2.0``"""
        return f"{self.distribution} {self.version}" if self.version else self.distribution


def as_text(published: Published) -> str:
    """The JSON file: the same for the same library, wherever and whenever it is made."""
    entries = [
        {
            "module": one.name.module,
            "name": one.name.qualname,
            "was": one.was.value,
            "now": one.now.value,
            "renamed": one.renamed,
            "public": one.public,
            "twin": one.twin,
        }
        for one in sorted(published.functions)
    ]
    attributes = [
        {"module": one.name.module, "name": one.name.qualname, "was": one.was, "now": one.now}
        for one in sorted(published.attributes)
    ]
    document = {
        "awaitify": KIND,
        "schema": SCHEMA,
        "distribution": published.distribution,
        "version": published.version,
        "functions": entries,
        "attributes": attributes,
    }
    return json.dumps(document, indent=2) + "\n"


def parse_published(data: bytes, origin: str) -> Published:
    """What the file says; *origin* is how a person called it. Raises UsageError for what isn't such a file."""
    try:
        document: object = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it isn't UTF-8 text"
        raise UsageError(f"{origin}{line} is no JSON file: {reason}") from error
    if not isinstance(document, dict) or document.get("awaitify") != KIND:
        raise UsageError(f"{origin} isn't a file that `awaitify colours` wrote")
    schema = document.get("schema")
    if type(schema) is not int or schema < 1:
        raise UsageError(f"{origin}: 'schema' must be a number from 1, not {schema!r}")
    if schema > SCHEMA:
        raise UsageError(f"{origin} has schema {schema}, and this awaitify knows {SCHEMA}: it takes a newer awaitify")
    reading = _Reading(origin)
    return Published(
        reading.text(document, "distribution", "the file"),
        reading.text_or_none(document, "version", "the file"),
        tuple(map(reading.changed, reading.entries(document, "functions"))),
        tuple(map(reading.replaced, reading.entries(document, "attributes"))),
        origin,
    )


_Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads one file, and says what is wrong with it."""

    origin: str

    def changed(self, entry: _Entry) -> Changed:
        name = self.name(entry)
        return Changed(
            name,
            Was(self.one_of(entry, "was", Was, str(name))),
            Now(self.one_of(entry, "now", Now, str(name))),
            entry.get("public") is True,
            self.text_or_none(entry, "renamed", str(name)),
            self.text_or_none(entry, "twin", str(name)),
        )

    def replaced(self, entry: _Entry) -> Replaced:
        name = self.name(entry)
        return Replaced(name, self.text(entry, "was", str(name)), self.text(entry, "now", str(name)))

    def name(self, entry: _Entry) -> Name:
        name = Name(self.text(entry, "module", "an entry"), self.text(entry, "name", "an entry"))
        if not all(part.isidentifier() for part in f"{name.module}.{name.qualname}".split(".")):
            raise UsageError(f"{self.origin}: {str(name)!r} is no name of a function")
        return name

    def entries(self, document: _Entry, key: str) -> list[_Entry]:
        value = document.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise UsageError(f"{self.origin}: {key!r} must be a list of objects")
        return value

    def text(self, entry: _Entry, key: str, where: str) -> str:
        value = entry.get(key)
        if not isinstance(value, str) or not value:
            raise UsageError(f"{self.origin}: {key!r} of {where} must be a string, not {value!r}")
        return value

    def text_or_none(self, entry: _Entry, key: str, where: str) -> str | None:
        return None if entry.get(key) is None else self.text(entry, key, where)

    def one_of(self, entry: _Entry, key: str, known: Iterable[str], where: str) -> str:
        value = self.text(entry, key, where)
        if value not in [str(one) for one in known]:
            raise UsageError(f"{self.origin}: {key!r} of {where} must be one of {', '.join(known)}, not {value!r}")
        return value
