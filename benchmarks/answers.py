"""Gets both answers to the question which functions ``x.name`` reaches: the tool's, and pyrefly's."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import process_time
from typing import NamedTuple

from compare import Ours, Site, Theirs, Verdict, is_property, sites, verdict
from fetch import Pin, cache_folder, python_files
from pyrefly import Spot, definitions, utf16, version

from awaitify.catalogue import catalogue
from awaitify.colour.reached import Reached
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module
from awaitify.plan.decisions import Decisions
from awaitify.plan.prepare import prepare
from awaitify.plan.settled import Draft

WRAPPERS = "/functools.pyi"
"""Where pyrefly finds the call of a method under ``lru_cache``: it says nothing of which method that is."""


class Method(NamedTuple):
    """A function of the program; the definitions of an ``@overload`` are one."""

    path: str
    qualname: str

    def __str__(self) -> str:
        return f"{self.path}:{self.qualname}"


class Ending(NamedTuple):
    """Where a mention ends, in bytes as ``ast`` counts."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Compared(NamedTuple):
    """A place with both answers and how they compare."""

    site: Site
    text: str
    verdict: Verdict
    ours: Ours[Method]
    theirs: Theirs[Method]

    @property
    def is_silent(self) -> bool:
        """Whether ours lacks some of the other's methods without saying that something isn't known."""
        return self.verdict is Verdict.MISSED and not self.ours.has_unknown


def compare(root: Path, names: tuple[str, ...], known: Known) -> Iterator[Compared]:
    """Every place in the program where one of the *names* is read, with both answers."""
    started = process_time()
    program = _Program(root)
    ours = program.answers(names)
    print(f"  the tool's answers took {process_time() - started:.1f} s of CPU")
    places = list(_places(root, frozenset(names)))
    theirs = _theirs(program, places, known)
    for site in places:
        mine = ours.get(Ending(site.path, site.line, site.end_column), Ours(is_seen=False))
        other = theirs[site]
        text = program.module(site.path).lines[site.line - 1].strip()
        yield Compared(site, text, verdict(mine, other, program.overrides), mine, other)


def unstable(root: Path, names: tuple[str, ...]) -> list[Ending]:
    """The places where the tool's answer depends on which name was asked for first; there should be none."""
    first, second = _Program(root).answers(names), _Program(root).answers(reversed(names))
    return sorted(place for place in first if first[place] != second[place])


def _places(root: Path, names: frozenset[str]) -> Iterator[Site]:
    """Where one of the *names* is read, found without the tool."""
    wanted = [name.encode() for name in names]
    for path in python_files(root):
        data = path.read_bytes()
        if any(name in data for name in wanted):
            yield from sites(path.relative_to(root).as_posix(), ast.parse(data), names)


