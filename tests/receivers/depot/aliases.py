"""Methods under another name, held, bound and passed on."""

import operator
from functools import partial, partialmethod

from depot import clients
from depot.clients import CachedClient, FileClient, HttpClient
from depot.others import Cursor, Dog

Web = HttpClient
Main = Web
load = HttpClient.fetch  #@ ali_unbound_module | yes | untyped ref
main = HttpClient("main")
pull = main.fetch  #@ ali_bound_module | yes | untyped ref
throw = Dog().fetch  #@ ali_bound_module_no | no | untyped


class Runner:
    def __init__(self, source):
        self.run = source.fetch  #@ ali_self_attr | yes | untyped ref
        self.callback = None

    def go(self):
        return self.run(1)  #@ ali_self_attr_call | yes | untyped via=ali_self_attr

    def on_done(self, callback):
        self.callback = callback

    def finish(self):
        return self.callback(1)  #@ ali_callback_call | yes | untyped via=ali_callback


class PetRunner:
    def __init__(self, pet):
        self.run = pet.fetch  #@ ali_self_attr_no | no | untyped

    def go(self):
        return self.run("x")


class Wide(HttpClient):
    read = HttpClient.fetch  #@ ali_class_body | yes | untyped ref
    first = partialmethod(HttpClient.fetch, "first")  #@ ali_partialmethod | yes | untyped ref

    def go(self):
        return self.read(1)  #@ ali_class_body_call | yes | untyped via=ali_class_body


def classes_renamed():
    Web().fetch(1)  #@ ali_class | yes | untyped
    Main("u").fetch(1)  #@ ali_class_twice | yes | untyped
    Local = FileClient
    return Local().fetch(1)  #@ ali_class_local | yes | untyped


def module_renamed():
    c = clients
    return c.HttpClient().fetch(1)  #@ ali_module_local | yes | untyped


def unbound():
    load(HttpClient(), 1)  #@ ali_unbound_module_call | yes | untyped via=ali_unbound_module
    return pull(1)  #@ ali_bound_module_call | yes | untyped via=ali_bound_module


def bound_local():
    source = CachedClient()
    get = source.fetch  #@ ali_bound_local | yes | untyped ref
    return get(1)  #@ ali_bound_local_call | yes | untyped via=ali_bound_local


def bound_local_no():
    get = Cursor().fetch  #@ ali_bound_local_no | no | untyped
    return get(1), throw("x")


def bound_inline():
    return (HttpClient().fetch)(1)  #@ ali_parenthesised_call | yes | untyped


def partial_called():
    return partial(HttpClient().fetch, 1)()  #@ ali_partial_called | yes | untyped ref


def partial_held():
    later = partial(HttpClient.fetch, HttpClient())  #@ ali_partial_unbound | yes | untyped ref
    return later(1)  #@ ali_partial_unbound_call | yes | untyped via=ali_partial_unbound


def partial_no():
    return partial(Dog().fetch, "x")()  #@ ali_partial_no | no | untyped


def dispatch(name):
    source = HttpClient()
    table = {
        "web": source.fetch,  #@ ali_table | yes | untyped ref
        "file": FileClient().fetch,  #@ ali_table_second | yes | untyped ref
    }
    return table[name](1)  #@ ali_table_call | yes | untyped via=ali_table


def passed(function, key):
    return function(key)  #@ ali_passed_call | yes | untyped via=ali_passed


def passed_on():
    return passed(HttpClient().fetch, 1)  #@ ali_passed | yes | untyped ref


def mapped():
    return list(map(HttpClient().fetch, [1, 2]))  #@ ali_map | yes | untyped ref


def mapped_unbound():
    return list(map(HttpClient.fetch, [HttpClient()], [1]))  #@ ali_map_unbound | yes | untyped ref


def mapped_no():
    return list(map(Cursor().fetch, [1, 2]))  #@ ali_map_no | no | untyped


def keyed():
    return sorted([2, 1], key=HttpClient().fetch_many and Cursor().fetch)  #@ ali_sort_key_no | no | untyped


def lambda_held():
    source = HttpClient()
    get = lambda key: source.fetch(key)  #@ ali_lambda | yes | untyped
    return get(1)


def returned():
    return HttpClient().fetch  #@ ali_returned | yes | untyped ref


def returned_called():
    return returned()(1)  #@ ali_returned_call | yes | untyped via=ali_returned


def attrgot():
    operator.methodcaller("fetch", 1)(HttpClient())  #@ ali_methodcaller | yes | untyped string
    return operator.attrgetter("fetch")(HttpClient())(1)  #@ ali_attrgetter | yes | untyped string


def got(name="fetch"):
    getattr(HttpClient(), "fetch")(1)  #@ ali_getattr | yes | untyped string
    getattr(Dog(), "fetch")("x")  #@ ali_getattr_no | no | untyped
    return getattr(HttpClient(), "fetch", None)  #@ ali_getattr_default | yes | untyped string


def unbound_called():
    return HttpClient.fetch(HttpClient(), 1)  #@ ali_unbound_called | yes | untyped


def unbound_called_no():
    return Dog.fetch(Dog(), "x")  #@ ali_unbound_called_no | no | untyped


def compared():
    return HttpClient.fetch is CachedClient.fetch  #@ ali_compared | yes | untyped ref


def dunder():
    return HttpClient().fetch.__name__  #@ ali_dunder_name | yes | untyped ref harmless


def run():
    Runner(HttpClient()).go()
    runner = Runner(FileClient())
    runner.on_done(HttpClient().fetch)  #@ ali_callback | yes | untyped ref
    runner.finish()
    PetRunner(Dog()).go()
    Wide().go()
    Wide().first()
    classes_renamed()
    module_renamed()
    unbound()
    bound_local()
    bound_local_no()
    bound_inline()
    partial_called()
    partial_held()
    partial_no()
    dispatch("web")
    passed_on()
    mapped()
    mapped_unbound()
    mapped_no()
    keyed()
    lambda_held()
    returned_called()
    attrgot()
    got()
    unbound_called()
    unbound_called_no()
    compared()
    dunder()
