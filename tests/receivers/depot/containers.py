"""Lists, dicts, sets and queues of clients."""

import queue
from collections import ChainMap, OrderedDict, defaultdict, deque
from types import MappingProxyType, SimpleNamespace
from weakref import WeakValueDictionary, ref

from depot.clients import CachedClient, Client, FileClient, HttpClient
from depot.others import Cursor, Dog

ALL = (HttpClient(), FileClient())
BY_NAME = {"http": HttpClient(), "file": FileClient()}
PETS = {"rex": Dog()}
FROZEN = MappingProxyType({"http": HttpClient()})


def appended():
    sources = []
    sources.append(HttpClient())
    for source in sources:
        source.fetch(1)  #@ con_append | yes | untyped
    return sources[0].fetch(1)  #@ con_append_index | yes | untyped


def appended_no():
    pets = []
    pets.append(Dog())
    return [pet.fetch("x") for pet in pets]  #@ con_append_no | no | untyped


def extended():
    sources = list()
    sources.extend([HttpClient(), CachedClient()])
    sources.insert(0, FileClient())
    return sources.pop().fetch(1)  #@ con_extend_pop | yes | untyped


def augmented():
    sources = [HttpClient()]
    sources += [FileClient()]
    return [source.fetch(1) for source in sources]  #@ con_augmented | yes | untyped


def added():
    return (list(ALL) + [CachedClient()])[0].fetch(1)  #@ con_plus | yes | untyped


def sets():
    sources = set()
    sources.add(HttpClient())
    for source in sources | {FileClient()}:
        source.fetch(1)  #@ con_set_union | yes | untyped
    return sources.pop().fetch(1)  #@ con_set_pop | yes | untyped


def deques():
    waiting = deque()
    waiting.append(HttpClient())
    waiting.appendleft(FileClient())
    return waiting.popleft().fetch(1)  #@ con_deque | yes | untyped


def queues():
    waiting = queue.Queue()
    waiting.put(HttpClient())
    return waiting.get().fetch(1)  #@ con_queue | yes | untyped


def sliced(sources: list[Client]):
    for source in sources[1:]:
        source.fetch(1)  #@ con_slice | yes | typed
    return sources[-1].fetch(1)  #@ con_index_typed | yes | typed


def dict_subscript(name):
    return BY_NAME[name].fetch(1)  #@ con_dict_subscript | yes | untyped


def dict_get(name):
    source = BY_NAME.get(name)
    if source:
        return source.fetch(1)  #@ con_dict_get | yes | untyped
    return BY_NAME.get("none", ALL[0]).fetch(1)  #@ con_dict_get_default | yes | untyped


def dict_loops():
    for source in BY_NAME.values():
        source.fetch(1)  #@ con_dict_values | yes | untyped
    for name, source in BY_NAME.items():
        source.fetch(name)  #@ con_dict_items | yes | untyped
    for name in BY_NAME:
        BY_NAME[name].fetch(1)  #@ con_dict_keys | yes | untyped


def dict_loops_no():
    for name, pet in PETS.items():
        pet.fetch(name)  #@ con_dict_items_no | no | untyped


def dict_setdefault():
    made = {}
    return made.setdefault("a", HttpClient()).fetch(1)  #@ con_setdefault | yes | untyped


def dict_pop():
    made = {"a": HttpClient()}
    return made.pop("a", None).fetch(1)  #@ con_dict_pop | yes | untyped


def dict_stored(names):
    made = {}
    for name in names:
        made[name] = HttpClient(name)
    return [made[name].fetch(1) for name in names]  #@ con_dict_stored | yes | untyped


def dict_comprehension(names):
    made = {name: FileClient(name) for name in names}
    return {name: source.fetch(1) for name, source in made.items()}  #@ con_dict_comprehension | yes | untyped


def dict_update():
    made = dict(a=HttpClient())
    made.update({"b": FileClient()})
    made |= {"c": CachedClient()}
    return made["b"].fetch(1)  #@ con_dict_update | yes | untyped


def dict_merged():
    made = {**BY_NAME, "more": CachedClient()}
    return made["more"].fetch(1)  #@ con_dict_merged | yes | untyped


def ordered():
    made = OrderedDict()
    made["a"] = HttpClient()
    _, source = made.popitem()
    return source.fetch(1)  #@ con_popitem | yes | untyped


def grouped():
    groups = defaultdict(list)
    groups["a"].append(HttpClient())
    for source in groups["a"]:
        source.fetch(1)  #@ con_defaultdict_list | yes | untyped
    return [s.fetch(1) for group in groups.values() for s in group]  #@ con_defaultdict_nested | yes | untyped


def default_made():
    made = defaultdict(HttpClient)
    return made["x"].fetch(1)  #@ con_defaultdict_factory | yes | untyped


