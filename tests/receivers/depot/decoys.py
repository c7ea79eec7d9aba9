"""The same word, and nothing to do with the clients."""

import imaplib
import sqlite3
from types import SimpleNamespace
from typing import TYPE_CHECKING

from depot import others
from depot.clients import HttpClient
from depot.others import Callbacks, Cpu, Cursor, Dog, Puppy, Repository, fetch

if TYPE_CHECKING:
    import asyncpg
    import git


def module_function():
    fetch("url")
    return others.fetch("url")  #@ dec_module_function | no | untyped


def static():
    Repository.fetch("origin")  #@ dec_classmethod | no | untyped
    return Cpu.fetch(1)  #@ dec_static | no | untyped


def dict_of_functions():
    table = {"fetch": fetch, "store": print}
    return table["fetch"]("url")


def field_of_functions():
    callbacks = Callbacks(fetch=fetch)
    return callbacks.fetch("url")  #@ dec_dataclass_field | no | untyped


def namespace():
    tools = SimpleNamespace(fetch=lambda key: key)
    return tools.fetch(1)  #@ dec_namespace | no | untyped


def local_name():
    fetch = Dog("local")
    return fetch.name, fetch.fetch("x")  #@ dec_local_name | no | untyped


def parameter_name(fetch=None):
    fetch = fetch or (lambda key: key)
    return fetch(1)


def keyword():
    return dict(fetch=1)["fetch"]


class Flags:
    fetch = False

    def on(self):
        self.fetch = True  #@ dec_flag_set | no | untyped
        return self.fetch  #@ dec_flag_read | no | untyped


class Own:
    def fetch(self):
        return HttpClient()

    def go(self):
        return self.fetch().url  #@ dec_own_method | no | untyped


class Nested:
    """Its fetch returns a client: the outer call is of the family, the inner one is not."""

    def __init__(self):
        self.own = Own()

    def inner(self):
        return self.own.fetch()  #@ dec_inner | no | untyped

    def outer(self):
        source = self.inner()
        return source.fetch(1)  #@ dec_outer | yes | untyped


def foreign(host, user):
    box = imaplib.IMAP4(host)
    box.login(user, user)
    box.fetch("1", "(RFC822)")  #@ dec_stdlib | no | untyped later
    with imaplib.IMAP4_SSL(host) as safe:
        return safe.fetch("1", "(RFC822)")  #@ dec_stdlib_with | no | untyped later


def foreign_typed(box: imaplib.IMAP4):
    return box.fetch("1", "(RFC822)")  #@ dec_stdlib_typed | no | typed later


async def postgres(connection: "asyncpg.Connection"):
    return await connection.fetch("select 1")  #@ dec_third_party_async | no | typed later


def repository(repo: "git.Repo"):
    repo.remotes.origin.fetch()  #@ dec_third_party_attr | no | typed later
    return repo.remote("origin").fetch()  #@ dec_third_party_call | no | typed later


def rows():
    connection = sqlite3.connect(":memory:")
    cursor = connection.execute("select 1")
    row = cursor.fetchone()
    connection.close()
    return row


class Mailbox(imaplib.IMAP4):
    def newest(self):
        return self.fetch("*", "(FLAGS)")  #@ dec_stdlib_subclass | no | untyped later


def subclass():
    pets = [Dog(), Puppy()]
    return [pet.fetch("x") for pet in pets]  #@ dec_list | no | untyped


def union_of_others(flag):
    thing = Dog() if flag else Cursor()
    if flag:
        thing.name = "x"
    return thing.fetch(1)  #@ dec_two_others | no | untyped


def shadowed_class():
    class HttpClient:
        def fetch(self, key):
            return key

    return HttpClient().fetch(1)  #@ dec_shadowed_class | no | untyped


def same_attribute():
    first = Keeper(Dog())
    return first.pet.fetch("x")  #@ dec_attribute | no | untyped


class Keeper:
    def __init__(self, pet):
        self.pet = pet
        self.source = HttpClient()


def run():
    module_function()
    static()
    dict_of_functions()
    field_of_functions()
    namespace()
    local_name()
    parameter_name()
    keyword()
    Flags().on()
    Own().go()
    Nested().outer()
    rows()
    subclass()
    union_of_others(True)
    union_of_others(False)
    shadowed_class()
    same_attribute()
