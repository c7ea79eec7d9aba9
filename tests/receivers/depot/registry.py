"""Registries: classes looked up by name."""

from enum import Enum

from depot.clients import CachedClient, Client, FileClient, HttpClient
from depot.others import Cursor, Dog

KINDS = {"http": HttpClient, "file": FileClient}
PETS = {"dog": Dog, "cursor": Cursor}
MAKERS = {"http": lambda: HttpClient("lambda"), "file": FileClient.create}
TYPED: dict[str, type[Client]] = {}
TYPED["http"] = HttpClient

FILLED = {}
FILLED["http"] = HttpClient
FILLED.update(file=FileClient, cached=CachedClient)

ORDER = [HttpClient, CachedClient]
ANY = {"dog": Dog, "http": HttpClient}

PLUGINS = {}
JOBS = []


def plugin(name):
    def register(cls):
        PLUGINS[name] = cls
        return cls

    return register


def job(cls):
    JOBS.append(cls)
    return cls


@plugin("reader")
class ReaderPlugin:
    def __init__(self):
        self.source = HttpClient()

    def run(self):
        return self.source.fetch(1)  #@ reg_decorated_class | yes | untyped


@job
class NightJob:
    source = FileClient()

    def run(self):
        return self.source.fetch(1)  #@ reg_decorated_job | yes | untyped


class Hooked:
    known = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.known[cls.__name__] = cls

    def __init__(self):
        self.source = CachedClient()


class Hook(Hooked):
    def run(self):
        return self.source.fetch(1)  #@ reg_init_subclass | yes | untyped


class Kind(Enum):
    HTTP = HttpClient
    FILE = FileClient

    def build(self):
        return self.value()


class Pet(Enum):
    DOG = Dog


class Backends:
    def __init__(self):
        self._classes = {}
        self._made = {}

    def register(self, name, cls):
        self._classes[name] = cls

    def get(self, name):
        if name not in self._made:
            self._made[name] = self._classes[name]()
        return self._made[name]


backends = Backends()
backends.register("http", HttpClient)
backends.register("file", FileClient)


def by_name(name):
    return KINDS[name]().fetch(1)  #@ reg_subscript | yes | untyped


def by_get(name):
    cls = KINDS.get(name, HttpClient)
    return cls().fetch(1)  #@ reg_get_default | yes | untyped


def by_get_none(name):
    cls = KINDS.get(name)
    if cls is None:
        raise KeyError(name)
    return cls("x").fetch(1)  #@ reg_get_none | yes | untyped


def by_typed(name):
    return TYPED[name]().fetch(1)  #@ reg_typed | yes | typed


def by_filled(name):
    return FILLED[name]().fetch(1)  #@ reg_filled | yes | untyped


def by_maker(name):
    return MAKERS[name]().fetch(1)  #@ reg_makers | yes | untyped


def by_order():
    return [cls().fetch(1) for cls in ORDER]  #@ reg_list_of_classes | yes | untyped


def by_items():
    for name, cls in KINDS.items():
        cls(name).fetch(1)  #@ reg_items | yes | untyped


def by_pet(name):
    return PETS[name]().fetch(1)  #@ reg_no | no | untyped


def by_any(name):
    return ANY[name]().fetch(1)  #@ reg_mixed | mixed | untyped


def by_enum():
    Kind["HTTP"].build().fetch(1)  #@ reg_enum_method | yes | untyped
    return Kind.FILE.value().fetch(1)  #@ reg_enum_value | yes | untyped


def by_enum_no():
    return Pet.DOG.value().fetch("x")  #@ reg_enum_no | no | untyped


def by_backends(name):
    return backends.get(name).fetch(1)  #@ reg_object | yes | untyped


def by_if(name):
    if name == "http":
        cls = HttpClient
    else:
        cls = FileClient
    return cls().fetch(1)  #@ reg_branch_class | yes | untyped


def run():
    by_name("http")
    by_get("zip")
    by_get_none("file")
    by_typed("http")
    by_filled("cached")
    by_maker("file")
    by_maker("http")
    by_order()
    by_items()
    by_pet("dog")
    by_any("dog")
    by_any("http")
    by_enum()
    by_enum_no()
    by_backends("http")
    by_if("http")
    PLUGINS["reader"]().run()
    for cls in JOBS:
        cls().run()
    Hooked.known["Hook"]().run()
