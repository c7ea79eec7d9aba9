"""What a test tells: isinstance, match, None, callable."""

from typing import Optional, Union, cast

from depot.clients import CachedClient, Client, FileClient, HttpClient
from depot.others import Cursor, Dog


def is_instance(thing):
    if isinstance(thing, Client):
        return thing.fetch(1)  #@ nar_isinstance | yes | untyped
    return thing.fetch("x")  #@ nar_isinstance_else_no | no | untyped


def is_instance_tuple(thing):
    if isinstance(thing, (HttpClient, FileClient)):
        return thing.fetch(1)  #@ nar_isinstance_tuple | yes | untyped
    if isinstance(thing, Dog):
        return thing.fetch("x")  #@ nar_isinstance_no | no | untyped
    return None


def is_not_instance(thing):
    if not isinstance(thing, Client):
        return None
    return thing.fetch(1)  #@ nar_not_isinstance_return | yes | untyped


def not_a_dog(thing: Union[HttpClient, Dog]):
    if isinstance(thing, Dog):
        return thing.fetch("x")  #@ nar_union_dog_no | no | typed
    return thing.fetch(1)  #@ nar_union_rest | yes | typed


def only_dogs(thing: Client | Dog):
    if isinstance(thing, Client):
        raise TypeError
    return thing.fetch("x")  #@ nar_union_raise_no | no | typed


def asserted(thing):
    assert isinstance(thing, HttpClient)
    return thing.fetch(1)  #@ nar_assert | yes | untyped


def asserted_no(thing):
    assert isinstance(thing, Dog)
    return thing.fetch("x")  #@ nar_assert_no | no | untyped


def in_and(thing):
    return isinstance(thing, Client) and thing.fetch(1)  #@ nar_and | yes | untyped


def in_conditional(thing):
    return thing.fetch(1) if isinstance(thing, Client) else None  #@ nar_conditional | yes | untyped


def in_comprehension(things):
    return [t.fetch(1) for t in things if isinstance(t, Client)]  #@ nar_comprehension | yes | untyped


def in_loop(things):
    for thing in things:
        if not isinstance(thing, Client):
            thing.fetch("x")  #@ nar_continue_no | no | untyped
            continue
        thing.fetch(1)  #@ nar_continue | yes | untyped


def matched(thing):
    match thing:
        case Dog():
            return thing.fetch("x")  #@ nar_match_no | no | untyped
        case HttpClient() | FileClient():
            return thing.fetch(1)  #@ nar_match_subject | yes | untyped
    return None


def matched_as(thing):
    match thing:
        case Dog(name="Rex") as rex:
            return rex.fetch("x")  #@ nar_match_as_no | no | untyped
        case Client() as source:
            return source.fetch(1)  #@ nar_match_as | yes | untyped
        case [Client() as head, *_]:
            return head.fetch(1)  #@ nar_match_sequence | yes | untyped
        case {"source": Client() as inner}:
            return inner.fetch(1)  #@ nar_match_mapping | yes | untyped
    return None


def optional(source: Optional[Client]):
    if source is None:
        return None
    return source.fetch(1)  #@ nar_optional | yes | typed


def optional_attribute(holder):
    if holder.source is not None:
        return holder.source.fetch(1)  #@ nar_attribute_none | yes | untyped
    return None


def type_is(thing):
    if type(thing) is HttpClient:
        return thing.fetch(1)  #@ nar_type_is | yes | untyped
    return None


def casted(thing: object):
    return cast(Client, thing).fetch(1)  #@ nar_cast | yes | typed


def casted_string(thing):
    source = cast("HttpClient", thing)
    return source.fetch(1)  #@ nar_cast_string | yes | typed


def by_subclass(cls):
    if issubclass(cls, Client):
        return cls().fetch(1)  #@ nar_issubclass | yes | untyped
    return None


def reassigned(thing):
    if not isinstance(thing, Client):
        thing = HttpClient(thing)
    return thing.fetch(1)  #@ nar_reassigned | yes | untyped


def early(thing=None):
    if thing is None:
        thing = CachedClient()
    elif isinstance(thing, str):
        thing = HttpClient(thing)
    else:
        thing = FileClient()
    return thing.fetch(1)  #@ nar_elif | yes | untyped


def cursor_or_none(cursor: Cursor | None):
    return cursor.fetch(1) if cursor else None  #@ nar_optional_no | no | typed


class Owner:
    def __init__(self, source=None):
        self.source = source

    def go(self):
        if isinstance(self.source, Client):
            return self.source.fetch(1)  #@ nar_attribute | yes | untyped
        return None


def run():
    is_instance(HttpClient())
    is_instance(Dog())
    is_instance_tuple(FileClient())
    is_instance_tuple(Dog())
    is_not_instance(HttpClient())
    is_not_instance(Dog())
    not_a_dog(HttpClient())
    not_a_dog(Dog())
    only_dogs(Dog())
    asserted(HttpClient())
    asserted_no(Dog())
    in_and(HttpClient())
    in_and(Dog())
    in_conditional(HttpClient())
    in_comprehension([HttpClient(), Dog()])
    in_loop([HttpClient(), Dog()])
    matched(HttpClient())
    matched(Dog())
    for thing in (Dog(), HttpClient(), [FileClient()], {"source": HttpClient()}):
        matched_as(thing)
    optional(HttpClient())
    optional_attribute(Owner(HttpClient()))
    type_is(HttpClient())
    type_is(Dog())
    casted(HttpClient())
    casted_string(HttpClient())
    by_subclass(HttpClient)
    reassigned("url")
    early()
    cursor_or_none(Cursor())
    Owner(HttpClient()).go()
