"""What earlier runs found out about a project, as far as it still holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from awaitify.index.cache import load, save, tool
from awaitify.index.text import ClassText
from awaitify.index.trace import Trace, holds, trace_of
from awaitify.source.outside import State, WatchedLibrary, are_as_they_were, states_behind
from awaitify.source.snapshot import Mark, Progress, Snapshot, hash_of, look
from awaitify.source.templates import read_templates

if TYPE_CHECKING:
    from awaitify.index.program import Program


@dataclass(frozen=True, slots=True)
class Memory:
    """The project's *files* as they are now, and what is kept in *folder* about it and about one request.

    *settings* is the hash of what the project's settings say; they too are part of the request.
    """

    folder: Path
    about: tuple[str, ...]
    request: str
    files: Snapshot
    settings: bytes

    def recall(self) -> object:
        """What came of the request before, if the same would come of it now; None if that isn't certain."""
        answer = load(self.folder, *self._question)
        if not isinstance(answer, _Answer) or not _still_holds(answer, self.files) or not self.files.is_steady:
            return None
        self._keep_marks()
        return answer.result

    def class_texts(self) -> dict[str, ClassText]:
        """What the texts of the files say of classes, for those that are as they were."""
        found = load(self.folder, *self.about, "classes")
        known: Mapping[bytes, ClassText] = found if isinstance(found, dict) else {}
        return {path: known[mark[4]] for path, mark in self.files.marks.items() if mark[4] in known}

    def keep(self, program: Program, library: WatchedLibrary, result: object) -> None:
        """Remember what came of the request, unless a file changed while it was worked out."""
        outside = states_behind(library, self.files.trusted_until)
        if outside is None or not self.files.is_steady or self.files.hash_settings() != self.settings:
            return
        self._keep_marks()
        if program.text.has_new_class_texts:
            texts = {self.files.digest(path): text for path, text in program.text.class_texts.items()}
            save(self.folder, texts, *self.about, "classes")
        digests = {path: mark[4] for path, mark in self.files.marks.items()}
        templates = _digests(program.templates) if program.has_read_templates else None
        answer = _Answer(self.files.paths, self.files.is_small, digests, trace_of(program), outside, templates, result)
        save(self.folder, answer, *self._question)

    @property
    def _question(self) -> tuple[str, ...]:
        return (*self.about, "answer", self.settings.hex(), self.request)

    def _keep_marks(self) -> None:
        if self.files.is_news:
            save(self.folder, self.files.marks, *self.about, "marks")


def open_memory(folder: Path, root: Path, request: str, exclude: tuple[str, ...], progress: Progress) -> Memory:
    """What *folder* has about the project at *root* and *request*; only files that may have changed are read."""
    about = (tool(), str(root))
    found = load(folder, *about, "marks")
    known: Mapping[str, Mark] = found if isinstance(found, dict) else {}
    files = look(root, exclude, known, progress)
    return Memory(folder, about, request, files, files.hash_settings())


@dataclass(frozen=True, slots=True)
class _Answer:
    """A result, and all that it was worked out from: of the project, and outside of it."""

    paths: tuple[str, ...]
    is_small: bool
    digests: Mapping[str, bytes]
    trace: Trace
    outside: Mapping[str, State]
    templates: Mapping[str, bytes] | None
    """The hash of each template; None where it didn't matter what is in them."""
    result: object


def _still_holds(answer: _Answer, files: Snapshot) -> bool:
    """Whether the files are the same, and whatever changed in them wasn't seen."""
    if answer.paths != files.paths or answer.is_small != files.is_small:
        return False
    if answer.digests.keys() != files.marks.keys() or not are_as_they_were(answer.outside):
        return False
    if answer.templates is not None and answer.templates != _digests(read_templates(files.root)):
        return False
    changed = [path for path, digest in answer.digests.items() if files.digest(path) != digest]
    return all(path not in files.excluded and holds(answer.trace, path, files.data(path)) for path in changed)


def _digests(templates: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: hash_of(data) for path, data in templates.items()}
