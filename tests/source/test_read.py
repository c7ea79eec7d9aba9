"""What text a file holds, and in which encoding."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awaitify.failure import Failure
from awaitify.source.file import SourceFile
from awaitify.source.read import decode_file, read_file


def decoded(data: bytes) -> SourceFile:
    file = decode_file("x.py", data)
    assert isinstance(file, SourceFile), file
    return file


def failure(data: bytes) -> Failure:
    file = decode_file("x.py", data)
    assert isinstance(file, Failure), file
    return file


@pytest.mark.parametrize("data", [b"", b"# x", b"a\r\nb\n", b"a\rb\r", b"a\r\nb\r", b"\x0c\na\n \t", b"x = 1\n\x1a"])
def test_line_ends_and_all_else_are_kept(data: bytes) -> None:
    file = decoded(data)
    assert (file.text, file.encoding, file.bom) == (data.decode(), "utf-8", b"")
    assert file.encode(file.text) == data == file.data


@pytest.mark.parametrize("cookie", [b"", b"# coding: utf-8\n", b"# -*- coding: UTF-8 -*-\n"])
def test_a_byte_order_mark_is_no_part_of_the_text(cookie: bytes) -> None:
    data = b"\xef\xbb\xbf" + cookie + b"x = '\xc3\xa4'\n"
    file = decoded(data)
    assert file.text == (cookie + b"x = '\xc3\xa4'\n").decode()
    assert file.encode(file.text) == data


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"# coding: latin-1\n", "iso8859-1"),
        (b"# -*- coding: cp1252 -*-\n", "cp1252"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=latin1 :\n", "iso8859-1"),
        (b"#!/usr/bin/python\r# coding: latin1\r", "iso8859-1"),
        (b"\r\n# coding: latin1\r\n", "iso8859-1"),
    ],
)
def test_a_declared_encoding_is_followed(head: bytes, encoding: str) -> None:
    data = head + b"x = '\xe4'\n"
    file = decoded(data)
    assert file.encoding == encoding
    assert file.text.endswith("x = 'ä'\n")
    assert file.encode(file.text) == data


def test_a_declaration_on_the_third_line_is_none() -> None:
    assert decoded(b"#\n#\n# coding: latin-1\n").encoding == "utf-8"


@pytest.mark.parametrize(
    "codec",
    ["utf-7", "utf-16", "utf-32", "rot13", "no-such", "hex", "undefined", "unicode_escape", "idna", "cp500", "hz"],
)
def test_an_encoding_that_no_program_can_be_edited_in_is_refused(codec: str) -> None:
    assert failure(f"# coding: {codec}\nx = 1\n".encode()).code == "AW902"


def test_a_mark_that_contradicts_the_declaration_is_refused() -> None:
    reason = "its byte order mark says utf-8, and its declaration iso-8859-1"
    assert failure(b"\xef\xbb\xbf# coding: latin-1\n") == Failure("x.py", "AW902", reason)


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    assert failure(b"a\r\nb\rx = '\xff'\n") == Failure("x.py", "AW902", "byte 0xff is not valid utf-8", 3)


def test_bytes_in_the_first_lines_that_are_not_utf8_are_refused_with_their_line() -> None:
    assert failure(b"x = '\xff'\n") == Failure("x.py", "AW902", "byte 0xff is not valid utf-8", 1)
    assert failure(b"\n#\xff\n") == Failure("x.py", "AW902", "byte 0xff is not valid utf-8", 2)


def test_nul_bytes_are_refused_with_their_line() -> None:
    assert failure(b"x\ny\0\n") == Failure("x.py", "AW902", "it holds NUL bytes", 2)
    assert failure("x = 1\n".encode("utf-16")).code == "AW902"


def test_bytes_that_would_come_back_different_are_refused() -> None:
    assert failure(b"# coding: iso2022_jp\nx = '\x1b(B\x1b(B'\n").code == "AW902"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_so_that_they_can_be_got_back_or_refused(data: bytes) -> None:
    file = decode_file("x.py", data)
    assert isinstance(file, Failure) or file.encode(file.text) == data


def test_a_file_is_read_by_its_path_from_the_root(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/cart.py").write_bytes(b"x = 1\r\n")
    assert read_file(tmp_path, "shop/cart.py") == SourceFile("shop/cart.py", b"x = 1\r\n", "x = 1\r\n", "utf-8")


def test_what_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "big.py").write_bytes(b"#" * 101)
    (tmp_path / "loop.py").symlink_to("loop.py")
    os.mkfifo(tmp_path / "pipe.py")
    for path in ("gone.py", "folder.py", "big.py", "loop.py", "pipe.py"):
        file = read_file(tmp_path, path, max_size=100)
        assert isinstance(file, Failure)
        assert (file.path, file.code) == (path, "AW903")


def test_a_file_of_just_the_greatest_size_is_read(tmp_path: Path) -> None:
    (tmp_path / "big.py").write_bytes(b"#" * 100)
    assert isinstance(read_file(tmp_path, "big.py", max_size=100), SourceFile)
