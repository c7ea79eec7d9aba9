"""Where a project begins, and which files are in it."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from awaitify.source.find import Reason, Skipped, find_files, find_root


def write(root: Path, *paths: str, text: str = "") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.mark.parametrize("marker", ["pyproject.toml", "setup.cfg", "setup.py", ".git"])
def test_the_root_is_the_nearest_folder_with_a_marker(tmp_path: Path, marker: str) -> None:
    write(tmp_path, "pyproject.toml", f"inner/{marker}", "inner/shop/deep/cart.py")
    assert find_root(tmp_path / "inner/shop/deep") == tmp_path / "inner"
    assert find_root(tmp_path / "inner/shop/deep/cart.py") == tmp_path / "inner"


def test_a_folder_with_a_marker_is_its_own_root(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml")
    assert find_root(tmp_path) == tmp_path


def test_a_folder_without_any_marker_above_is_its_own_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("awaitify.source.find._TOPS", ("no-such-marker",))
    write(tmp_path, "shop/cart.py")
    assert find_root(tmp_path / "shop") == tmp_path / "shop"
    assert find_root(tmp_path / "shop/cart.py") == tmp_path / "shop"


def test_what_is_neither_file_nor_folder_belongs_to_the_folder_it_is_in(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml")
    os.mkfifo(tmp_path / "pipe")
    assert find_root(tmp_path / "pipe") == tmp_path


def test_modules_and_stubs_are_found_in_order(tmp_path: Path) -> None:
    write(tmp_path, "b.py", "a/z.py", "a.py", "a/b.pyi", "readme.md", "a/data.json", "native.pyx", "a-b.py")
    assert find_files(tmp_path).paths == ("a-b.py", "a.py", "a/b.pyi", "a/z.py", "b.py")


def test_folders_that_hold_no_source_are_passed_over_without_a_word(tmp_path: Path) -> None:
    write(tmp_path, "keep.py", ".tox/a.py", "node_modules/a.py", "x/__pycache__/a.py", "shop.egg-info/a.py")
    write(
        tmp_path,
        "rates_pb2.py",
        "rates_pb2_grpc.py",
        "build/lib/a.py",
        "dist/a.py",
        "env/pyvenv.cfg",
        "env/lib/a.py",
        "env2/site-packages/a.py",
    )
    found = find_files(tmp_path)
    assert (found.paths, found.skipped) == (("keep.py",), ())


def test_a_package_called_build_is_no_leftover_of_a_build(tmp_path: Path) -> None:
    write(tmp_path, "pip/operations/build/__init__.py", "pip/operations/build/wheel.py")
    assert len(find_files(tmp_path).paths) == 2


def test_what_matches_exclude_is_skipped_and_said(tmp_path: Path) -> None:
    write(tmp_path, "shop/cart.py", "shop/cart_made.py", "vendor/lib.py")
    found = find_files(tmp_path, ("vendor/", "*_made.py"))
    assert found.paths == ("shop/cart.py",)
    assert found.skipped == (Skipped("shop/cart_made.py", Reason.EXCLUDED), Skipped("vendor/", Reason.EXCLUDED))


def test_gitignore_agrees_with_git(tmp_path: Path) -> None:
    write(
        tmp_path,
        ".gitignore",
        text="*_gen.py\n!keep_gen.py\n/only_top.py\nlogs/\n!logs/kept.py\ndata/*\n!data/in.py\n!\n",
    )
    write(tmp_path, "shop/.gitignore", text="!b_gen.py\r\nlocal.py\r\n/tmp\r\n")
    write(tmp_path, "a_gen.py", "keep_gen.py", "only_top.py", "logs/kept.py", "data/in.py", "data/out.py")
    write(tmp_path, "shop/b_gen.py", "shop/local.py", "shop/only_top.py", "shop/tmp/a.py", "shop/x/tmp/a.py")
    write(tmp_path, "local.py", "by_hand.py", "#x.py", "a b.py", "sub/x_gen.py")
    git(tmp_path, "init", "-q")
    write(tmp_path, ".git/info/exclude", text="by_hand.py\n")
    listed = git(tmp_path, "ls-files", "-z", "--others", "--exclude-standard").split("\0")
    assert list(find_files(tmp_path).paths) == sorted(path for path in listed if path.endswith(".py"))
    assert Skipped("logs/", Reason.IGNORED) in find_files(tmp_path).skipped


def test_a_gitignore_above_the_project_holds_too(tmp_path: Path) -> None:
    write(tmp_path, ".git/HEAD", "services/cart/app.py", "services/cart/secret.py", "services/cart/other.py")
    write(tmp_path, ".gitignore", text="secret.py\n/other.py\n")
    write(tmp_path, "services/.gitignore", text="cart/old/\n")
    write(tmp_path, "services/cart/old/a.py")
    assert find_files(tmp_path / "services/cart").paths == ("app.py", "other.py")


def test_a_project_that_the_outer_repository_ignores_is_read_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, ".git/HEAD", "scratch/shop/cart.py")
    write(tmp_path, ".gitignore", text="scratch/\n")
    assert find_files(tmp_path / "scratch/shop").paths == ("cart.py",)


def test_the_exclude_file_of_a_linked_work_tree_is_the_one_of_its_repository(tmp_path: Path) -> None:
    write(tmp_path, "main/.git/worktrees/w/commondir", text="../..\n")
    write(tmp_path, "main/.git/info/exclude", text="mine.py\n")
    write(tmp_path, "tree/.git", text=f"gitdir: {tmp_path}/main/.git/worktrees/w\n")
    write(tmp_path, "tree/mine.py", "tree/ours.py")
    assert find_files(tmp_path / "tree").paths == ("ours.py",)


def test_a_nested_repository_is_skipped_and_said(tmp_path: Path) -> None:
    write(tmp_path, ".git/HEAD", "a.py", "third/party/.git", "third/party/b.py", "cloned/.git/HEAD", "cloned/c.py")
    found = find_files(tmp_path)
    assert found.paths == ("a.py",)
    assert found.skipped == (Skipped("cloned/", Reason.REPOSITORY), Skipped("third/party/", Reason.REPOSITORY))


def test_links_to_folders_are_never_followed(tmp_path: Path) -> None:
    write(tmp_path, "project/shop/cart.py", "outside/x.py")
    (tmp_path / "project/loop").symlink_to(".")
    (tmp_path / "project/out").symlink_to("../outside")
    found = find_files(tmp_path / "project")
    assert found.paths == ("shop/cart.py",)
    assert found.skipped == (Skipped("loop", Reason.LINKED_FOLDER), Skipped("out", Reason.LINKED_FOLDER))


def test_a_linked_file_counts_only_inside_the_project(tmp_path: Path) -> None:
    write(tmp_path, "project/real.py", "secret.py")
    for name, target in (("in.py", "real.py"), ("out.py", "../secret.py"), ("none.py", "gone"), ("me.py", "me.py")):
        (tmp_path / "project" / name).symlink_to(target)
    found = find_files(tmp_path / "project")
    assert found.paths == ("in.py", "real.py")
    assert [str(each) for each in found.skipped] == [
        "me.py: a link to nothing",
        "none.py: a link to nothing",
        "out.py: a link that leaves the project",
    ]


def test_what_is_no_regular_file_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    write(tmp_path, "a.py", "folder.py/inner.py")
    os.mkfifo("pipe.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
        found = find_files(tmp_path)
    assert found.paths == ("a.py",)
    assert [(each.path, each.reason) for each in found.skipped] == [
        ("folder.py/", Reason.SPECIAL),
        ("pipe.py", Reason.SPECIAL),
        ("socket.py", Reason.SPECIAL),
    ]


def test_a_name_that_is_not_utf8_is_skipped(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.py"))).write_text("")
    found = find_files(tmp_path)
    assert (found.paths, found.skipped) == ((), (Skipped("bad\\udcff.py", Reason.NAME),))


def test_odd_names_are_found_as_they_are(tmp_path: Path) -> None:
    names = ("-rf.py", "a;b.py", "new\nline.py", "quote'.py", "esc\x1b[31m.py", "ü.py", "x" * 252 + ".py")
    write(tmp_path, *names)
    assert find_files(tmp_path).paths == tuple(sorted(names))


def test_a_deep_tree_is_walked(tmp_path: Path) -> None:
    path = "/".join(["d"] * 200) + "/x.py"
    write(tmp_path, path)
    assert find_files(tmp_path).paths == (path,)


def test_a_folder_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    assert find_files(tmp_path / "gone").skipped == (Skipped("./", Reason.UNREADABLE),)
