from abc import ABC, abstractmethod


class Client(ABC):
    url = ""

    def __init__(self, url=""):
        self.url = url
        self.name = ""

    @abstractmethod
    def fetch(self, key):
        raise NotImplementedError

    def fetch_many(self, keys):
        return [self.fetch(key) for key in keys]  #@ base_self | yes | untyped

    @classmethod
    def create(cls, url=""):
        return cls(url)

    @staticmethod
    def key_of(number):
        return f"k{number}"

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return None

    def named(self, name):
        self.name = name
        return self

    def clone(self):
        return type(self)(self.url)

    def twin(self):
        return self.__class__(self.url)
