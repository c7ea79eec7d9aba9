"""with … as: own managers, generators, stacks."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress

from depot.clients import Client, FileClient, HttpClient
from depot.others import Cursor, Dog


class Session:
    def __enter__(self):
        self.source = HttpClient()
        return self.source

    def __exit__(self, *exc):
        return None


class TypedSession:
    def __enter__(self) -> Client:
        return FileClient()

    def __exit__(self, *exc) -> None:
        return None


class PetSession:
    def __enter__(self):
        return Dog()

    def __exit__(self, *exc):
        return None


@contextmanager
def opened():
    source = HttpClient()
    try:
        yield source
    finally:
        source.url = ""


@contextmanager
def opened_typed() -> Iterator[Client]:
    yield FileClient()


@contextmanager
def opened_generator() -> Generator[HttpClient, None, None]:
    yield HttpClient()


@contextmanager
def opened_pair():
    yield HttpClient(), Dog()


@contextmanager
def opened_pet():
    yield Dog()


@contextmanager
def opened_given(source):
    yield source


def entered_self():
    with HttpClient() as source:
        return source.fetch(1)  #@ mgr_enter_self | yes | untyped


def entered_other():
    with Session() as source:
        source.fetch(1)  #@ mgr_enter_other | yes | untyped
    with TypedSession() as typed:
        return typed.fetch(1)  #@ mgr_enter_typed | yes | typed


def entered_pet():
    with PetSession() as pet, Dog() as dog:
        dog.fetch("x")  #@ mgr_enter_self_no | no | untyped
        return pet.fetch("x")  #@ mgr_enter_no | no | untyped


def generators():
    with opened() as source:
        source.fetch(1)  #@ mgr_generator | yes | untyped
    with opened_typed() as source:
        source.fetch(1)  #@ mgr_generator_typed | yes | typed
    with opened_generator() as source:
        source.fetch(1)  #@ mgr_generator_annotated | yes | typed
    with opened_pair() as (source, pet):
        pet.fetch("x")  #@ mgr_generator_pair_no | no | untyped
        source.fetch(1)  #@ mgr_generator_pair | yes | untyped
    with opened_pet() as pet:
        pet.fetch("x")  #@ mgr_generator_no | no | untyped


def given():
    with opened_given(HttpClient()) as source:
        return source.fetch(1)  #@ mgr_generator_param | yes | untyped


def two_items():
    with opened() as first, Session() as second:
        first.fetch(1)  #@ mgr_two_first | yes | untyped
        return second.fetch(1)  #@ mgr_two_second | yes | untyped


def stacked():
    with ExitStack() as stack:
        source = stack.enter_context(HttpClient())
        other = stack.enter_context(opened())
        pet = stack.enter_context(PetSession())
        pet.fetch("x")  #@ mgr_stack_no | no | untyped
        source.fetch(1)  #@ mgr_stack_self | yes | untyped
        return other.fetch(1)  #@ mgr_stack_generator | yes | untyped


def library():
    with nullcontext(HttpClient()) as source:
        source.fetch(1)  #@ mgr_nullcontext | yes | untyped
    cursor = Cursor()
    cursor.close = lambda: None
    with closing(cursor) as same:
        same.fetch(1)  #@ mgr_closing_no | no | untyped
    with suppress(KeyError):
        return HttpClient().fetch(1)  #@ mgr_suppress | yes | untyped


class Unit:
    """A manager whose attributes are set on entry."""

    def __enter__(self):
        self.source = FileClient()
        self.pet = Dog()
        return self

    def __exit__(self, *exc):
        return None


def unit_of_work():
    with Unit() as unit:
        unit.pet.fetch("x")  #@ mgr_unit_no | no | untyped
        return unit.source.fetch(1)  #@ mgr_unit | yes | untyped


class Reusing:
    def __init__(self):
        self.unit = Unit()

    def go(self):
        with self.unit as unit:
            return unit.source.fetch(1)  #@ mgr_attribute | yes | untyped


def as_attribute(target):
    with Session() as target.source:
        return target.source.fetch(1)  #@ mgr_as_attribute | yes | untyped


class Blank:
    pass


def run():
    entered_self()
    entered_other()
    entered_pet()
    generators()
    given()
    two_items()
    stacked()
    library()
    unit_of_work()
    Reusing().go()
    as_attribute(Blank())
