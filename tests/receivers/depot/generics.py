"""Type variables, generic classes, Self, type[C]."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Generic, Literal, NewType, TypeAlias, TypeVar, Union, overload

from depot.clients import Client, FileClient, HttpClient
from depot.others import Cursor, Dog

T = TypeVar("T")
K = TypeVar("K")
C = TypeVar("C", bound=Client)
D = TypeVar("D", HttpClient, FileClient)
Source: TypeAlias = "HttpClient | FileClient"
Sources = list[Client]
Animal = Union[Dog, Cursor]
Main = NewType("Main", HttpClient)
MAIN: Final = HttpClient("final")


class Box(Generic[T]):
    def __init__(self, item: T) -> None:
        self.item = item

    def get(self) -> T:
        return self.item

    def map(self, change: Callable[[T], K]) -> Box[K]:
        return Box(change(self.item))

    def many(self) -> list[T]:
        return [self.item]


class Repo(Generic[T]):
    source: T

    def one(self) -> T:
        return self.source


class ClientRepo(Repo[Client]):
    def go(self):
        self.one().fetch(2)  #@ gen_subclass_method | yes | typed
        return self.source.fetch(1)  #@ gen_subclass_attr | yes | typed


class DogRepo(Repo[Dog]):
    def go(self):
        return self.one().fetch("x")  #@ gen_subclass_no | no | typed


class Pair(Generic[K, T]):
    def __init__(self, left: K, right: T) -> None:
        self.left = left
        self.right = right


class LoosePair(Pair[Any, T]):
    pass


class DogFirst(LoosePair[Client]):
    def go(self):
        return self.right.fetch(1)  #@ gen_through_two_bases | yes | typed


def identity(x: T) -> T:
    return x


def first(items: Sequence[T]) -> T:
    return items[0]


def last_of(items: Iterable[T]) -> T | None:
    found = None
    for item in items:
        found = item
    return found


def build(cls: type[C]) -> C:
    return cls()


def lookup(where: Mapping[K, T], key: K) -> T:
    return where[key]


def annotated_box(box: Box[Client], dogs: Box[Dog]):
    dogs.get().fetch("x")  #@ gen_box_no | no | typed
    box.item.fetch(1)  #@ gen_box_attr | yes | typed
    return box.get().fetch(1)  #@ gen_box_method | yes | typed


def inferred_box():
    Box(Dog()).get().fetch("x")  #@ gen_box_inferred_no | no | typed
    return Box(HttpClient()).get().fetch(1)  #@ gen_box_inferred | yes | typed


def mapped_box(box: Box[str]):
    return box.map(HttpClient).item.fetch(1)  #@ gen_box_map | yes | typed


def listed_box(box: Box[HttpClient]):
    for source in box.many():
        source.fetch(1)  #@ gen_box_list | yes | typed


def identities():
    identity(Dog()).fetch("x")  #@ gen_identity_no | no | typed
    return identity(HttpClient()).fetch(1)  #@ gen_identity | yes | typed


def firsts(sources: list[Client]):
    first(sources).fetch(1)  #@ gen_sequence | yes | typed
    first([Dog()]).fetch("x")  #@ gen_sequence_no | no | typed
    found = last_of(sources)
    return found.fetch(1) if found else None  #@ gen_iterable_optional | yes | typed


def built():
    return build(FileClient).fetch(1)  #@ gen_type_c | yes | typed


def looked_up(where: dict[str, Client]):
    return lookup(where, "a").fetch(1)  #@ gen_mapping | yes | typed


def bound(source: C) -> C:
    source.fetch(1)  #@ gen_bound | yes | typed
    return source


def constrained(source: D) -> D:
    source.fetch(1)  #@ gen_constrained | yes | typed
    return source


def aliased(source: Source, many: Sources, animal: Animal):
    animal.fetch(1)  #@ gen_alias_union_no | no | typed
    many[0].fetch(1)  #@ gen_alias_list | yes | typed
    return source.fetch(1)  #@ gen_alias_union | yes | typed


def new_type(source: Main):
    Main(source).fetch(2)  #@ gen_newtype_call | yes | typed
    return source.fetch(1)  #@ gen_newtype | yes | typed


def final():
    return MAIN.fetch(1)  #@ gen_final | yes | untyped


def callback(make: Callable[[str], Client]):
    return make("u").fetch(1)  #@ gen_callable_return | yes | typed


def iterated(sources: Iterator[Client], pets: Iterable[Dog]):
    for pet in pets:
        pet.fetch("x")  #@ gen_iterable_no | no | typed
    return next(sources).fetch(1)  #@ gen_iterator_next | yes | typed


@overload
def pick(kind: Literal["dog"]) -> Dog: ...
@overload
def pick(kind: Literal["http"]) -> HttpClient: ...
def pick(kind):
    return Dog() if kind == "dog" else HttpClient()


def picked():
    pick("dog").fetch("x")  #@ gen_overload_no | no | typed
    return pick("http").fetch(1)  #@ gen_overload | yes | typed


def union(thing: Union[Client, Dog]):
    return thing.fetch(1)  #@ gen_union | mixed | typed


def future(make: Callable[[], Awaitable[Client]]):
    return make


def anything(thing: Any):
    return thing.fetch(1)  #@ gen_any | yes | untyped


def an_object(thing: object):
    return thing.fetch(1)  # type: ignore[attr-defined]  #@ gen_object | yes | untyped


def run():
    repo = ClientRepo()
    repo.source = HttpClient()
    repo.go()
    dogs = DogRepo()
    dogs.source = Dog()
    dogs.go()
    DogFirst(Dog(), HttpClient()).go()
    annotated_box(Box(HttpClient()), Box(Dog()))
    inferred_box()
    mapped_box(Box("url"))
    listed_box(Box(HttpClient()))
    identities()
    firsts([HttpClient()])
    built()
    looked_up({"a": HttpClient()})
    bound(HttpClient())
    constrained(FileClient())
    aliased(HttpClient(), [HttpClient()], Dog())
    new_type(Main(HttpClient()))
    final()
    callback(HttpClient)
    iterated(iter([HttpClient()]), [Dog()])
    picked()
    union(HttpClient())
    union(Dog())
    anything(HttpClient())
    an_object(HttpClient())