class _Program:
    """The program as the tool reads it, its functions by where they stand."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.draft = _prepared(root)
        self.resolver: Resolver = self.draft.resolver
        self.overrides = cache(self._overrides)
        self.functions: dict[str, dict[int, Function]] = {}
        self.last: dict[Method, Function] = {}

    def module(self, path: str) -> Module:
        module = self.resolver.program.module_at(path)
        assert module is not None, path
        return module

    def answers(self, names: Iterable[str]) -> dict[Ending, Ours[Method]]:
        """What the tool says of each mention of the *names*, which are asked for in their order."""
        return {ending: answer for name in names for ending, answer in self._answers(name)}

    def _answers(self, name: str) -> Iterator[tuple[Ending, Ours[Method]]]:
        for reached in self.draft.sites.reaching(name):
            node, path = reached.mention.node, reached.mention.module.path
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            yield Ending(path, node.end_lineno, node.end_col_offset), self.ours(reached)

    def ours(self, reached: Reached) -> Ours[Method]:
        return Ours(frozenset(map(self.method, reached.functions)), reached.has_other, reached.has_unknown)

    def method(self, function: Function) -> Method:
        method = Method(function.module.path, function.qualname)
        self.last[method] = function
        return method

    def at(self, spot: Spot) -> Function | None:
        """The function whose ``def`` stands on the line of *spot*."""
        if spot.path not in self.functions:
            module = self.resolver.program.module_at(spot.path)
            self.functions[spot.path] = {f.node.lineno: f for f in (module.functions if module else ())}
        return self.functions[spot.path].get(spot.line)

    def _overrides(self, method: Method) -> frozenset[Method]:
        function = self.last[method]
        if function.owner is None:
            return frozenset()
        name = function.node.name
        below = self.resolver.hierarchy.below(function.owner, name)
        return frozenset(self.method(cls.functions[name][-1]) for cls in below if name in cls.functions)


def _prepared(root: Path) -> Draft:
    return prepare(
        root,
        "",
        targets=(),
        keep_sync=(),
        decisions=Decisions(),
        public=(),
        exclude=(),
        http_target="auto",
        swaps=catalogue(),
        progress=lambda stage, done, total: None,
    )


def _theirs(program: _Program, places: list[Site], known: Known) -> dict[Site, Theirs[Method]]:
    """What pyrefly says of each place; an attribute that is assigned a method is followed to that method."""
    spots = {site: _spot(site, program) for site in places}
    answers = known.answers(program.root, spots.values())
    aliases = {at: to for found in answers.values() for at in found if (to := _assigned(at, program)) is not None}
    followed = known.answers(program.root, aliases.values())
    behind = {at: followed[to] for at, to in aliases.items()}
    return {
        site: _methods([s for at in answers[spot] for s in behind.get(at) or (at,)], site.name, program)
        for site, spot in spots.items()
    }


def _methods(spots: Iterable[Spot], name: str, program: _Program) -> Theirs[Method]:
    methods: set[Method] = set()
    outside = stored = False
    for spot in spots:
        function = None if spot.is_outside else program.at(spot)
        if spot.is_outside:
            outside |= not spot.path.endswith(WRAPPERS)
        elif function is None or function.node.name != name or is_property(function.node):
            stored = True
        else:
            methods.add(program.method(function))
    return Theirs(frozenset(methods), outside, stored)


def _spot(site: Site, program: _Program) -> Spot:
    text = program.module(site.path).lines[site.line - 1]
    end = len(text.encode()[: site.end_column].decode())
    return Spot(site.path, site.line, utf16(text, end - len(site.name)))


def _assigned(spot: Spot, program: _Program) -> Spot | None:
    """For the target of ``self.run = client.run``, where its value's last name stands."""
    if spot.is_outside or program.at(spot) is not None:
        return None
    module = program.module(spot.path)
    for node in ast.walk(module.tree):
        match node:
            case ast.Assign(value=ast.Attribute(attr=name) as value) if node.lineno <= spot.line <= value.end_lineno:  # type: ignore[operator]
                return _spot(Site(spot.path, name, value.end_lineno, value.end_col_offset, ""), program)  # type: ignore[arg-type]
    return None


@dataclass(frozen=True, slots=True)
class Known:
    """pyrefly's answers about a program, kept in the cache from one run to the next."""

    pin: Pin
    pyrefly: str

    @property
    def file(self) -> Path:
        return cache_folder() / "agreement" / f"{self.pin.name}-{self.pin.version}-pyrefly-{version(self.pyrefly)}.json"

    def answers(self, root: Path, spots: Iterable[Spot]) -> dict[Spot, tuple[Spot, ...]]:
        """Where the name at each of the *spots* is defined."""
        kept = self._kept()
        new = sorted(set(spots) - kept.keys())
        if new:
            kept.update(definitions(self.pyrefly, root, new))
            self._keep(kept)
        return kept

    def _kept(self) -> dict[Spot, tuple[Spot, ...]]:
        if not self.file.exists():
            return {}
        lines = json.loads(self.file.read_text("utf-8"))
        return {Spot(*spot): tuple(Spot(*found) for found in answer) for spot, answer in lines}

    def _keep(self, answers: dict[Spot, tuple[Spot, ...]]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(sorted(answers.items())), "utf-8")
        beside.replace(self.file)
