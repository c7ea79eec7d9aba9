"""What text does a file hold, and in which encoding?"""

from __future__ import annotations

import re
import stat
from codecs import BOM_UTF8, lookup
from pathlib import Path
from tokenize import detect_encoding

from awaitify.failure import Failure
from awaitify.source.file import SourceFile

_UNREADABLE = "AW903"
_UNDECODABLE = "AW902"


def read_file(root: Path, path: str, max_size: int = 10_000_000) -> SourceFile | Failure:
    """The file at *path* under *root*, as Python itself would decode it.

    Its text keeps every line end, and encoding it again gives the same bytes: a file for which that doesn't hold is
    a failure, as is one of more than *max_size* bytes.
    """
    data = _read_bytes(root, path, max_size)
    return data if isinstance(data, Failure) else decode_file(path, data)


def decode_file(path: str, data: bytes) -> SourceFile | Failure:
    """The file whose bytes are *data*."""
    if b"\0" in data:
        return Failure(path, _UNDECODABLE, "it holds NUL bytes", _line(data, data.index(b"\0")))
    bom, body = (BOM_UTF8, data[len(BOM_UTF8) :]) if data.startswith(BOM_UTF8) else (b"", data)
    try:
        encoding = _find_encoding(body, has_bom=bool(bom))
        text = body.decode(encoding)
        if text.encode(encoding) != body:
            return Failure(path, _UNDECODABLE, f"its bytes can't be got back from their text in {encoding}")
    except UnicodeDecodeError as error:
        return _undecodable(path, body, error)
    except (SyntaxError, LookupError, UnicodeError) as error:
        return _undeclared(path, body, error)
    return SourceFile(path, data, text, encoding, bom)


def _undecodable(path: str, body: bytes, error: UnicodeDecodeError) -> Failure:
    reason = f"byte 0x{body[error.start]:02x} is not valid {error.encoding}"
    return Failure(path, _UNDECODABLE, reason, _line(body, error.start))


def _undeclared(path: str, body: bytes, error: Exception) -> Failure:
    """Where the first lines declare nothing and aren't UTF-8, ``detect_encoding`` doesn't say which byte is to blame."""
    try:
        body.decode()
    except UnicodeDecodeError as found:
        if str(error) == "invalid or missing encoding declaration":
            return _undecodable(path, body, found)
    return Failure(path, _UNDECODABLE, str(error))


def _read_bytes(root: Path, path: str, max_size: int) -> bytes | Failure:
    try:
        state = (root / path).stat()
        if not stat.S_ISREG(state.st_mode):  # reading a FIFO would wait for ever
            return Failure(path, _UNREADABLE, "it is not a regular file")
        if state.st_size > max_size:
            return Failure(path, _UNREADABLE, f"its {state.st_size:,} bytes are more than {max_size:,}")
        return (root / path).read_bytes()
    except OSError as error:
        return Failure(path, _UNREADABLE, error.strerror or str(error))


_LINE_END = re.compile(rb"\r\n|\r|\n")
_ASCII = bytes(code for code in range(128) if code not in b"\0\x0e\x0f\x1a\x1b")
"""What every encoding of a program must read as ASCII, or the program's own letters mean something else in it."""
_REFUSED = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7"})
"""These leave some letters of a program as they are, and some not."""


def _find_encoding(body: bytes, *, has_bom: bool) -> str:
    """The encoding that the first two lines declare (PEP 263), or UTF-8. Raises SyntaxError, LookupError, UnicodeError.

    ``detect_encoding`` ends lines at ``\\n`` only; Python reads source with all three line ends.
    """
    head = [line + b"\n" for line in _LINE_END.split(body, maxsplit=2)[:2]]
    declared, _ = detect_encoding(iter(head).__next__)
    codec = lookup(declared).name
    if has_bom and codec != "utf-8":
        raise SyntaxError(f"its byte order mark says utf-8, and its declaration {declared}")
    if not _reads_as_ascii(codec):
        raise LookupError(f"{declared} doesn't read ASCII as ASCII")
    return codec


def _reads_as_ascii(codec: str) -> bool:
    try:
        return codec not in _REFUSED and _ASCII.decode(codec) == _ASCII.decode("ascii")
    except (LookupError, UnicodeError):  # LookupError: rot13 turns text into text
        return False


def _line(data: bytes, offset: int) -> int:
    return len(_LINE_END.findall(data, 0, offset)) + 1
