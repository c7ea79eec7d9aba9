"""What a parameter holds is what the callers hand over."""

from depot import wiring
from depot.clients import CachedClient, Client, FileClient, HttpClient
from depot.others import Cursor, Dog


def one_step(source):
    return source.fetch(1)  #@ par_one_step | yes | untyped


def two_steps(source):
    return _second(source)


def _second(handed):
    return handed.fetch(1)  #@ par_two_steps | yes | untyped


def three_steps(a):
    return _middle(a, 3)


def _middle(b, count):
    return _last(count, b)


def _last(count, c):
    return c.fetch(count)  #@ par_three_steps | yes | untyped


def by_keyword(*, timeout=1, source=None):
    return source.fetch(timeout)  #@ par_keyword | yes | untyped


def by_star(*sources):
    return [s.fetch(1) for s in sources]  #@ par_star_args | yes | untyped


def by_star_index(label, *rest):
    return rest[0].fetch(label)  #@ par_star_index | yes | untyped


def by_double_star(**named):
    for part in named.values():
        part.fetch(1)  #@ par_double_star | yes | untyped
    return named["main"].fetch(2)  #@ par_double_star_item | yes | untyped


def spread(first, second):
    second.fetch("stick")  #@ par_spread_no | no | untyped
    return first.fetch(1)  #@ par_spread_call | yes | untyped


def default_instance(source=HttpClient("default")):
    return source.fetch(1)  #@ par_default_instance | yes | untyped


def default_none(source=None):
    if source is None:
        source = CachedClient()
    return source.fetch(1)  #@ par_default_none | yes | untyped


def annotated(source: Client, key: int = 1):
    return source.fetch(key)  #@ par_annotated | yes | typed


def annotated_string(source: "FileClient | None" = None):
    if source is not None:
        return source.fetch(1)  #@ par_annotated_string | yes | typed
    return None


def star_annotated(*sources: Client):
    for source in sources:
        source.fetch(1)  #@ par_star_annotated | yes | typed


def kwargs_annotated(**sources: Client):
    return {name: source.fetch(1) for name, source in sources.items()}  #@ par_kwargs_annotated | yes | typed


def either(thing):
    return thing.fetch(1)  #@ par_mixed | mixed | untyped


def only_dogs(thing):
    return thing.fetch("stick")  #@ par_no | no | untyped


def dogs_through(animal):
    return only_dogs(animal)


def cursor_annotated(cursor: Cursor):
    return cursor.fetch(2)  #@ par_no_annotated | no | typed


def forwarder(function, *args, **kwargs):
    return function(*args, **kwargs)


def forwarded(source):
    return source.fetch(1)  #@ par_through_forwarder | yes | untyped


class Reader:
    def read(self, source, key):
        return source.fetch(key)  #@ par_method | yes | untyped

    @classmethod
    def read_class(cls, source):
        return source.fetch(1)  #@ par_classmethod | yes | untyped

    @staticmethod
    def read_static(source):
        return source.fetch(1)  #@ par_staticmethod | yes | untyped

    def walk(self, pet):
        return pet.fetch("x")  #@ par_method_no | no | untyped


def returned_argument(source):
    return source


def passed_through():
    return returned_argument(HttpClient()).fetch(1)  #@ par_identity_return | yes | untyped


def passed_through_dog():
    return returned_argument(Dog()).fetch(1)  #@ par_identity_return_no | no | untyped


def run():
    one_step(HttpClient())
    two_steps(CachedClient())
    three_steps(HttpClient())
    by_keyword(source=HttpClient())
    by_star(HttpClient(), FileClient())
    by_star_index("x", HttpClient(), None)
    by_double_star(main=HttpClient(), spare=CachedClient())
    pair = (HttpClient(), Dog())
    spread(*pair)
    default_instance()
    default_none()
    annotated(HttpClient())
    annotated_string(FileClient())
    star_annotated(HttpClient(), CachedClient())
    kwargs_annotated(a=HttpClient())
    either(HttpClient())
    either(Dog())
    only_dogs(Dog())
    dogs_through(Dog("Fido"))
    cursor_annotated(Cursor())
    forwarder(forwarded, HttpClient())
    reader = Reader()
    reader.read(HttpClient(), 1)
    Reader.read_class(HttpClient())
    Reader.read_static(FileClient())
    reader.walk(Dog())
    passed_through()
    passed_through_dog()
    wiring.run()