def default_made_no():
    made = defaultdict(Dog)
    return made["x"].fetch("x")  #@ con_defaultdict_factory_no | no | untyped


def nested():
    tree = {"eu": {"main": HttpClient()}, "us": {"main": FileClient()}}
    return tree["eu"]["main"].fetch(1)  #@ con_nested_dict | yes | untyped


def matrix():
    rows = [[HttpClient()], [FileClient(), CachedClient()]]
    return [source.fetch(1) for row in rows for source in row]  #@ con_nested_list | yes | untyped


def mixed_list():
    return [thing.fetch(1) for thing in [HttpClient(), Dog()]]  #@ con_mixed | mixed | untyped


def mixed_dict(name):
    things = {"a": HttpClient(), "b": Cursor()}
    return things[name].fetch(1)  #@ con_mixed_dict | mixed | untyped


def tuples():
    things = (HttpClient(), Dog())
    things[1].fetch("x")  #@ con_tuple_index_no | no | untyped
    return things[0].fetch(1)  #@ con_tuple_index | yes | untyped


def namespace():
    things = SimpleNamespace(source=HttpClient(), pet=Dog())
    things.pet.fetch("x")  #@ con_namespace_no | no | untyped
    return things.source.fetch(1)  #@ con_namespace | yes | untyped


def chained():
    things = ChainMap({"a": HttpClient()}, {"b": FileClient()})
    return things["b"].fetch(1)  #@ con_chainmap | yes | untyped


def frozen():
    return FROZEN["http"].fetch(1)  #@ con_mapping_proxy | yes | untyped


def weak():
    strong = HttpClient()
    made = WeakValueDictionary()
    made["a"] = strong
    pointer = ref(strong)
    pointer().fetch(1)  #@ con_weakref | yes | untyped
    return made["a"].fetch(1)  #@ con_weak_dict | yes | untyped


def typed_list(sources: list[HttpClient], pets: list[Dog]):
    pets[0].fetch("x")  #@ con_typed_list_no | no | typed
    return sources[0].fetch(1)  #@ con_typed_list | yes | typed


def typed_deep(tree: dict[str, list[tuple[int, Client]]]):
    for _, leaves in tree.items():
        for _, source in leaves:
            source.fetch(1)  #@ con_typed_deep | yes | typed
    return tree["a"][0][1].fetch(1)  #@ con_typed_deep_index | yes | typed


class Pool:
    def __init__(self):
        self._free = []
        self._busy = {}

    def put(self, source):
        self._free.append(source)

    def take(self, name):
        source = self._free.pop()
        self._busy[name] = source
        return source

    def ping(self):
        for source in self._free:
            source.fetch("ping")  #@ con_pool_param | yes | untyped
        return [source.fetch(name) for name, source in self._busy.items()]  #@ con_pool_busy | yes | untyped


class Team:
    """A container of one's own: __iter__, __getitem__, __len__."""

    def __init__(self, *members):
        self._members = list(members)

    def __iter__(self):
        return iter(self._members)

    def __getitem__(self, index):
        return self._members[index]

    def __contains__(self, member):
        return member in self._members


def own_container():
    team = Team(HttpClient(), FileClient())
    for member in team:
        member.fetch(1)  #@ con_own_iter | yes | untyped
    return team[0].fetch(1)  #@ con_own_getitem | yes | untyped


class Sources(dict):
    def first(self):
        return self["first"].fetch(1)  #@ con_dict_subclass | yes | untyped


class Kennel:
    def __init__(self):
        self.pets = [Dog()]

    def all(self):
        return [pet.fetch("x") for pet in self.pets]  #@ con_attr_list_no | no | untyped


def run():
    appended()
    appended_no()
    extended()
    augmented()
    added()
    sets()
    deques()
    queues()
    sliced([HttpClient(), FileClient()])
    dict_subscript("http")
    dict_get("http")
    dict_get("zip")
    dict_loops()
    dict_loops_no()
    dict_setdefault()
    dict_pop()
    dict_stored(["a"])
    dict_comprehension(["a"])
    dict_update()
    dict_merged()
    ordered()
    grouped()
    default_made()
    default_made_no()
    nested()
    matrix()
    mixed_list()
    mixed_dict("a")
    mixed_dict("b")
    tuples()
    namespace()
    chained()
    frozen()
    weak()
    typed_list([HttpClient()], [Dog()])
    typed_deep({"a": [(1, HttpClient())]})
    pool = Pool()
    pool.put(HttpClient())
    pool.put(FileClient())
    pool.take("a").fetch(1)  #@ con_pool_take | yes | untyped
    pool.ping()
    own_container()
    sources = Sources()
    sources["first"] = HttpClient()
    sources.first()
    Kennel().all()
