"""Reassignment: what holds at the line."""

from depot.clients import CachedClient, FileClient, HttpClient
from depot.others import Cursor, Dog


def dog_then_client():
    thing = Dog()
    thing.fetch("x")  #@ ord_dog_first_no | no | untyped
    thing = HttpClient()
    return thing.fetch(1)  #@ ord_client_second | yes | untyped


def client_then_dog():
    thing = HttpClient()
    found = thing.fetch(1)  #@ ord_client_first | yes | untyped
    thing = Dog()
    return thing.fetch(found)  #@ ord_dog_second_no | no | untyped


def branches(flag):
    if flag:
        thing = HttpClient()
        thing.fetch(1)  #@ ord_branch_if | yes | untyped
    else:
        thing = Dog()
        thing.fetch("x")  #@ ord_branch_else_no | no | untyped
    return thing.fetch(2)  #@ ord_branch_joined | mixed | untyped


def branch_overwrites(flag):
    thing = Dog()
    if flag:
        thing = HttpClient()
    else:
        thing = FileClient()
    return thing.fetch(1)  #@ ord_branch_overwrites | yes | untyped


def branch_maybe(flag):
    thing = Dog()
    if flag:
        thing = HttpClient()
    return thing.fetch(1)  #@ ord_branch_maybe | mixed | untyped


def branch_returns(flag):
    thing = HttpClient()
    if flag:
        thing = Dog()
        return thing.fetch("x")  #@ ord_branch_returns_no | no | untyped
    return thing.fetch(1)  #@ ord_branch_returns | yes | untyped


def branch_raises(flag):
    thing = HttpClient()
    if flag:
        thing = Cursor()
        raise ValueError(thing)
    return thing.fetch(1)  #@ ord_branch_raises | yes | untyped


def tried():
    thing = Dog()
    try:
        thing = HttpClient()
    except OSError:
        thing = FileClient()
    return thing.fetch(1)  #@ ord_try_overwrites | yes | untyped


def tried_else():
    try:
        number = int("1")
    except ValueError:
        thing = CachedClient()
    else:
        thing = HttpClient(str(number))
    return thing.fetch(1)  #@ ord_try_else | yes | untyped


def tried_finally():
    thing = HttpClient()
    try:
        return thing.fetch(1)  #@ ord_try_return | yes | untyped
    finally:
        thing = Dog()
        thing.fetch("x")  #@ ord_finally_no | no | untyped


def tried_maybe(text):
    thing = Dog()
    try:
        int(text)
        thing = HttpClient()
    except ValueError:
        pass
    return thing.fetch(1)  #@ ord_try_maybe | mixed | untyped


def looped():
    for thing in [Dog()]:
        thing.fetch("x")  #@ ord_loop_target_no | no | untyped
    for thing in [HttpClient()]:
        thing.fetch(1)  #@ ord_loop_target | yes | untyped


def looped_reset():
    thing = None
    for number in range(2):
        thing = HttpClient(str(number))
        thing.fetch(1)  #@ ord_loop_reset | yes | untyped
        thing = Dog()
        thing.fetch("x")  #@ ord_loop_reset_no | no | untyped


def while_swapped():
    thing = HttpClient()
    count = 0
    while count < 2:
        thing.fetch(1)  #@ ord_while_swapped | mixed | untyped
        thing = Dog()
        count += 1


def parameter(thing):
    thing = HttpClient(thing.name)
    return thing.fetch(1)  #@ ord_parameter_overwritten | yes | untyped


def parameter_after(thing):
    thing.fetch("x")  #@ ord_parameter_before_no | no | untyped
    thing = HttpClient()
    return thing.fetch(1)  #@ ord_parameter_after | yes | untyped


def derived():
    thing = Cursor()
    rows = thing.fetch(2)  #@ ord_derived_no | no | untyped
    thing = [HttpClient() for _ in rows]
    for one in thing:
        one.fetch(1)  #@ ord_derived | yes | untyped


def deleted():
    thing = Dog()
    del thing
    thing = HttpClient()
    return thing.fetch(1)  #@ ord_deleted | yes | untyped


def with_target():
    source = Dog()
    with HttpClient() as source:
        return source.fetch(1)  #@ ord_with_target | yes | untyped


def matched(kind):
    match kind:
        case "dog":
            thing = Dog()
        case "web":
            thing = HttpClient()
            thing.fetch(1)  #@ ord_match_branch | yes | untyped
        case _:
            thing = FileClient()
            return thing.fetch(1)  #@ ord_match_default | yes | untyped
    return thing.fetch(1)  #@ ord_match_joined | mixed | untyped


def self_made():
    source = HttpClient()
    source = source.clone()
    source = source.named("x")
    return source.fetch(1)  #@ ord_self_made | yes | untyped


def run():
    dog_then_client()
    client_then_dog()
    branches(True)
    branches(False)
    branch_overwrites(True)
    branch_maybe(True)
    branch_maybe(False)
    branch_returns(True)
    branch_returns(False)
    branch_raises(False)
    tried()
    tried_else()
    tried_finally()
    tried_maybe("1")
    tried_maybe("x")
    looped()
    looped_reset()
    while_swapped()
    parameter(Dog())
    parameter_after(Dog())
    derived()
    deleted()
    with_target()
    matched("dog")
    matched("web")
    matched("file")
    self_made()
