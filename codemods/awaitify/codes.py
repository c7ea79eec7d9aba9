"""Every code the tool prints, with the sentence that explains it and the ways out it offers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """A way out of a stop; its value is the word used in ``--decide CODE=WAY``."""

    KEEP_BOTH = "keep-both"
    BRIDGE = "bridge"
    CREATE = "create"
    THREAD = "thread"
    AWAIT = "await"
    KEEP_SYNC = "keep-sync"
    MARK = "mark"
    REFUSE = "refuse"

    @property
    def sentence(self) -> str:
        """What choosing this way does."""
        return _SENTENCES[self]


_SENTENCES = {
    Way.KEEP_BOTH: "the sync function stays for this caller, the async one is added beside it",
    Way.BRIDGE: "the call runs in an event loop of its own: asyncio.run(…)",
    Way.CREATE: "the constructor's body moves into an async create(…), which every construction awaits",
    Way.THREAD: "what is called here stays sync, and async code calls it on a thread: asyncio.to_thread(…)",
    Way.AWAIT: "the call is awaited: you vouch for the receiver",
    Way.KEEP_SYNC: "what is called here stays sync, with all that leads down from it",
    Way.MARK: "a todo comment above the place; all else is converted",
    Way.REFUSE: "the families that lead here are left out of the plan",
}


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its title (a line), why it exists, an example and the ways out, cheapest first, the first recommended."""

    code: str
    title: str
    why: str
    before: str = ""
    after: str = ""
    ways: tuple[Way, ...] = (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC)


def all_codes() -> tuple[Code, ...]:
    """Every code, in order."""
    return tuple(_CODES[code] for code in sorted(_CODES))


def find_code(code: str) -> Code:
    """The code written as *code*, in any case. Raises KeyError for one that doesn't exist."""
    return _CODES[code.upper()]


