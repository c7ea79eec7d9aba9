"""Why a function that becomes async can't be given to what Python itself calls it from, in words."""

from __future__ import annotations

import re

from awaitify.colour.given import Given

_TABLE = (
    (r"threading\.(Thread|Timer)|multiprocessing\.(\w+\.)*Process", "{0} calls it, gets a coroutine and is done"),
    (r"_thread\.start_new_thread", "the thread calls it, gets a coroutine and is done"),
    (r"multiprocessing\.(\w+\.)*Pool\.\w+", "another process runs it: no task of this one can take its place"),
    (r"signal\.signal", "a signal handler is called between two steps of the program and isn't awaited"),
    (r"atexit\.register", "it is called while Python ends, when no event loop runs"),
    (r"weakref\.(finalize|ref|WeakMethod|proxy)", "it is called when an object goes away, and isn't awaited"),
    (r"(codecs|copyreg|readline|gc|faulthandler|tracemalloc)\..*|sys\.\w+", "Python calls it and doesn't await it"),
    (r"re\.(subn?|Pattern\.subn?)", "re calls it for every match and puts what it gives into the text"),
    (r"collections\.defaultdict", "the dict calls it where a key is missing, and keeps what it gives"),
    (r"dataclasses\.field|attrs?\.(field|ib|Factory)", "it makes a default value while an object is constructed"),
    (r"pydantic\.(\w+\.)*Field", "it makes a default value while an object is constructed"),
    (r"builtins\.iter", "the iterator calls it for every item, up to the sentinel"),
    (r"builtins\.(property|staticmethod|classmethod)", "{0}() makes an attribute of it"),
    (r"itertools\.\w+", "{0}() calls it later, item by item, wherever what it gives is iterated over"),
    (r"functools\.(cmp_to_key|cached_property|lru_cache|cache|singledispatch\w*|partialmethod)", "{0} calls it"),
    (r"(heapq|bisect)\.\w+", "{0}() calls it while it compares"),
    (r"contextlib\.(AsyncExitStack|ExitStack)\.(callback|push)", "the stack calls it when it is left"),
    (r"timeit\.\w+|cProfile\.\w+|profile\.\w+", "{0}() calls it and measures how long it takes to make a coroutine"),
    (r"sched\.scheduler\.\w+", "the scheduler calls it and doesn't await it"),
    (r"unittest\.(\w+\.)*TestCase\.addCleanup", "the test calls it when it is done, and doesn't await it"),
    (r"pytest\.raises", "it calls it and sees no exception; `with pytest.raises(…):` around an awaited call does"),
    (r"json\.(loads?|dumps?|JSONEncoder|JSONDecoder)", "json calls it for every object and takes what it gives"),
)
_REASONS = tuple((re.compile(pattern), reason) for pattern, reason in _TABLE)
_METHODS = {
    "call_soon": "the event loop calls it and drops what it gives",
    "call_soon_threadsafe": "the event loop calls it and drops what it gives",
    "call_later": "the event loop calls it and drops what it gives",
    "call_at": "the event loop calls it and drops what it gives",
    "add_reader": "the event loop calls it and drops what it gives",
    "add_writer": "the event loop calls it and drops what it gives",
    "add_signal_handler": "the event loop calls it and drops what it gives",
    "set_exception_handler": "the event loop calls it and drops what it gives",
    "add_done_callback": "it is called when something else is done, and what it gives is dropped",
    "submit": "a pool runs it of which isn't known what it is",
    "apply_async": "a pool runs it of which isn't known what it is",
    "assertRaises": "it calls it and sees no exception; `with self.assertRaises(…):` around an awaited call does",
    "assertRaisesRegex": "it calls it and sees no exception; `with self.assertRaisesRegex(…):` around an awaited call does",
    "assertWarns": "it calls it and sees no warning; `with self.assertWarns(…):` around an awaited call does",
    "addfinalizer": "pytest calls it when the fixture is done, and doesn't await it; what stands after a yield is awaited",
    "addCleanup": "the test calls it when it is done, and doesn't await it",
}
"""By the name of the method alone, where it is called on something that isn't the project's."""
_THREADS = re.compile(r"threading\.(Thread|Timer)")


def why_not(given: Given) -> str:
    """The reason; empty where nothing is known of what it is given to."""
    for pattern, reason in _REASONS:
        if pattern.fullmatch(given.name):
            return reason.format(given.name.removeprefix("builtins."))
    return _METHODS.get(given.method, "")


def is_thread(given: Given) -> bool:
    """Whether a thread calls it once, which could start an event loop of its own for it."""
    return bool(_THREADS.fullmatch(given.name))
