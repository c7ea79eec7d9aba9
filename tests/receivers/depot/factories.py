"""Factories, constructors and builders."""

import copy
from functools import lru_cache, partial, wraps

from depot.clients import CachedClient, Client, FileClient, HttpClient
from depot.others import Cursor, Dog, cursors, make_dog


def make(kind="http"):
    if kind == "file":
        return FileClient()
    elif kind == "none":
        return None
    made = HttpClient(kind)
    made.name = kind
    return made


def make_outer():
    return make("outer")


def make_pair():
    return HttpClient(), Dog()


def make_maybe(flag):
    return Dog() if flag else HttpClient()


def make_typed(kind: str) -> Client:
    return {"http": HttpClient, "file": FileClient}[kind]()


def make_many():
    return [HttpClient(), FileClient()]


def make_named():
    return {"http": HttpClient(), "pet": Dog()}


@lru_cache(maxsize=None)
def shared():
    return HttpClient("shared")


@lru_cache
def shared_for(url):
    return CachedClient(url)


def logged(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@logged
def make_logged():
    return HttpClient()


def make_maker(url):
    def maker():
        return HttpClient(url)

    return maker


def made():
    return make().fetch(1)  #@ fac_call | yes | untyped


def made_outer():
    source = make_outer()
    return source.fetch(1)  #@ fac_through_two | yes | untyped


def made_pair():
    source, pet = make_pair()
    pet.fetch("x")  #@ fac_tuple_no | no | untyped
    return source.fetch(1)  #@ fac_tuple | yes | untyped


def made_pair_index():
    make_pair()[1].fetch("x")  #@ fac_tuple_index_no | no | untyped
    return make_pair()[0].fetch(1)  #@ fac_tuple_index | yes | untyped


def made_maybe(flag):
    return make_maybe(flag).fetch(1)  #@ fac_mixed | mixed | untyped


def made_typed():
    return make_typed("file").fetch(1)  #@ fac_typed | yes | typed


def made_many():
    for source in make_many():
        source.fetch(1)  #@ fac_list | yes | untyped
    return make_many()[-1].fetch(1)  #@ fac_list_index | yes | untyped


def made_named():
    make_named()["pet"].fetch("x")  #@ fac_dict_no | no | untyped
    return make_named()["http"].fetch(1)  #@ fac_dict | yes | untyped


def made_shared():
    shared().fetch(1)  #@ fac_lru_cache | yes | untyped
    return shared_for("u").fetch(1)  #@ fac_lru_cache_argument | yes | untyped


def made_logged():
    return make_logged().fetch(1)  #@ fac_decorated_wraps | yes | untyped


def made_by_maker():
    maker = make_maker("u")
    maker().fetch(1)  #@ fac_closure | yes | untyped
    return make_maker("v")().fetch(1)  #@ fac_closure_direct | yes | untyped


def made_partial():
    build = partial(HttpClient, "partial")
    return build().fetch(1)  #@ fac_partial_class | yes | untyped


def made_partial_function():
    return partial(make, "file")().fetch(1)  #@ fac_partial_function | yes | untyped


def made_lambda():
    build = lambda url="x": HttpClient(url)
    return build().fetch(1)  #@ fac_lambda | yes | untyped


def made_passed(factory):
    return factory().fetch(1)  #@ fac_passed_function | yes | untyped


def made_passed_class(cls):
    return cls("u").fetch(1)  #@ fac_passed_class | yes | untyped


def made_passed_class_no(cls):
    return cls().fetch("x")  #@ fac_passed_class_no | no | untyped


def made_class_typed(cls: type[Client]):
    return cls().fetch(1)  #@ fac_type_param | yes | typed


def made_dog():
    return make_dog().fetch("x")  #@ fac_no | no | untyped


def made_cursors():
    return [cursor.fetch(1) for cursor in cursors()]  #@ fac_list_no | no | untyped


def made_classmethod():
    HttpClient.create("u").fetch(1)  #@ fac_classmethod | yes | untyped
    FileClient.shared().fetch(1)  #@ fac_singleton | yes | untyped
    return FileClient.bare().fetch(1)  #@ fac_cls_new | yes | untyped


def built():
    return HttpClient().named("a").named("b").fetch(1)  #@ fac_builder_chain | yes | untyped


def cloned():
    source = HttpClient()
    source.clone().fetch(1)  #@ fac_type_self | yes | untyped
    return source.twin().fetch(1)  #@ fac_self_class | yes | untyped


def copied():
    source = HttpClient()
    copy.copy(source).fetch(1)  #@ fac_copy | yes | untyped
    return copy.deepcopy(source).fetch(2)  #@ fac_deepcopy | yes | untyped


def copied_no():
    return copy.copy(Cursor()).fetch(1)  #@ fac_copy_no | no | untyped


def kind_of():
    source = HttpClient()
    return type(source)("u").fetch(1)  #@ fac_type_of | yes | untyped


class Builder:
    def __init__(self):
        self._source = None
        self._pet = None

    def with_source(self, source):
        self._source = source
        return self

    def with_pet(self):
        self._pet = Dog()
        return self

    def build(self):
        return self._source

    def pet(self):
        return self._pet


def by_builder():
    builder = Builder().with_source(HttpClient()).with_pet()
    builder.pet().fetch("x")  #@ fac_builder_no | no | untyped
    return builder.build().fetch(1)  #@ fac_builder | yes | untyped


class Factory:
    def __call__(self):
        return HttpClient()


class Plant:
    product = HttpClient

    def produce(self):
        return self.product()


class FilePlant(Plant):
    product = FileClient


def called_object():
    factory = Factory()
    return factory().fetch(1)  #@ fac_dunder_call | yes | untyped


def template_method():
    Plant().produce().fetch(1)  #@ fac_class_attr_class | yes | untyped
    return FilePlant().produce().fetch(1)  #@ fac_class_attr_class_sub | yes | untyped


def recursive(depth):
    if depth:
        return recursive(depth - 1)
    return HttpClient()


def by_recursion():
    return recursive(3).fetch(1)  #@ fac_recursive | yes | untyped


def handed(make_one=HttpClient):
    return make_one().fetch(1)  #@ fac_default_class | yes | untyped


def run():
    made()
    made_outer()
    made_pair()
    made_pair_index()
    made_maybe(True)
    made_maybe(False)
    made_typed()
    made_many()
    made_named()
    made_shared()
    made_logged()
    made_by_maker()
    made_partial()
    made_partial_function()
    made_lambda()
    made_passed(make)
    made_passed_class(HttpClient)
    made_passed_class_no(Dog)
    made_class_typed(FileClient)
    made_dog()
    made_cursors()
    made_classmethod()
    built()
    cloned()
    copied()
    copied_no()
    kind_of()
    by_builder()
    called_object()
    template_method()
    by_recursion()
    handed()
