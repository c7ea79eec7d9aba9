"""Records: dataclasses, named tuples, typed dicts."""

from collections import namedtuple
from dataclasses import dataclass, field, replace
from typing import ClassVar, NamedTuple, Optional, TypedDict

from depot.clients import CachedClient, Client, FileClient, HttpClient
from depot.others import Cursor, Dog


@dataclass
class Holder:
    source: Client
    pet: Dog = field(default_factory=Dog)
    backups: list[Client] = field(default_factory=list)
    default: ClassVar[Client] = HttpClient()
    maybe: Optional[Client] = None

    def go(self):
        self.pet.fetch("x")  #@ rec_dataclass_no | no | typed
        for backup in self.backups:
            backup.fetch(1)  #@ rec_dataclass_list | yes | typed
        self.default.fetch(1)  #@ rec_dataclass_classvar | yes | typed
        return self.source.fetch(1)  #@ rec_dataclass | yes | typed

    def go_maybe(self):
        return self.maybe.fetch(1) if self.maybe else None  #@ rec_dataclass_optional | yes | typed


@dataclass(frozen=True)
class Loose:
    source: object
    other: "object" = None

    def go(self):
        return self.source.fetch(1)  #@ rec_dataclass_object | yes | untyped


@dataclass
class Made:
    source: HttpClient = field(default_factory=lambda: HttpClient("made"))

    def __post_init__(self):
        self.extra = FileClient()

    def go(self):
        self.extra.fetch(1)  #@ rec_post_init | yes | untyped
        return self.source.fetch(1)  #@ rec_default_factory | yes | typed


@dataclass
class SubHolder(Holder):
    extra: Optional[Cursor] = None

    def sub(self):
        if self.extra:
            self.extra.fetch(1)  #@ rec_dataclass_sub_no | no | typed
        return self.source.fetch(2)  #@ rec_dataclass_inherited | yes | typed


class Pair(NamedTuple):
    source: Client
    pet: Dog


Plain = namedtuple("Plain", ["source", "count"])


class Job(TypedDict):
    source: Client
    pet: Dog
    key: int


class Options(TypedDict, total=False):
    sources: list[Client]


def pair_attribute(pair: Pair):
    pair.pet.fetch("x")  #@ rec_namedtuple_attr_no | no | typed
    return pair.source.fetch(1)  #@ rec_namedtuple_attr | yes | typed


def pair_index(pair: Pair):
    pair[1].fetch("x")  #@ rec_namedtuple_index_no | no | typed
    return pair[0].fetch(1)  #@ rec_namedtuple_index | yes | typed


def pair_unpack(pair: Pair):
    source, pet = pair
    pet.fetch("x")  #@ rec_namedtuple_unpack_no | no | typed
    return source.fetch(1)  #@ rec_namedtuple_unpack | yes | typed


def pair_made():
    pair = Pair(HttpClient(), Dog())
    return pair._replace(pet=Dog("b")).source.fetch(1)  #@ rec_namedtuple_replace | yes | typed


def plain():
    made = Plain(HttpClient(), 2)
    return made.source.fetch(made.count)  #@ rec_namedtuple_plain | yes | untyped


def plain_unpack():
    source, count = Plain(source=FileClient(), count=1)
    return source.fetch(count)  #@ rec_namedtuple_plain_unpack | yes | untyped


def typed_dict(job: Job):
    job["pet"].fetch("x")  #@ rec_typeddict_no | no | typed
    return job["source"].fetch(job["key"])  #@ rec_typeddict | yes | typed


def typed_dict_list(options: Options):
    for source in options.get("sources", []):
        source.fetch(1)  #@ rec_typeddict_list | yes | typed


def loose_dict():
    job = {"source": HttpClient(), "key": 1}
    return job["source"].fetch(job["key"])  #@ rec_dict_record | yes | untyped


def two_kinds_dict():
    job = {"source": HttpClient(), "pet": Dog()}
    job["pet"].fetch("x")  #@ rec_dict_record_no | no | untyped
    return job["source"].fetch(1)  #@ rec_dict_record_key | yes | untyped


def replaced(holder: Holder):
    return replace(holder, pet=Dog("other")).source.fetch(1)  #@ rec_dataclass_replace | yes | typed


def chained(holders: dict[str, Holder]):
    return holders["main"].source.fetch(1)  #@ rec_dict_of_records | yes | typed


def run():
    holder = Holder(HttpClient(), backups=[CachedClient()], maybe=FileClient())
    holder.go()
    holder.go_maybe()
    Loose(HttpClient()).go()
    Made().go()
    SubHolder(HttpClient(), extra=Cursor()).sub()
    pair = Pair(HttpClient(), Dog())
    pair_attribute(pair)
    pair_index(pair)
    pair_unpack(pair)
    pair_made()
    plain()
    plain_unpack()
    typed_dict({"source": HttpClient(), "pet": Dog(), "key": 1})
    typed_dict_list({"sources": [HttpClient()]})
    loose_dict()
    two_kinds_dict()
    replaced(holder)
    chained({"main": holder})
