"""Unpacking and what expressions yield: conditional, or, walrus, starred."""

from depot.clients import CachedClient, FileClient, HttpClient
from depot.others import Cursor, Dog


def starred():
    first, *rest = [HttpClient(), FileClient(), CachedClient()]
    for source in rest:
        source.fetch(1)  #@ unp_starred_rest | yes | untyped
    return first.fetch(1)  #@ unp_starred_first | yes | untyped


def starred_middle():
    pet, *sources, cursor = Dog(), HttpClient(), FileClient(), Cursor()
    pet.fetch("x")  #@ unp_starred_middle_no | no | untyped
    cursor.fetch(1)  #@ unp_starred_last_no | no | untyped
    return sources[0].fetch(1)  #@ unp_starred_middle | yes | untyped


def nested():
    (source, pet), key = (HttpClient(), Dog()), 1
    pet.fetch("x")  #@ unp_nested_no | no | untyped
    return source.fetch(key)  #@ unp_nested | yes | untyped


def swapped():
    left, right = Dog(), HttpClient()
    left, right = right, left
    right.fetch("x")  #@ unp_swapped_no | no | untyped
    return left.fetch(1)  #@ unp_swapped | yes | untyped


def listed():
    [source, _] = [HttpClient(), None]
    return source.fetch(1)  #@ unp_list_target | yes | untyped


def built_literal():
    sources = [*[HttpClient()], FileClient()]
    return sources[0].fetch(1)  #@ unp_literal_star | yes | untyped


def conditional(flag):
    source = HttpClient() if flag else FileClient()
    return source.fetch(1)  #@ exp_conditional | yes | untyped


def conditional_inline(flag):
    return (CachedClient() if flag else HttpClient()).fetch(1)  #@ exp_conditional_inline | yes | untyped


def conditional_none(flag):
    source = HttpClient() if flag else None
    return source.fetch(1) if source is not None else None  #@ exp_conditional_none | yes | untyped


def conditional_mixed(flag):
    thing = HttpClient() if flag else Cursor()
    return thing.fetch(1)  #@ exp_conditional_mixed | mixed | untyped


def conditional_no(flag):
    thing = Dog() if flag else Cursor()
    return thing.fetch(1)  #@ exp_conditional_no | no | untyped


def or_default(source=None):
    source = source or HttpClient()
    return source.fetch(1)  #@ exp_or_default | yes | untyped


def or_inline(source=None):
    return (source or FileClient()).fetch(1)  #@ exp_or_inline | yes | untyped


def and_guard(source=None):
    return source and source.fetch(1)  #@ exp_and_guard | yes | untyped


def and_value(flag):
    thing = flag and HttpClient()
    if thing:
        return thing.fetch(1)  #@ exp_and_value | yes | untyped
    return None


def walrus(flag):
    if (source := HttpClient()) and flag:
        return source.fetch(1)  #@ exp_walrus | yes | untyped
    return None


def walrus_while():
    waiting = [HttpClient()]
    while waiting and (source := waiting.pop()):
        source.fetch(1)  #@ exp_walrus_while | yes | untyped


def walrus_inline():
    return (source := FileClient()).fetch(source.url)  #@ exp_walrus_inline | yes | untyped


def walrus_no():
    if pet := Dog():
        return pet.fetch("x")  #@ exp_walrus_no | no | untyped
    return None


def parenthesised():
    return ((HttpClient())).fetch(1)  #@ exp_parentheses | yes | untyped


def in_f_string():
    source = HttpClient()
    return f"{source.fetch(1)}"  #@ exp_f_string | yes | untyped


def as_argument():
    source = HttpClient()
    return dict(a=source.fetch(1), b=Dog())  #@ exp_argument | yes | untyped


def in_condition():
    source = HttpClient()
    while not source.fetch(1):  #@ exp_while_condition | yes | untyped
        pass
    return source.fetch(1)["key"]  #@ exp_subscripted | yes | untyped


def in_assert():
    source = FileClient()
    assert source.fetch(1), "empty"  #@ exp_assert | yes | untyped
    return [*source.fetch(2)]  #@ exp_starred | yes | untyped


def annotated_local():
    source: HttpClient
    source = FileClient.create() or HttpClient()
    return source.fetch(1)  #@ exp_annotated_local | yes | typed


def run():
    starred()
    starred_middle()
    nested()
    swapped()
    listed()
    built_literal()
    conditional(True)
    conditional_inline(True)
    conditional_none(True)
    conditional_mixed(True)
    conditional_mixed(False)
    conditional_no(True)
    or_default()
    or_inline(HttpClient())
    and_guard(HttpClient())
    and_value(True)
    walrus(True)
    walrus_while()
    walrus_inline()
    walrus_no()
    parenthesised()
    in_f_string()
    as_argument()
    in_condition()
    in_assert()
    annotated_local()
