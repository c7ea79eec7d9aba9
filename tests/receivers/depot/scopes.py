"""Closures, nested functions, globals and nonlocals."""

from depot.clients import CachedClient, Client, FileClient, HttpClient
from depot.others import Dog, make_dog

_source = None
_pet = None
_typed: "Client | None" = None
_swapped = Dog()
SOURCE = HttpClient("global")
DOG = make_dog()

if __debug__:
    CHOSEN = HttpClient()
else:
    CHOSEN = FileClient()


def get_source():
    global _source
    if _source is None:
        _source = HttpClient()
    return _source


def set_pet():
    global _pet
    _pet = Dog()


def init_typed():
    global _typed
    _typed = FileClient()


def rebind():
    global _swapped
    _swapped = HttpClient()


def use_lazy():
    get_source().fetch(1)  #@ sco_lazy_function | yes | untyped
    return _source.fetch(1)  #@ sco_lazy_global | yes | untyped


def use_pet():
    set_pet()
    return _pet.fetch("x")  #@ sco_lazy_global_no | no | untyped


def use_typed():
    init_typed()
    assert _typed is not None
    return _typed.fetch(1)  #@ sco_typed_global | yes | typed


def use_swapped():
    return _swapped.fetch(1)  #@ sco_global_rebound | mixed | untyped


def use_globals():
    DOG.fetch("x")  #@ sco_global_no | no | untyped
    CHOSEN.fetch(1)  #@ sco_global_branch | yes | untyped
    return SOURCE.fetch(1)  #@ sco_global | yes | untyped


def shadowing():
    SOURCE = Dog()
    return SOURCE.fetch("x")  #@ sco_shadow_no | no | untyped


def closure():
    source = HttpClient()
    pet = Dog()

    def inner(key):
        pet.fetch("x")  #@ sco_closure_no | no | untyped
        return source.fetch(key)  #@ sco_closure | yes | untyped

    return inner(1)


def closure_parameter(source):
    def inner():
        return source.fetch(1)  #@ sco_closure_parameter | yes | untyped

    return inner()


def inner_parameter():
    def inner(source):
        return source.fetch(1)  #@ sco_inner_parameter | yes | untyped

    return inner(HttpClient())


def inner_deep():
    source = FileClient()

    def outer():
        def inner():
            return source.fetch(1)  #@ sco_closure_deep | yes | untyped

        return inner()

    return outer()


def rebound():
    source = None

    def connect():
        nonlocal source
        source = CachedClient()

    connect()
    return source.fetch(1)  #@ sco_nonlocal | yes | untyped


def rebound_later():
    thing = Dog()

    def use():
        return thing.fetch(1)  #@ sco_closure_later | yes | untyped

    thing = HttpClient()
    return use()


def recursive(source, depth):
    if not depth:
        return source.fetch(depth)  #@ sco_recursion | yes | untyped
    return recursive(source, depth - 1)


def ping(source, depth):
    source.fetch(depth)  #@ sco_mutual_first | yes | untyped
    return pong(source, depth - 1)


def pong(other, depth):
    if depth > 0:
        return ping(other, depth)
    return other.fetch(depth)  #@ sco_mutual_second | yes | untyped


def local_class():
    class Local:
        def __init__(self, source):
            self.source = source

        def go(self):
            return self.source.fetch(1)  #@ sco_local_class | yes | untyped

    return Local(HttpClient()).go()


def local_subclass():
    class Fake(HttpClient):
        def fetch(self, key):
            return "fake"

    return Fake().fetch(1)  #@ sco_local_subclass | yes | untyped


def function_attribute():
    return function_attribute.source.fetch(1)  #@ sco_function_attribute | yes | untyped


function_attribute.source = HttpClient("attribute")


def mutable_default(cache={}):
    if "a" not in cache:
        cache["a"] = HttpClient()
    return cache["a"].fetch(1)  #@ sco_mutable_default | yes | untyped


class Meta(type):
    def make(cls):
        return cls()


class Single:
    instance = None

    def __new__(cls):
        if cls.instance is None:
            cls.instance = super().__new__(cls)
            cls.instance.source = HttpClient()
        return cls.instance

    def go(self):
        return self.source.fetch(1)  #@ sco_singleton_new | yes | untyped


def run():
    use_lazy()
    use_pet()
    use_typed()
    use_swapped()
    rebind()
    use_swapped()
    use_globals()
    shadowing()
    closure()
    closure_parameter(HttpClient())
    inner_parameter()
    inner_deep()
    rebound()
    rebound_later()
    recursive(HttpClient(), 2)
    ping(HttpClient(), 3)
    local_class()
    local_subclass()
    function_attribute()
    mutable_default()
    Single().go()
