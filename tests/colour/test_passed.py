"""What is done at a function that is given to something."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.colour.painting import blocking_of, painted

CLIENT = """
    import time

    class Client:
        def fetch(self, city="", *more):
            time.sleep(1)
            return city

    client = Client()

    def plain(city):
        return city
"""
HEAD = """
    import asyncio, atexit, functools, heapq, itertools, multiprocessing, re, signal, sys, threading, weakref
    from collections import defaultdict
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
    from functools import partial, reduce
    from client import client, plain

"""


def ending_and_reason(folder: Path, body: str, before: str = "def") -> tuple[str, str]:
    """How the mention of ``client.fetch`` in a function ends, and the reason that is given."""
    text = f"{HEAD}    {before} go(xs: list, ys, loop: asyncio.AbstractEventLoop):\n"
    text += "".join(f"        {line}\n" for line in body.splitlines())
    found = painted(blocking_of(folder, client=CLIENT, main=text), "client:Client.fetch")
    sites = [(str(site.ending), site.reason) for site in found.colouring.sites]
    stops = [(obstacle.code, obstacle.reason) for obstacle in found.colouring.obstacles]
    (only,) = [*sites, *stops]
    return only


@pytest.mark.parametrize(
    "body",
    [
        "return list(map(client.fetch, xs))",
        "return set(filter(client.fetch, xs))",
        "return sum(map(client.fetch, xs, ys), 0)",
        "return ','.join(map(client.fetch, xs))",
        "return [*map(client.fetch, xs)]",
        "return plain(*map(client.fetch, xs))",
        "a, b = map(client.fetch, xs)",
        "return dict(enumerate(map(client.fetch, xs)))",
        "return list(filter(None, map(client.fetch, xs)))",
        "return sorted(map(client.fetch, xs), key=len)",
        "return any(map(client.fetch, xs))",
        "return sorted(xs, key=client.fetch)",
        "return max(xs, key=client.fetch, default=None)",
        "xs.sort(key=client.fetch, reverse=True)",
        "return reduce(client.fetch, xs)",
        "for x in map(client.fetch, xs): ...",
        "return next(map(client.fetch, xs))",
        "return list(map(type(client)().fetch, xs))",
        "names = map(client.fetch, xs)\nfor name in names: ...",
        "return max(map(client.fetch, xs), key=len)",
        "with ThreadPoolExecutor(2) as pool:\n    return list(pool.map(client.fetch, xs))",
        "with ThreadPoolExecutor(2) as pool:\n    for x in pool.map(client.fetch, xs): ...",
        "with ThreadPoolExecutor(2) as pool:\n    return pool.submit(client.fetch, xs).result()",
        "with ThreadPoolExecutor(2) as pool:\n    for f in as_completed([pool.submit(client.fetch, x) for x in xs]):\n        f.result(), f.exception()",
        "with ThreadPoolExecutor(2) as pool:\n    for f in as_completed(pool.submit(client.fetch, x) for x in xs): f.result()",
        "with ThreadPoolExecutor(2) as pool:\n    fs = set()\n    fs.add(pool.submit(client.fetch, xs))\n    [f.result() for f in as_completed(fs)]",
        "with ThreadPoolExecutor(2) as pool:\n    fs = {}\n    fs[pool.submit(client.fetch, xs)] = 1\n    [fs[f] for f in as_completed(fs)]",
        "with ThreadPoolExecutor(2) as pool:\n    fs = {x: pool.submit(client.fetch, x) for x in xs}\n    return {x: fs[x].result() for x in fs}",
        "with ThreadPoolExecutor(2) as pool:\n    pool.submit(client.fetch, xs)",
    ],
)
def test_awaited_for_every_item_on_the_spot(tmp_path: Path, body: str) -> None:
    ending, _ = ending_and_reason(tmp_path, body)
    assert ending == "awaited"


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ("return await asyncio.to_thread(client.fetch, 1)", "awaited"),
        ("return await loop.run_in_executor(None, client.fetch, 1)", "awaited"),
        ("return await loop.run_in_executor(None, partial(client.fetch, 1, 2))", "awaited"),
        ("return asyncio.create_task(asyncio.to_thread(client.fetch, 1))", "forwarded"),
        ("return [asyncio.to_thread(client.fetch, x) for x in xs]", "forwarded"),
        ("await asyncio.gather(*(loop.run_in_executor(None, client.fetch, x) for x in xs))", "forwarded"),
    ],
)
def test_what_was_put_on_a_thread_needs_none(tmp_path: Path, body: str, ending: str) -> None:
    assert ending_and_reason(tmp_path, body, "async def")[0] == ending


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return map(client.fetch, xs)", "later, item by item"),
        ("names = map(client.fetch, xs)\nreturn next(names)", "after it may have raised"),
        ("names = map(client.fetch, xs)\nfor x in xs:\n    return list(names)", "after it may have raised"),
        ("names = map(client.fetch, xs)\nreturn [*names, *names]", "after it may have raised"),
        ("return zip(map(client.fetch, xs), ys)", "later, item by item"),
        ("return max(map(client.fetch, xs), key=plain)", "later, item by item"),
        ("return enumerate(map(client.fetch, xs))", "later, item by item"),
        ("return list(map(client.fetch, xs, strict=True))", "no rule knows"),
        ("ys.sort(key=client.fetch)", "isn't known to be a list"),
        ("return itertools.starmap(client.fetch, xs)", "later, item by item"),
        ("return heapq.nlargest(2, xs, key=client.fetch)", "while it compares"),
        ("return re.sub('a', client.fetch, 'a')", "for every match"),
        ("return defaultdict(client.fetch)", "where a key is missing"),
        ("return iter(client.fetch, 'end')", "up to the sentinel"),
        ("threading.Thread(target=client.fetch).start()", "is done"),
        ("threading.Timer(1, client.fetch).start()", "is done"),
        ("multiprocessing.Process(target=client.fetch).start()", "is done"),
        ("signal.signal(signal.SIGINT, client.fetch)", "signal handler"),
        ("atexit.register(client.fetch)", "while Python ends"),
        ("weakref.finalize(xs, client.fetch)", "goes away"),
        ("sys.excepthook = client.fetch", "nobody caught"),
        ("loop.call_soon(client.fetch)", "drops what it gives"),
        ("loop.call_later(1, client.fetch)", "drops what it gives"),
        ("ys.add_done_callback(client.fetch)", "is done"),
        ("return loop.run_in_executor(None, client.fetch)", "starts it at once"),
        ("return loop.run_in_executor(ys, client.fetch)", "a pool of its own"),
        ("with ProcessPoolExecutor(2) as pool:\n    return list(pool.map(client.fetch, xs))", "another process"),
        ("with ThreadPoolExecutor(2) as pool:\n    return pool.map(client.fetch, xs)", "go returns it"),
        ("with ThreadPoolExecutor(2) as pool:\n    return list(pool.map(client.fetch, xs, timeout=1))", "a timeout"),
        ("with ThreadPoolExecutor(2) as pool:\n    return pool.submit(client.fetch).result(1)", "has a timeout"),
        ("with ThreadPoolExecutor(2) as pool:\n    return pool.submit(client.fetch).done()", "more than result()"),
        ("with ThreadPoolExecutor(2) as pool:\n    return pool.submit(client.fetch)", "more than result()"),
        (
            "with ThreadPoolExecutor(2) as pool:\n    f = pool.submit(client.fetch)\n    return f.exception()",
            "more than",
        ),
        (
            "with ThreadPoolExecutor(2) as pool:\n    fs = [plain]\n    fs.append(pool.submit(client.fetch))",
            "more than",
        ),
        (
            "with ThreadPoolExecutor(2) as pool:\n    fs = []\n    fs.append(pool.submit(client.fetch))\n    fs.append(plain)",
            "more than",
        ),
        (
            "with ThreadPoolExecutor(2) as pool:\n    fs = []\n    fs.append(pool.submit(client.fetch))\n    plain(fs)",
            "more than",
        ),
        (
            "with ThreadPoolExecutor(2) as pool:\n    for f in as_completed([pool.submit(client.fetch)], 5): f.result()",
            "more than",
        ),
        (
            "with ThreadPoolExecutor(2) as pool:\n    for f in as_completed([pool.submit(client.fetch)]): f.cancel()",
            "more than",
        ),
        (
            "with ThreadPoolExecutor(2) as pool:\n    for f in [pool.submit(client.fetch)]: f.result()\n    for f in xs: f.result()\n    print(f)",
            "more than",
        ),
        ("with ThreadPoolExecutor(2) as pool:\n    pool.submit(plain); pool.submit(client.fetch)", "other functions"),
        ("with ThreadPoolExecutor(2) as pool:\n    plain(pool); pool.submit(client.fetch)", "more than map and submit"),
        ("with ThreadPoolExecutor(2, 'x') as pool:\n    pool.submit(client.fetch)", "set up in a way"),
        ("pool = ThreadPoolExecutor(2)\npool.submit(client.fetch)", "isn't made by a `with`"),
    ],
)
def test_a_stop_says_what_would_call_it(tmp_path: Path, body: str, reason: str) -> None:
    code, said = ending_and_reason(tmp_path, body)
    assert code == "AW301"
    assert reason in said
