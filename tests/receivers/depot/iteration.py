"""Loops and the functions that feed them."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import attrgetter

from depot.clients import CachedClient, Client, FileClient, HttpClient
from depot.others import Cursor, Dog

SOURCES = [HttpClient(), FileClient()]


def enumerated():
    for number, source in enumerate(SOURCES):
        source.fetch(number)  #@ itr_enumerate | yes | untyped


def zipped():
    for source, pet in zip(SOURCES, [Dog(), Dog()]):
        pet.fetch("x")  #@ itr_zip_no | no | untyped
        source.fetch(1)  #@ itr_zip | yes | untyped


def nested_targets():
    for number, (source, key) in enumerate(zip(SOURCES, "ab")):
        source.fetch((number, key))  #@ itr_nested_targets | yes | untyped


def reversed_and_sorted():
    for source in reversed(SOURCES):
        source.fetch(1)  #@ itr_reversed | yes | untyped
    for source in sorted(SOURCES, key=attrgetter("url")):
        source.fetch(1)  #@ itr_sorted | yes | untyped


def filtered():
    for source in filter(None, SOURCES):
        source.fetch(1)  #@ itr_filter | yes | untyped
    for source in filter(lambda s: s.url, [HttpClient("u")]):
        source.fetch(1)  #@ itr_filter_lambda | yes | untyped


def mapped():
    for source in map(HttpClient, ["a", "b"]):
        source.fetch(1)  #@ itr_map_class | yes | untyped
    for cursor in map(Cursor, [(1, 2)]):
        cursor.fetch(1)  #@ itr_map_class_no | no | untyped
    return list(map(lambda s: s.fetch(1), SOURCES))  #@ itr_map_lambda | yes | untyped


def nexts():
    next(iter(SOURCES)).fetch(1)  #@ itr_next_iter | yes | untyped
    first = next((s for s in SOURCES if s.url == ""), None)
    return first.fetch(1)  #@ itr_next_generator | yes | untyped


def extremes():
    max(SOURCES, key=lambda s: len(s.url)).fetch(1)  #@ itr_max | yes | untyped
    return min(HttpClient("a"), FileClient("b"), key=attrgetter("url")).fetch(1)  #@ itr_min_args | yes | untyped


def chained():
    for source in itertools.chain(SOURCES, [CachedClient()]):
        source.fetch(1)  #@ itr_chain | yes | untyped
    for source in itertools.islice(itertools.cycle(SOURCES), 3):
        source.fetch(1)  #@ itr_cycle | yes | untyped


def converted():
    for source in tuple(SOURCES):
        source.fetch(1)  #@ itr_tuple_of | yes | untyped
    return list(SOURCES)[0].fetch(1)  #@ itr_list_of | yes | untyped


def comprehension():
    made = [HttpClient(u) for u in "ab"]
    return [s.fetch(1) for s in made if s.url]  #@ itr_comprehension | yes | untyped


def condition():
    return [s for s in SOURCES if s.fetch(1)]  #@ itr_comprehension_if | yes | untyped


def generator_expression():
    return sum(len(s.fetch("k")) for s in SOURCES)  #@ itr_genexp | yes | untyped


def comprehension_walrus():
    return [found for s in SOURCES if (found := s.fetch(1))]  #@ itr_walrus_comprehension | yes | untyped


def reduced():
    best = reduce(lambda a, b: a if a.url > b.url else b, SOURCES)
    return best.fetch(1)  #@ itr_reduce | yes | untyped


def makes():
    yield HttpClient()
    yield FileClient()


def makes_more():
    yield from makes()
    yield CachedClient()


def makes_dogs():
    for _ in range(2):
        yield Dog()


def pairs():
    for source in makes():
        yield source, Dog()


def generated():
    for source in makes_more():
        source.fetch(1)  #@ itr_yield_from | yes | untyped
    for pet in makes_dogs():
        pet.fetch("x")  #@ itr_generator_no | no | untyped
    for source, pet in pairs():
        pet.fetch("x")  #@ itr_generator_pair_no | no | untyped
        source.fetch(1)  #@ itr_generator_pair | yes | untyped


def looped_while():
    waiting = [HttpClient(), FileClient()]
    while waiting:
        source = waiting.pop()
        source.fetch(1)  #@ itr_while_pop | yes | untyped


def by_index():
    for number in range(len(SOURCES)):
        SOURCES[number].fetch(number)  #@ itr_by_index | yes | untyped


def loop_else(sources: list[Client]):
    for source in sources:
        if source.url == "wanted":
            break
    else:
        source = HttpClient()
    return source.fetch(1)  #@ itr_for_else | yes | typed


def loop_carried():
    thing = Dog()
    for _ in range(2):
        thing.fetch(1)  #@ itr_loop_carried | mixed | untyped
        thing = HttpClient()
    return thing


def list_of_calls():
    with ThreadPoolExecutor() as pool:
        return list(pool.map(SOURCES[0].fetch, [1, 2]))  #@ itr_pool_map_ref | yes | untyped ref


class Tree:
    def __init__(self, source, children=()):
        self.source = source
        self.children = list(children)

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def pull(self):
        for node in self.walk():
            node.source.fetch(1)  #@ itr_tree | yes | untyped


def run():
    enumerated()
    zipped()
    nested_targets()
    reversed_and_sorted()
    filtered()
    mapped()
    nexts()
    extremes()
    chained()
    converted()
    comprehension()
    condition()
    generator_expression()
    comprehension_walrus()
    reduced()
    generated()
    looped_while()
    by_index()
    loop_else([HttpClient()])
    loop_carried()
    list_of_calls()
    Tree(HttpClient(), [Tree(FileClient())]).pull()
