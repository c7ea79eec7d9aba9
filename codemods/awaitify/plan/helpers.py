"""Functions that are put into a module: what Python's own do with a function or an iterable, for an async one."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from textwrap import dedent

from awaitify.index.summary import Module
from awaitify.plan.edit import AddImport, AddToModule, Edit


@dataclass(frozen=True, slots=True)
class Helper:
    """A definition, with the imports that it needs."""

    text: str
    imports: tuple[AddImport, ...] = ()


_SORTED_BY = '''
async def {name}(items, *, key, reverse=False):
    """``sorted`` by a key that is awaited."""
    pairs = [(await key(item), item) for item in items]
    return [item for _, item in sorted(pairs, key=lambda pair: pair[0], reverse=reverse)]
'''
_SORT_BY = '''
async def {name}(items, *, key, reverse=False):
    """``items.sort`` by a key that is awaited."""
    pairs = [(await key(item), item) for item in items]
    items[:] = [item for _, item in sorted(pairs, key=lambda pair: pair[0], reverse=reverse)]
'''
_EXTREME_BY = '''
async def {name}(*items, key, **default):
    """``{builtin}`` by a key that is awaited."""
    pairs = [(await key(item), item) for item in (items[0] if len(items) == 1 else items)]
    if not pairs and default:
        return default["default"]
    return {builtin}(pairs, key=lambda pair: pair[0])[1]
'''
_REDUCED = '''
async def {name}(function, items, *initial):
    """``functools.reduce`` with a function that is awaited."""
    items = iter(items)
    for result in initial or items:
        break
    else:
        raise TypeError("reduce() of empty iterable with no initial value")
    for item in items:
        result = await function(result, item)
    return result
'''
_MAPPED = '''
async def {name}(function, *iterables):
    """``map`` with a function that is awaited."""
    for items in zip(*iterables):
        yield await function(*items)
'''
_FILTERED = '''
async def {name}(function, items):
    """``filter`` with a function that is awaited."""
    for item in items:
        if await function(item):
            yield item
'''
_ANY_OF = '''
async def {name}(function, *iterables):
    """``any(map(…))`` with a function that is awaited."""
    for items in zip(*iterables):
        if await function(*items):
            return True
    return False
'''
_ALL_OF = '''
async def {name}(function, *iterables):
    """``all(map(…))`` with a function that is awaited."""
    for items in zip(*iterables):
        if not await function(*items):
            return False
    return True
'''
_ANY = '''
async def {name}(items):
    """``any`` of an async iterable: it ends at the first true item."""
    async for item in items:
        if item:
            return True
    return False
'''
_ALL = '''
async def {name}(items):
    """``all`` of an async iterable: it ends at the first false item."""
    async for item in items:
        if not item:
            return False
    return True
'''
_ENUMERATE = '''
async def {name}(items, start=0):
    """``enumerate`` of an async iterable."""
    async for item in items:
        yield start, item
        start += 1
'''
_ZIP = '''
async def {name}(*iterables):
    """``zip`` of iterables of which some are async."""
    iterators = [iter(items) if hasattr(items, "__iter__") else items.__aiter__() for items in iterables]
    while iterators:
        values = []
        for items in iterators:
            try:
                values.append(next(items) if hasattr(items, "__next__") else await items.__anext__())
            except (StopIteration, StopAsyncIteration):
                return
        yield tuple(values)
'''
_CHAIN = '''
async def {name}(*iterables):
    """``itertools.chain`` of iterables of which some are async."""
    for items in iterables:
        if hasattr(items, "__iter__"):
            for item in items:
                yield item
        else:
            async for item in items:
                yield item
'''
_FROM_ITERABLE = '''
async def {name}(iterables):
    """``itertools.chain.from_iterable`` of an async iterable."""
    async for items in iterables:
        for item in items:
            yield item
'''
_ISLICE = '''
async def {name}(items, *bounds):
    """``itertools.islice`` of an async iterable: it asks for no more than it needs."""
    wanted = slice(*bounds)
    number, following, step = 0, wanted.start or 0, wanted.step or 1
    end = None if wanted.stop is None else max(following, wanted.stop)
    iterator = items.__aiter__()
    while end is None or number < end:
        try:
            item = await iterator.__anext__()
        except StopAsyncIteration:
            return
        if number == following:
            yield item
            following += step
        number += 1
'''
_TAKEWHILE = '''
async def {name}(test, items):
    """``itertools.takewhile`` of an async iterable."""
    async for item in items:
        if not test(item):
            return
        yield item
'''
_DROPWHILE = '''
async def {name}(test, items):
    """``itertools.dropwhile`` of an async iterable."""
    drops = True
    async for item in items:
        drops = drops and test(item)
        if not drops:
            yield item
'''
_MAP = '''
async def {name}(function, items):
    """``map`` over an async iterable."""
    async for item in items:
        yield function(item)
'''
_FILTER = '''
async def {name}(function, items):
    """``filter`` of an async iterable."""
    async for item in items:
        if item if function is None else function(item):
            yield item
'''
_EXTEND = '''
async def {name}(found, items):
    """``found.extend(items)`` with an async iterable."""
    async for item in items:
        found.append(item)
'''
_IN = '''
async def {name}(item, items):
    """``item in items`` of an async iterable: it ends at the first that is equal."""
    async for other in items:
        if other is item or other == item:
            return True
    return False
'''
_TASK_POOL = '''
class {name}:
    """Awaits calls in tasks as a ThreadPoolExecutor runs them on threads: a few at a time, and all before it is left."""

    def __init__(self, max_workers=None):
        if max_workers is None:
            max_workers = min(32, (os.cpu_count() or 1) + 4)
        if max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        self._free = asyncio.Semaphore(max_workers)
        self._tasks = []
        self._begun = set()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def submit(self, function, /, *args, **kwargs):
        task = asyncio.create_task(self._run(function, args, kwargs))
        self._tasks.append(task)
        return task

    def map(self, function, *iterables):
        return self._results([self.submit(function, *args) for args in zip(*iterables)])

    async def _results(self, tasks):
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                if task not in self._begun:
                    task.cancel()

    async def _run(self, function, args, kwargs):
        async with self._free:
            self._begun.add(asyncio.current_task())
            return await function(*args, **kwargs)
'''
_COMPLETED = '''
async def {name}(tasks):
    """``as_completed`` of tasks: each one as soon as it is done."""
    tasks = set(tasks)
    done = asyncio.Queue()
    for task in tasks:
        task.add_done_callback(done.put_nowait)
    for _ in tasks:
        yield await done.get()
'''
_NEXT = '''
async def {name}(iterator, *default):
    """``anext``, which Python has from 3.10 on."""
    try:
        return await iterator.__anext__()
    except StopAsyncIteration:
        if default:
            return default[0]
        raise
'''
_ACLOSING = '''
@asynccontextmanager
async def {name}(iterator):
    """``contextlib.aclosing``, which Python has from 3.10 on."""
    try:
        yield iterator
    finally:
        await iterator.aclose()
'''
_IN_A_LOOP = '''
def {name}(function):
    """The async *function* for a thread to call: it runs in an event loop of its own."""

    def run(*args, **kwargs):
        return asyncio.run(function(*args, **kwargs))

    return run
'''
_WORKER_LOOP = '''
class {name}:
    """The event loop of a worker process, in which all its tasks run: a client is bound to the loop it is used in."""

    _one_at_a_time = threading.RLock()
    _runners = {}

    @classmethod
    def run(cls, coroutine):
        """Run it there. The loop is made when it is first needed, in the process that the worker has forked by then."""
        with cls._one_at_a_time:
            if os.getpid() not in cls._runners:
                cls._runners[os.getpid()] = asyncio.Runner()
                worker_process_shutdown.connect(cls.close)
                atexit.register(cls.close)
            return cls._runners[os.getpid()].run(coroutine)

    @classmethod
    def close(cls, **_):
        """Close it when the process ends."""
        runner = cls._runners.pop(os.getpid(), None)
        if runner is not None:
            runner.close()
'''
_HELPERS = {
    "sorted_by": Helper(_SORTED_BY),
    "sort_by": Helper(_SORT_BY),
    "max_by": Helper(_EXTREME_BY.replace("{builtin}", "max")),
    "min_by": Helper(_EXTREME_BY.replace("{builtin}", "min")),
    "reduced": Helper(_REDUCED),
    "mapped": Helper(_MAPPED),
    "filtered": Helper(_FILTERED),
    "any_of": Helper(_ANY_OF),
    "all_of": Helper(_ALL_OF),
    "_any_async": Helper(_ANY),
    "_all_async": Helper(_ALL),
    "_enumerate_async": Helper(_ENUMERATE),
    "_zip_async": Helper(_ZIP),
    "_chain_async": Helper(_CHAIN),
    "_from_iterable_async": Helper(_FROM_ITERABLE),
    "_islice_async": Helper(_ISLICE),
    "_takewhile_async": Helper(_TAKEWHILE),
    "_dropwhile_async": Helper(_DROPWHILE),
    "_map_async": Helper(_MAP),
    "_filter_async": Helper(_FILTER),
    "_extend_async": Helper(_EXTEND),
    "_in_async": Helper(_IN),
    "_next_async": Helper(_NEXT),
    "aclosing": Helper(_ACLOSING, (AddImport("contextlib", "asynccontextmanager"),)),
    "in_a_loop": Helper(_IN_A_LOOP, (AddImport("asyncio"),)),
    "completed": Helper(_COMPLETED, (AddImport("asyncio"),)),
    "WorkerLoop": Helper(
        _WORKER_LOOP,
        (
            *(AddImport(module) for module in ("asyncio", "atexit", "os", "threading")),
            AddImport("celery.signals", "worker_process_shutdown"),
        ),
    ),
    "TaskPool": Helper(_TASK_POOL, (AddImport("asyncio"), AddImport("os"))),
}


def help_with(name: str, module: Module) -> tuple[str, list[Edit]]:
    """The name under which the helper is found in *module*, and the edits that put it there; none where it is there."""
    helper = _HELPERS[name]
    for wish in _wishes(name):
        text = dedent(helper.text).strip("\n").replace("{name}", wish)
        if _is_there(wish, text, module):
            return wish, []
        if wish not in module.mentions and wish not in module.scope.bindings and wish not in _parameters(module):
            return wish, [AddToModule(text), *helper.imports]
    raise AssertionError("there is always a number that is free")


def _wishes(name: str) -> tuple[str, ...]:
    return (name, f"awaited_{name}", *(f"{name}_{number}" for number in range(2, 1000)))


def _is_there(name: str, text: str, module: Module) -> bool:
    (wanted,) = ast.parse(text).body
    found = [node for node in module.tree.body if getattr(node, "name", "") == name]
    return [ast.dump(node) for node in found] == [ast.dump(wanted)]


def _parameters(module: Module) -> set[str]:
    return {node.arg for node in ast.walk(module.tree) if isinstance(node, ast.arg)}
