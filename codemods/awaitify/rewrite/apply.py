"""Makes the edits of one file and proves the result, or says why the file stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from awaitify.failure import Failure
from awaitify.plan.edit import Edit
from awaitify.rewrite.change import FileChange
from awaitify.rewrite.format import format_as_before
from awaitify.rewrite.limits import room_for_recursion, why_too_much
from awaitify.rewrite.places import DidNotLandError, find_places, message_of
from awaitify.rewrite.prove import prove
from awaitify.rewrite.transform import Original, make_edits
from awaitify.source.file import SourceFile

if TYPE_CHECKING:
    from black.mode import Mode


def apply_edits(
    source: SourceFile, edits: Sequence[Edit], *, format_with_black: Mode | None = None
) -> FileChange | Failure:
    """The file with every edit made exactly once, or the failure that leaves it as it is.

    With *format_with_black* a file that is as Black leaves it stays so. An edit that is given twice is made once.
    """
    try:
        if reason := why_too_much(source.text):
            return Failure(source.path, "AW908", reason)
    except (SyntaxError, ValueError) as error:
        return Failure(source.path, "AW901", str(error), getattr(error, "lineno", None))
    try:
        with room_for_recursion():
            return _apply(source, tuple(dict.fromkeys(edits)), format_with_black)
    except RecursionError:
        return Failure(source.path, "AW908", "nested too deeply for LibCST")


def _apply(source: SourceFile, edits: Sequence[Edit], mode: Mode | None) -> FileChange | Failure:
    original = _parse(source)
    if isinstance(original, Failure):
        return original
    try:
        text = make_edits(original, find_places(original.positions, edits), edits).code
    except (DidNotLandError, ValueError, cst.ParserSyntaxError, cst.CSTValidationError, cst.CSTLogicError) as error:
        return Failure(source.path, "AW905", message_of(error))
    if mode is not None:
        text = format_as_before(source.text, text, mode, source.path)
    if reason := prove(source.text, text, edits):
        return Failure(source.path, "AW906", reason)
    try:
        return FileChange(source, source.encode(text))
    except UnicodeEncodeError as error:
        return Failure(source.path, "AW906", f"the file's encoding lacks a character that would be inserted: {error}")


def _parse(source: SourceFile) -> Original | Failure:
    try:
        module = cst.parse_module(source.text)
    except cst.ParserSyntaxError as error:
        return Failure(source.path, "AW904", f"LibCST can't parse it: {error.message}", error.raw_line)
    except cst.CSTValidationError as error:  # such as ``return((a if b else c))``
        return Failure(source.path, "AW904", f"LibCST doesn't take it for Python: {error}")
    if module.code != source.text or source.encode(module.code) != source.data:
        return Failure(source.path, "AW904", "LibCST doesn't give it back byte for byte")
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    return Original(source.path, source.text, wrapper.module, wrapper.resolve(PositionProvider))
