"""Which paths does git leave out of the project?

Read are the ``.gitignore`` files from the top of the repository down and ``.git/info/exclude``; what a person ignores
on one machine (``core.excludesFile``) is not, so that everybody gets the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class _Layer:
    """One file of patterns. It sees a path with *prefix* before it, without its first *drop* characters."""

    spec: GitIgnoreSpec
    prefix: str = ""
    drop: int = 0

    def judge(self, path: str) -> bool | None:
        """True if *path* is left out, False if it is taken in again, None if nothing is said about it."""
        return self.spec.check_file(self.prefix + path[self.drop :]).include


@dataclass(frozen=True, slots=True)
class Rules:
    """All that holds in one folder: a deeper file has the last word."""

    layers: tuple[_Layer, ...] = ()

    def leave_out(self, path: str) -> bool:
        """Whether git ignores *path*: relative to the project root, with a slash at the end for a folder."""
        for layer in reversed(self.layers):
            if (verdict := layer.judge(path)) is not None:
                return verdict
        return False

    def below(self, root: Path, folder: str) -> Rules:
        """These rules and those of the ``.gitignore`` in *folder* (``""``, or with a slash at the end)."""
        spec = _read(root / folder / ".gitignore")
        return self if spec is None else Rules((*self.layers, _Layer(spec, drop=len(folder))))


def read_rules(root: Path) -> Rules:
    """What is said above *root*, as far as its repository goes; nothing, if that would leave out all of *root*."""
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    if top is None:
        return Rules()
    inside = root.relative_to(top).parts
    specs = [(_read(_git_folder(top) / "info" / "exclude"), 0)]
    specs += [(_read(top.joinpath(*inside[:depth], ".gitignore")), depth) for depth in range(len(inside))]
    layers = [_Layer(spec, "".join(f"{part}/" for part in inside[depth:])) for spec, depth in specs if spec is not None]
    return Rules() if inside and _hidden(layers, inside) else Rules(tuple(layers))


def parse_patterns(lines: Sequence[str]) -> GitIgnoreSpec:
    """The patterns, less those that git too would find no meaning in."""
    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return GitIgnoreSpec.from_lines([line for line in lines if _has_meaning(line)])


def _has_meaning(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _read(path: Path) -> GitIgnoreSpec | None:
    try:
        if not path.is_file():
            return None
        text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    except OSError:
        return None
    return parse_patterns(text.replace("\r\n", "\n").split("\n"))


def _hidden(layers: Sequence[_Layer], inside: Sequence[str]) -> bool:
    """Whether the outer repository ignores the project root itself, or a folder on the way to it."""
    above = Rules(tuple(_Layer(layer.spec) for layer in layers))
    return any(above.leave_out("/".join(inside[: depth + 1]) + "/") for depth in range(len(inside)))


def _git_folder(top: Path) -> Path:
    """``.git``, or where the ``.git`` file of a work tree or submodule points: ``gitdir: ../.git/worktrees/x``."""
    pointer = top / ".git"
    try:
        if pointer.is_dir():
            return pointer
        folder = top / pointer.read_text(encoding="utf-8", errors="surrogateescape").removeprefix("gitdir:").strip()
        common = folder / "commondir"
        return folder / common.read_text(encoding="utf-8").strip() if common.is_file() else folder
    except OSError:
        return pointer
