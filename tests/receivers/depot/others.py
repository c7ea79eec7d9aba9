"""Classes that have a fetch of their own and nothing to do with the clients."""

from dataclasses import dataclass


class Dog:
    def __init__(self, name="Rex"):
        self.name = name

    def fetch(self, stick):
        return stick

    def play(self):
        return self.fetch("ball")  #@ no_self | no | untyped

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return None


class Puppy(Dog):
    def fetch(self, stick):
        return super().fetch(stick), "late"  #@ no_super | no | untyped


class Cursor:
    def __init__(self, rows=(1, 2)):
        self.rows = list(rows)

    def fetch(self, count):
        return self.rows[:count]

    def everything(self):
        found = []
        found += self.fetch(len(self.rows))  #@ no_self_cursor | no | untyped
        return found


class Cpu:
    @staticmethod
    def fetch(address):
        return address

    @classmethod
    def step(cls):
        return cls.fetch(0)  #@ no_static_cls | no | untyped


class Repository:
    @classmethod
    def fetch(cls, remote):
        return remote


@dataclass
class Callbacks:
    fetch: object
    store: object = None


def fetch(url):
    return url


def make_dog():
    return Dog()


def cursors():
    return [Cursor(), Cursor((3,))]
