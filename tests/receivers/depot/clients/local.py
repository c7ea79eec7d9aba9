from depot.clients.base import Client

__all__ = ["FileClient", "open_files"]


class FileClient(Client):
    _only = None

    def __new__(cls, url=""):
        made = super().__new__(cls)
        made.fresh = True
        return made

    @classmethod
    def shared(cls):
        if cls._only is None:
            cls._only = cls("file://")
        return cls._only

    @classmethod
    def bare(cls):
        self = cls.__new__(cls)
        self.url = "bare"
        return self

    @classmethod
    def rebuilt(cls):
        other = object.__new__(cls)
        other.url = "rebuilt"
        return other.fetch(1)  #@ fam_object_new | yes | untyped

    @classmethod
    def probe(cls):
        return cls("probe").fetch(1)  #@ fam_cls_call | yes | untyped

    def fetch(self, key):
        return [key]


def open_files():
    return FileClient("file:///tmp")


def _hidden():
    return None
