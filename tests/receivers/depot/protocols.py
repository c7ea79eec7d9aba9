"""Protocols and virtual bases: linked by subclassing, or by the values that flow."""

from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable

from depot.clients import FileClient, HttpClient
from depot.others import Cursor, Dog


class Fetches(Protocol):
    def fetch(self, key): ...


@runtime_checkable
class Playful(Protocol):
    def fetch(self, stick): ...

    def play(self): ...


class Feed(ABC):
    @abstractmethod
    def fetch(self, key): ...


Feed.register(HttpClient)


def pull(source: Fetches):
    return source.fetch(1)  #@ pro_param | proto | typed


def pull_all(sources: list[Fetches]):
    return [source.fetch(1) for source in sources]  #@ pro_list | proto | typed


class Puller:
    def __init__(self, source: Fetches):
        self.source = source

    def pull(self):
        return self.source.fetch(1)  #@ pro_attribute | proto | typed


def chosen() -> Fetches:
    return FileClient()


def pull_chosen():
    return chosen().fetch(1)  #@ pro_return | proto | typed


def pull_feed(feed: Feed):
    return feed.fetch(1)  #@ pro_virtual_base | proto | typed


def walk(pet: Playful):
    return pet.fetch("x")  #@ pro_no | no | typed


def maybe_walk(pet):
    if isinstance(pet, Playful):
        return pet.fetch("x")  #@ pro_runtime_no | no | typed
    return None


class RowSource(Protocol):
    def fetch(self, count): ...


def rows(source: RowSource):
    return source.fetch(2)  #@ pro_cursor_no | no | typed


def run():
    pull(HttpClient())
    pull_all([HttpClient(), FileClient()])
    Puller(HttpClient()).pull()
    pull_chosen()
    pull_feed(HttpClient())
    walk(Dog())
    maybe_walk(Dog())
    rows(Cursor())
