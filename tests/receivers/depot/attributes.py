"""Attributes: set in the class, in any method, from outside."""

from functools import cached_property

from depot.clients import CachedClient, Client, FileClient, HttpClient
from depot.others import Cursor, Dog, make_dog


class Service:
    shared = HttpClient("shared")
    cursor = None
    typed: Client
    Kind = CachedClient

    def __init__(self):
        self.own = HttpClient()
        self.late = None
        self.plugged = None
        self.pet = make_dog()
        self.a, self.b = HttpClient(), Dog()
        self.first = self.second = FileClient()

    def connect(self):
        self.late = CachedClient()
        self.cursor = Cursor()
        self.typed = HttpClient()

    def use_shared(self):
        return self.shared.fetch(1)  #@ att_class_attr | yes | untyped

    def use_late(self):
        return self.late.fetch(1)  #@ att_set_elsewhere | yes | untyped

    def use_plugged(self):
        return self.plugged.fetch(1)  #@ att_set_from_outside | yes | untyped

    def use_typed(self):
        return self.typed.fetch(1)  #@ att_class_annotation | yes | typed

    def use_pet(self):
        return self.pet.fetch("x")  #@ att_no | no | untyped

    def use_cursor(self):
        return self.cursor.fetch(1)  #@ att_no_none_then_set | no | untyped

    def use_tuple(self):
        self.b.fetch("x")  #@ att_unpacked_no | no | untyped
        return self.a.fetch(1)  #@ att_unpacked | yes | untyped

    def use_chained(self):
        return self.first.fetch(1), self.own.url  #@ att_chained_assign | yes | untyped

    def use_kind(self):
        return self.Kind().fetch(1)  #@ att_class_in_class_attr | yes | untyped


class Child(Service):
    Kind = FileClient
    shared = FileClient("child")

    def use_inherited(self):
        return self.own.fetch(1)  #@ att_inherited | yes | untyped

    def use_overridden(self):
        return self.shared.fetch(1)  #@ att_overridden | yes | untyped


class Loop:
    """The attribute is a dog here and a client below: what the base class sees is either."""

    helper = Dog()

    def ask(self):
        return self.helper.fetch(1)  #@ att_override_mixed | mixed | untyped


class ClientLoop(Loop):
    helper = HttpClient()

    def ask_here(self):
        return self.helper.fetch(1)  #@ att_override_type | yes | untyped


class Page:
    def __init__(self, source):
        self._source = source

    @property
    def source(self):
        return self._source

    @property
    def made(self) -> Client:
        return FileClient()

    @cached_property
    def kept(self):
        return HttpClient()

    @cached_property
    def pet(self):
        return Dog()

    @property
    def swapped(self):
        return self._swapped

    @swapped.setter
    def swapped(self, value):
        self._swapped = value

    def go(self):
        self.pet.fetch("x")  #@ att_cached_property_no | no | untyped
        self.made.fetch(1)  #@ att_property_typed | yes | typed
        self.kept.fetch(1)  #@ att_cached_property | yes | untyped
        return self.source.fetch(1)  #@ att_property_param | yes | untyped

    def go_swapped(self):
        self.swapped = HttpClient()
        return self._swapped.fetch(1)  #@ att_property_setter | yes | untyped


class Slotted:
    __slots__ = ("source", "where")

    def __init__(self, where):
        self.where = where
        self.source = HttpClient(where)

    def go(self):
        return self.source.fetch(self.where)  #@ att_slots | yes | untyped


class Lazy:
    _source = None

    @classmethod
    def source(cls):
        if cls._source is None:
            cls._source = HttpClient()
        return cls._source

    @classmethod
    def go(cls):
        return cls._source.fetch(1)  #@ att_cls_attr | yes | untyped


class Settings:
    class Inner:
        source = HttpClient("inner")


class Registry:
    pass


registry = Registry()
registry.source = HttpClient("registry")
registry.pet = Dog()


def from_instance():
    registry.pet.fetch("x")  #@ att_module_object_no | no | untyped
    return registry.source.fetch(1)  #@ att_module_object | yes | untyped


def nested_class():
    return Settings.Inner.source.fetch(1)  #@ att_nested_class | yes | untyped


def lazy():
    Lazy.source().fetch(1)  #@ att_lazy_classmethod | yes | untyped
    return Lazy.go()


def tried(config):
    holder = Registry()
    try:
        holder.source = HttpClient(config["url"])
    except KeyError:
        holder.source = FileClient()
    return holder.source.fetch(1)  #@ att_local_object | yes | untyped


def reset():
    box = Service()
    box.pet = Dog("other")
    return box.pet.fetch("x")  #@ att_reset_no | no | untyped


class Tally:
    """Holds a client or a dog, after what it was told."""

    def __init__(self, wild):
        if wild:
            self.member = Dog()
        else:
            self.member = HttpClient()

    def go(self):
        return self.member.fetch(1)  #@ att_mixed | mixed | untyped


def run():
    service = Service()
    service.connect()
    service.plugged = HttpClient()
    service.use_shared()
    service.use_late()
    service.use_plugged()
    service.use_typed()
    service.use_pet()
    service.use_cursor()
    service.use_tuple()
    service.use_chained()
    service.use_kind()
    child = Child()
    child.use_inherited()
    child.use_overridden()
    child.use_kind()
    Loop().ask()
    ClientLoop().ask()
    ClientLoop().ask_here()
    page = Page(HttpClient())
    page.go()
    page.go_swapped()
    Slotted("here").go()
    from_instance()
    nested_class()
    lazy()
    tried({})
    reset()
    Tally(True).go()
    Tally(False).go()