_TABLE = (
    Code(
        "AW101",
        "an event loop waits for the network",
        "While one task is in such a call, every other task of the loop stands still: other requests, timeouts, heartbeats."
        " scan shows the chain of calls that leads there from what a loop runs. `# awaitify: ignore[AW101] reason` keeps one.",
        "async def weather(city):\n    return requests.get(url(city)).json()",
        "async def weather(city):\n    async with httpx.AsyncClient() as client:\n        return (await client.get(url(city))).json()",
        (),
    ),
    Code(
        "AW102",
        "an event loop waits for a database",
        "A query takes as long as the database does, and a connection as long as the pool lets it wait. Most drivers have an"
        " async twin; a call without one belongs on a thread.",
        "async def user(id):\n    return session.execute(select(User)).scalar()",
        "async def user(id):\n    return (await session.execute(select(User))).scalar()  # an AsyncSession",
        (),
    ),
    Code(
        "AW103",
        "an event loop waits for another process",
        "subprocess.run and its like come back when the process has ended; to start one takes milliseconds by itself.",
        "async def version():\n    return subprocess.check_output(['git', 'describe'])",
        "async def version():\n    return await asyncio.to_thread(subprocess.check_output, ['git', 'describe'])",
        (),
    ),
    Code(
        "AW104",
        "an event loop sleeps, or waits for a thread or a person",
        "time.sleep stops every task, not only the one that wants to sleep. Event.wait, Thread.join and Future.result stop the"
        " loop until another thread does something; where that needs the loop, for ever.",
        "async def poll():\n    time.sleep(5)",
        "async def poll():\n    await asyncio.sleep(5)",
        (),
    ),
    Code(
        "AW105",
        "an event loop reads or writes files",
        "There is no asynchronous file I/O below Python: aiofiles and to_thread do it on a thread. A small local file is"
        " quick; a large one, a full disk or a network share isn't.",
        "async def load(path):\n    with open(path) as file:\n        return file.read()",
        "async def load(path):\n    async with aiofiles.open(path) as file:\n        return await file.read()",
        (),
    ),
    Code(
        "AW106",
        "an event loop looks up or changes a directory",
        "exists, stat, listdir, mkdir and their like ask the disk. Mostly quick; slow on a network share, and in a loop.",
        "async def files(folder):\n    return os.listdir(folder)",
        "async def files(folder):\n    return await asyncio.to_thread(os.listdir, folder)",
        (),
    ),
    Code(
        "AW109",
        "an event loop calls what the project's settings call blocking",
        '`[tool.awaitify] blocking = ["shop.legacy.fetch"]` names callables that the table doesn\'t have.',
        "async def report():\n    return legacy.fetch()",
        "async def report():\n    return await asyncio.to_thread(legacy.fetch)",
        (),
    ),
    Code(
        "AW201",
        "a constructor calls what becomes async",
        "__init__, __new__ and __post_init__ can't be async: `async def __init__` raises at construction. `create` moves"
        " the body of __init__ into an async method and makes every `Repo(api)` an `await Repo.create(api)`; it is offered"
        " where all who make objects of the class are known, and the class has no base, decorator or metaclass of others.",
        "class Repo:\n    def __init__(self, api):\n        self.config = api.load()",
        "repo = await Repo.create(api)\n\nclass Repo:\n    async def _init(self, api):\n        self.config = await api.load()\n\n"
        "    @classmethod\n    async def create(cls, api):\n        self = cls.__new__(cls)\n        await self._init(api)\n"
        "        return self",
        (Way.REFUSE, Way.CREATE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC, Way.BRIDGE),
    ),
    Code(
        "AW202",
        "a property calls what becomes async",
        "Reading a property has no call syntax: every reader would get a coroutine, which is always true. Where every read"
        " is known, the property becomes a method of another name (a read that was missed then raises) and each read awaits"
        " it. It stays where a setter, a string, a template, a model or an object that isn't known may stand for a read.",
        "@property\ndef owner(self):\n    return self.api.load(self.id)",
        "async def get_owner(self):\n    return await self.api.load(self.id)",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC, Way.BRIDGE),
    ),
    Code(
        "AW203",
        "a special method calls what becomes async, or is named to become async",
        "Python calls __len__, __eq__, __contains__ and their like itself and doesn't await them. (__enter__, __exit__,"
        " __iter__ and __next__ have async twins, and __call__ becomes async where every object is followed to its calls.)",
        "def __len__(self):\n    return self.api.count()",
        "async def count(self):\n    return await self.api.count()",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.KEEP_SYNC, Way.BRIDGE),
    ),
    Code(
        "AW204",
        "a lambda calls what becomes async",
        "A lambda can't hold an await, not even inside an async function. It is written out where map or filter call it,"
        " and becomes a function where it is a key or a local name holds it. Here whoever gets it wouldn't await it, or no"
        " function can be put above its statement.",
        "heapq.nsmallest(3, xs, key=lambda x: api.rank(x))",
        "ranks = {x: await api.rank(x) for x in xs}\nheapq.nsmallest(3, xs, key=lambda x: ranks[x])",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW205",
        "module-level code calls what becomes async",
        "A module body can't await: it runs while the module is imported.",
        "CONFIG = load()",
        "async def config():\n    return await load()",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC, Way.BRIDGE),
    ),
    Code(
        "AW206",
        "a class body calls what becomes async",
        "A class body can't await.",
        "class Settings:\n    cities = load()",
        "",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC, Way.BRIDGE),
    ),
    Code(
        "AW207",
        "a default value or a decorator's argument calls what becomes async",
        "It is evaluated once, where the function is defined, not where it is called.",
        "def report(city=default_city()): …",
        "async def report(city=None):\n    city = city or await default_city()",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC, Way.BRIDGE),
    ),
    Code(
        "AW208",
        "a generator that can't become async",
        "A generator that awaits becomes an async generator, and all who iterate over it say `async for`. This one can't:"
        " an async generator has no `return value`, and a function that hands an iterator on can only hand on async ones.",
        "def pages(self):\n    yield self.get(1)\n    return self.total",
        "async def pages(self):\n    yield await self.get(1)",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW209",
        "a generator expression calls what becomes async",
        "With an await inside it becomes an async generator, which not all that takes it can take. And before Python 3.11, an"
        " async comprehension can't stand in another one.",
        "any(api.ok(x) for x in xs)",
        "any([await api.ok(x) for x in xs])",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW210",
        "a decorator would get a coroutine function",
        "A decorator that isn't known to handle coroutine functions calls the function and sees a coroutine: its try,"
        " timer or cache no longer works, silently. A wrapper of the project's own awaits it, where it calls it in its own"
        " body; in a lambda, on a pool, under a thread's lock or through a class it can't.",
        "@timed\ndef fetch(self): …",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW211",
        "a cache would keep a coroutine",
        "lru_cache, cache and cached_property would store the coroutine; awaiting it twice raises. Where the project depends on"
        " async-lru or asyncstdlib, lru_cache and cache become theirs, as do the caches of cachetools that they have too;"
        " cached_property becomes asyncstdlib's.",
        "@lru_cache\ndef rate(self, currency): …",
        "@alru_cache\nasync def rate(self, currency): …",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW212",
        "a context manager function that can't become async",
        "@contextmanager becomes @asynccontextmanager, and every `with` an `async with`. This one isn't a generator"
        " function, returns a value beside what it yields, or hands on what isn't known to become async.",
        "@contextmanager\ndef session(): …",
        "@asynccontextmanager\nasync def session(): …",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW213",
        "a base class that isn't this project's calls this method synchronously",
        "logging.Handler.emit, threading.Thread.run and their like are called by code that doesn't await. Python's own"
        " classes are known; those of other packages are read where --python or a .venv beside the project has them.",
        "class Shipper(logging.Handler):\n    def emit(self, record): self.api.send(record)",
        "",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC, Way.BRIDGE),
    ),
    Code(
        "AW214",
        "a base class that couldn't be read may hold a contract for this method",
        "A class whose base is somebody else's and unread may be called synchronously through that base; so may one whose"
        " base looks methods up by their names. --python PATH names the environment in which bases can be read.",
        "class Portal(vendor.Base):\n    def fetch(self): …",
        "",
        (Way.AWAIT, Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW215",
        "a method of the family is not a plain function",
        "A class sets the name to something else than a `def`: a lambda, a property, a value or what a call gives. A plain"
        " function that it is surely another name of has the family's colour.",
        "class Attr(Client):\n    fetch = chosen()",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW216",
        "a file outside the part that may change",
        "PATH limits what may change; this file calls what becomes async, or holds a member of its family.",
        "awaitify migrate app/clients -t Client.fetch",
        "awaitify migrate -t Client.fetch",
        (Way.REFUSE, Way.KEEP_BOTH, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW217",
        "a file that isn't read mentions what becomes async",
        "A file that can't be parsed, or that the settings exclude, has the name in its text: if it is a call, it would get a"
        " coroutine. `mark` goes on all the same; nothing can be written there.",
        "exclude = ['vendor/']   # vendor/use.py calls client.fetch_forecast()",
        "",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW218",
        "a template uses what becomes async",
        "A template calls the methods of what it is given and doesn't await them: it writes the coroutine out, or takes it for"
        " true. Await it before, and give the template what it gave; or let Jinja await (enable_async=True). `mark` goes on"
        " all the same; nothing can be written there.",
        "{% if user.can_edit() %}",
        "{% if can_edit %}   <!-- render(…, can_edit=await user.can_edit()) -->",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.KEEP_SYNC),
    ),
    Code(
        "AW219",
        "StopIteration would leave a coroutine",
        "Python turns a StopIteration that leaves a coroutine into a RuntimeError: who catches it, or iterates, no longer"
        " sees the end.",
        "def __next__(self):\n    return self.convert(next(self.rows))",
        "async def __anext__(self):\n    try:\n        row = next(self.rows)\n    except StopIteration:\n"
        "        raise StopAsyncIteration from None\n    return await self.convert(row)",
        (Way.REFUSE, Way.MARK, Way.KEEP_SYNC),
    ),
    Code(
        "AW221",
        "a function that can have no async twin",
        "A twin stands beside the sync function under another name. A constructor and most special methods have no other name;"
        " what a framework calls, or a decorator keeps, would be there twice; and a name that is taken means something else."
        " A function that has its twin stays as it is, and so must what it calls.",
        "@registry.add\ndef fetch(city):\n    return api.load(city)",
        "async def afetch(city):\n    return await api.aload(city)\n\n@registry.add\ndef fetch(city):\n    return api.load(city)",
        (Way.REFUSE, Way.MARK, Way.KEEP_SYNC),
    ),
    Code(
        "AW301",
        "a function that becomes async is passed on or stored",
        "Whoever receives it calls it without await and gets a coroutine: nothing happens, and nothing is raised."
        " A thread's target can be run in an event loop of its own: `bridge`.",
        "threading.Thread(target=api.fetch)",
        "threading.Thread(target=in_a_loop(api.fetch))",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC, Way.BRIDGE),
    ),
    Code(
        "AW302",
        "a task or hook of a framework that doesn't await calls what becomes async",
        "Celery tasks, Django signals and their like are called synchronously. `bridge` runs the call in an event loop of its"
        " own; where it uses a client that other calls use too, which is bound to one loop, all Celery tasks that do so run in"
        " one loop a worker process, and elsewhere there is no `bridge`.",
        "@app.task\ndef sync_all(): portal.get('/x')",
        "@app.task\ndef sync_all(): asyncio.run(portal.get('/x'))",
        (Way.KEEP_BOTH, Way.BRIDGE, Way.MARK, Way.THREAD, Way.KEEP_SYNC, Way.REFUSE),
    ),
    Code(
        "AW303",
        "an entry point that stays sync is called where a loop may run",
        "asyncio.run can't be called from a running event loop.",
        "async def handler():\n    main()",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW304",
        "a string names a function that becomes async",
        "getattr, monkeypatch.setattr, patch('a.b') and import_string reach it by name; what they do with it isn't known.",
        "getattr(client, 'fetch')(city)",
        "",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW305",
        "an entry point would need more than one event loop",
        "One asyncio.run a process: a second loop breaks clients and locks bound to the first.",
        "if __name__ == '__main__':\n    load()\n    report()",
        "async def main():\n    await load()\n    await report()",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.BRIDGE, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW306",
        "a framework that isn't async would run it in an event loop of its own each time",
        "Flask runs an async view or hook in a new event loop for every call (it needs flask[async]): the worker waits as"
        " before, nothing is gained, and a client or lock that is kept from one call to the next breaks. `await` makes it"
        " async all the same; Quart is Flask's async twin.",
        "@app.route('/')\ndef index():\n    return portal.get('/x')",
        "@app.route('/')\nasync def index():\n    return await portal.get('/x')",
        (Way.REFUSE, Way.AWAIT, Way.BRIDGE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW307",
        "Django's ORM is used in what becomes async",
        "The ORM refuses to work in a thread in which an event loop runs: it raises SynchronousOnlyOperation. Use its async"
        " methods (aget, acreate, asave, `async for`), or sync_to_async around what touches the database; transactions"
        " don't work in async code at all.",
        "def rates(request):\n    for name in Name.objects.all(): fetch(name)",
        "async def rates(request):\n    async for name in Name.objects.all(): await fetch(name)",
        (Way.REFUSE, Way.MARK, Way.KEEP_SYNC),
    ),
    Code(
        "AW310",
        "the receiver isn't known, but the name speaks for the family",
        "No builtin, library or other class defines this name, so it is probably a member of the family.",
        "def today(portal):\n    return portal.fetch_forecast()",
        "async def today(portal):\n    return await portal.fetch_forecast()",
        (Way.AWAIT, Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW311",
        "the call may reach both async and sync functions",
        "Awaiting what isn't awaitable is a TypeError; not awaiting a coroutine does nothing.",
        "def run(x: Client | Dog):\n    x.fetch()",
        "",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW312",
        "a class serves both async and sync classes",
        "Its methods call what the classes below supply, some async and some not: with `await` they are right for one half"
        " and wrong for the other. Give each half a mixin of its own, or make both halves async.",
        "class Commands:\n    def get(self, key):\n        return self.execute('GET', key)\n\nclass Sync(Commands):\n"
        "    def execute(self, *args): …\n\nclass Async(Commands):\n    async def execute(self, *args): …",
        "class AsyncCommands:\n    async def get(self, key):\n        return await self.execute('GET', key)",
        (Way.REFUSE, Way.AWAIT, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW313",
        "a function that hands an awaitable on would become async",
        "It isn't async and returns a coroutine, which its callers await. As an `async def` it would give a coroutine of a"
        " coroutine: await the inner one in it, then it can become async.",
        "def reload(client):\n    client.fetch()\n    return refresh()  # async",
        "async def reload(client):\n    await client.fetch()\n    return await refresh()",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW320",
        "what an async generator or context manager gives ends where nothing awaits it",
        "A plain `for`, `with` or function can't take an async iterator or context manager, and no rule says what would"
        " be the same there.",
        "itertools.groupby(client.pages())",
        "pages = [page async for page in client.pages()]\nitertools.groupby(pages)",
        (Way.REFUSE, Way.KEEP_BOTH, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW330",
        "what stays sync uses what is async in its library",
        "The library that --from names has made the function async: it isn't kept sync for anybody. A function that stays"
        " sync, by a decision or because something holds it back, can't await it.",
        "awaitify migrate --from shoplib --keep-sync report",
        "",
        (Way.REFUSE, Way.MARK, Way.BRIDGE),
    ),
    Code(
        "AW401",
        "an argument of requests has no counterpart in an httpx call",
        "stream, verify, cert, proxies, hooks, cookies and a body on get or delete need another shape.",
        "requests.get(url, verify=False)",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW402",
        "unknown arguments reach a requests call",
        "*args and **kwargs may hold allow_redirects or verify, which httpx calls don't know.",
        "self.session.get(url, **kwargs)",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW403",
        "a request body of unknown type",
        "data= takes text, bytes, pairs or a mapping in requests; httpx wants content= for the first two and no pairs.",
        "requests.post(url, data=payload)",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW404",
        "a requests.Session is used in a way that httpx has no counterpart for",
        "mount, verify, proxies, params, send and subclasses of Session need a hand-written change.",
        "self.session.verify = False",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW405",
        "a response is used in a way that httpx has no counterpart for",
        "raw, iter_content, apparent_encoding, truth and their like differ.",
        "for chunk in response.iter_content(1024): …",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW406",
        "a response is passed on to where its uses can't be seen",
        "An httpx response differs from a requests response in ok, url, reason, truth and more.",
        "self.last = requests.get(url)",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW407",
        "a name of requests has no counterpart in httpx",
        "Exceptions are mapped one by one; this name isn't among those that have a twin of the same meaning.",
        "except requests.exceptions.RetryError: …",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW408",
        "a client without an owner that can keep and close it",
        "A module-level client outlives its event loop; a session passed in from outside has other users.",
        "SESSION = requests.Session()",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW409",
        "another blocking call of a library that is swapped",
        "The call blocks the event loop and no rule says how to replace it.",
        "requests.Session().send(prepared)",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW410",
        "a module that the async code needs is hidden by another name",
        "A parameter or variable called json, asyncio or httpx would be read instead of the module.",
        "def call(self, url, json=None):\n    try: …\n    except requests.RequestException: …",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW421",
        "an open file is used in a way that aiofiles can't follow",
        "A handle that is passed on, returned or stored would be read synchronously: json.dump to it writes nothing.",
        "with open(path) as f:\n    return yaml.safe_load(f)",
        "",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW422",
        "open() in the middle of an expression",
        "aiofiles.open needs an `async with`, for which there must be a statement.",
        "text = open(path).read()",
        "async with aiofiles.open(path) as file:\n    text = await file.read()",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW501",
        "a thread's lock is held over an await",
        "While its holder awaits, the next task that wants the lock stops the thread of the event loop, and the holder never"
        " goes on. It becomes asyncio's where all its users become async; here something else uses it too, or asyncio has no"
        " counterpart (RLock doesn't exclude the tasks of one thread at all).",
        "def refresh(self):\n    with self._lock:\n        self.data = self.api.load()",
        "async def refresh(self):\n    async with self._lock:  # an asyncio.Lock\n        self.data = await self.api.load()",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW502",
        "what becomes async waits for another thread",
        "Event.wait, Condition.wait, Queue.get and their like stop the event loop until a thread does something. They become"
        " asyncio's where all their users become async, and where asyncio has a counterpart: no wait of it has a timeout.",
        "def next_job(self):\n    return self.jobs.get(timeout=5)",
        "async def next_job(self):\n    return await asyncio.wait_for(self.jobs.get(), 5)",
        (Way.REFUSE, Way.MARK, Way.THREAD, Way.KEEP_SYNC),
    ),
    Code(
        "AW901",
        "a file that this Python can't parse",
        "A syntax error, Python 2, or syntax newer than this Python.",
        ways=(),
    ),
    Code(
        "AW902",
        "a file that can't be decoded",
        "Its encoding is unknown or its bytes don't fit; or it holds NUL bytes.",
        ways=(),
    ),
    Code(
        "AW903", "a file that can't be read", "It is missing, too large, not a regular file, or not permitted.", ways=()
    ),
    Code(
        "AW904",
        "a file that LibCST doesn't give back byte for byte",
        "It can't be edited safely; its groups are left untouched.",
        ways=(),
    ),
    Code(
        "AW905",
        "an edit that didn't land exactly once",
        "A guard of ours; its groups are left untouched. Please report it.",
        ways=(),
    ),
    Code(
        "AW906",
        "the result isn't what the plan says",
        "A guard of ours; its groups are left untouched. Please report it.",
        ways=(),
    ),
    Code("AW907", "two files claim the same module name", "An import of that name can't be followed.", ways=()),
    Code("AW908", "a file is too deep or too large to edit", "LibCST would need minutes or fail.", ways=()),
)
_CODES = {entry.code: entry for entry in _TABLE}
