"""Descriptors, proxies, patches: what reading alone can hardly tell."""

import weakref
from contextvars import ContextVar
from functools import singledispatch, singledispatchmethod
from unittest import mock

from depot.clients import CachedClient, Client, FileClient, HttpClient
from depot.others import Cursor, Dog

current = ContextVar("current")
current_typed: ContextVar[Client] = ContextVar("current_typed")
current_pet: ContextVar[Dog] = ContextVar("current_pet", default=Dog())


class Lazily:
    def __get__(self, instance, owner=None):
        return HttpClient("lazy")


class LazilyTyped:
    def __get__(self, instance, owner=None) -> Client:
        return FileClient()


class LazyPet:
    def __get__(self, instance, owner=None):
        return Dog()


class Made:
    """Makes one on first use, from a factory."""

    def __init__(self, factory):
        self.factory = factory

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        if self.name not in instance.__dict__:
            instance.__dict__[self.name] = self.factory()
        return instance.__dict__[self.name]


class Page:
    lazily = Lazily()
    typed = LazilyTyped()
    made = Made(CachedClient)
    pet = LazyPet()

    def go(self):
        self.pet.fetch("x")  #@ dyn_descriptor_no | no | untyped
        self.typed.fetch(1)  #@ dyn_descriptor_typed | yes | typed dynamic
        self.made.fetch(1)  #@ dyn_descriptor_factory | yes | untyped dynamic
        return self.lazily.fetch(1)  #@ dyn_descriptor | yes | untyped dynamic


class Proxy:
    def __init__(self, target):
        self._target = target

    def __getattr__(self, name):
        return getattr(self._target, name)


class TypedProxy:
    def __init__(self, target: Client):
        self._target = target

    def __getattr__(self, name: str):
        return getattr(self._target, name)


class PetProxy:
    def __init__(self):
        self._pet = Dog()

    def __getattr__(self, name):
        return getattr(self._pet, name)


class Opaque:
    """Hands out clients by attribute name."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return HttpClient(name)


def proxies():
    PetProxy().fetch("x")  #@ dyn_proxy_no | no | untyped
    Proxy(HttpClient()).fetch(1)  #@ dyn_proxy | yes | untyped dynamic
    TypedProxy(HttpClient()).fetch(1)  #@ dyn_proxy_typed | yes | typed dynamic
    return Opaque().web.fetch(1)  #@ dyn_getattr_object | yes | untyped dynamic


def set_by_name():
    page = Page()
    setattr(page, "extra", HttpClient())
    return page.extra.fetch(1)  #@ dyn_setattr | yes | untyped dynamic


def got_by_name():
    page = Page()
    return getattr(page, "lazily").fetch(1)  #@ dyn_getattr_attr | yes | untyped dynamic


def in_dict():
    page = Page()
    page.__dict__["source"] = HttpClient()
    return vars(page)["source"].fetch(1)  #@ dyn_vars | yes | untyped dynamic


def context():
    current.set(HttpClient())
    current_typed.set(FileClient())
    current_pet.get().fetch("x")  #@ dyn_contextvar_no | no | typed
    current_typed.get().fetch(1)  #@ dyn_contextvar_typed | yes | typed
    return current.get().fetch(1)  #@ dyn_contextvar | yes | untyped


def weak():
    source = HttpClient()
    return weakref.proxy(source).fetch(1)  #@ dyn_weak_proxy | yes | untyped


def by_globals():
    return globals()["MAIN"].fetch(1)  #@ dyn_globals | yes | untyped dynamic


MAIN = HttpClient("globals")


@singledispatch
def pull(thing):
    return thing


@pull.register
def _pull_client(thing: Client):
    return thing.fetch(1)  #@ dyn_singledispatch | yes | typed dynamic


@pull.register(Dog)
def _pull_dog(thing):
    return thing.fetch("x")  #@ dyn_singledispatch_no | no | untyped


class Visitor:
    @singledispatchmethod
    def visit(self, thing):
        return None

    @visit.register
    def _(self, thing: Cursor):
        return thing.fetch(1)  #@ dyn_singledispatchmethod_no | no | typed

    def visit_client(self, thing):
        return thing.fetch(1)  #@ dyn_visit_method | yes | untyped dynamic


def visited(thing):
    return getattr(Visitor(), f"visit_{'client'}")(thing)


def patched():
    with mock.patch.object(HttpClient, "fetch", return_value=1):  #@ dyn_patch_object | yes | untyped string
        pass
    with mock.patch("depot.clients.http.CachedClient.fetch"):  #@ dyn_patch | yes | untyped string
        pass
    with mock.patch("depot.others.Dog.fetch"):  #@ dyn_patch_no | no | untyped
        pass
    with mock.patch.object(Cursor, "fetch"):  #@ dyn_patch_object_no | no | untyped
        pass


def mocked():
    fake = mock.Mock(spec=HttpClient)
    return fake.fetch(1)  #@ dyn_mock_spec | yes | untyped dynamic later


class Indexed:
    def __init__(self, source):
        self.source = source

    def __getitem__(self, key):
        return self.source.fetch(key)  #@ dyn_dunder_getitem | yes | untyped barrier

    @property
    def value(self):
        return self.source.fetch(1)  #@ dyn_in_property | yes | untyped


class Eager:
    def __init__(self, source):
        self.value = source.fetch(1)  #@ dyn_in_init | yes | untyped barrier


AT_IMPORT = HttpClient().fetch("import")  #@ dyn_module_level | yes | untyped barrier


def run():
    Page().go()
    proxies()
    set_by_name()
    got_by_name()
    in_dict()
    context()
    weak()
    by_globals()
    pull(HttpClient())
    pull(Dog())
    Visitor().visit(Cursor())
    visited(HttpClient())
    patched()
    mocked()
    Indexed(HttpClient())[1]
    Indexed(HttpClient()).value
    Eager(HttpClient())
