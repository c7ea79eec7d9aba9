"""The second run says what the first one said, and does it without working it out again."""

from __future__ import annotations

import subprocess

from tests.e2e.repo import LOAD, SEND, Repo

REQUEST = (*LOAD, *SEND, "--format", "json")


def entries(repo: Repo) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in repo.cache.iterdir()} if repo.cache.exists() else {}


def test_a_second_run_says_the_same(shop: Repo) -> None:
    first, second = shop.migrate(*REQUEST), shop.migrate(*REQUEST)
    assert (second.code, second.stdout, second.stderr) == (first.code, first.stdout, first.stderr)
    assert first.stdout == shop.migrate(*REQUEST, "--no-cache").stdout


def test_without_a_cache_nothing_is_kept_and_nothing_believed(shop: Repo) -> None:
    shop.migrate(*REQUEST, "--no-cache")
    assert entries(shop) == {}
    shop.migrate(*REQUEST)
    kept = entries(shop)
    assert len(kept) >= 2
    shop.migrate(*REQUEST, "--no-cache")
    assert entries(shop) == kept


def test_what_a_remembered_plan_writes_is_what_a_fresh_one_writes(shop: Repo) -> None:
    before = shop.files()
    shop.migrate(*LOAD)
    assert shop.migrate(*LOAD, "--write").code == 0
    written = shop.files()
    assert written != before
    assert shop.awaitify("undo").code == 0
    assert shop.files() == before
    assert shop.migrate(*LOAD, "--write", "--no-cache", "--allow-dirty").code == 0
    assert shop.files() == written
    again = shop.migrate(*LOAD, "--check", "--no-cache")
    assert shop.migrate(*LOAD, "--check").err == again.err


def test_a_caller_that_was_added_is_seen(shop: Repo) -> None:
    shop.migrate(*LOAD)
    caller = "from shop.stores import Store\n\n\ndef taste(store: Store) -> str:\n    return store.load('tea')\n"
    shop.write("shop/colours.py", shop.read("shop/colours.py") + caller)
    shop.commit()
    assert shop.migrate(*LOAD, "--write").code == 0
    assert "return await store.load('tea')" in shop.read("shop/colours.py").replace('"', "'")


def test_a_cache_that_can_t_be_written_is_no_matter(shop: Repo) -> None:
    shop.cache.write_text("a file, where the folder would be")
    first, second = shop.migrate(*REQUEST), shop.migrate(*REQUEST)
    assert (first.code, first.stdout, first.stderr) == (second.code, second.stdout, second.stderr)
    assert first.code == 0


def test_damaged_entries_are_no_matter(shop: Repo) -> None:
    first = shop.migrate(*REQUEST)
    for file in shop.cache.iterdir():
        file.write_bytes(file.read_bytes()[:-7])
    second = shop.migrate(*REQUEST)
    assert (first.code, first.stdout, first.stderr) == (second.code, second.stdout, second.stderr)


def test_runs_at_once_all_say_the_same(shop: Repo) -> None:
    def start() -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        command = shop.command("migrate", *REQUEST)
        return subprocess.Popen(command, cwd=shop.root, env=shop.environment(), stdout=pipe, stderr=pipe)

    fresh = shop.migrate(*REQUEST, "--no-cache")
    for _ in range(2):
        processes = [start() for _ in range(3)]
        ends = [process.communicate(timeout=60) for process in processes]
        assert {out for out, _ in ends} == {fresh.stdout}
        assert {process.returncode for process in processes} == {fresh.code}
    assert not [name for name in entries(shop) if name.endswith(".tmp")]
