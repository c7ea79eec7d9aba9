"""Mixins whose subclasses supply the method or the object."""

from depot.clients import Client, FileClient, HttpClient
from depot.others import Cursor, Dog


class RefreshMixin:
    def refresh(self, key):
        return self.fetch(key)  #@ mix_method | yes | untyped


class DeepMixin(RefreshMixin):
    def refresh_twice(self, key):
        return self.refresh(key), self.fetch(key)  #@ mix_method_deep | yes | untyped


class Fresh(DeepMixin, HttpClient):
    pass


class FreshFile(RefreshMixin, FileClient):
    def refresh(self, key):
        return super().refresh(key), super().fetch(key)  #@ mix_super_second | yes | untyped


class PlayMixin:
    def again(self):
        return self.fetch("again")  #@ mix_method_no | no | untyped


class Playmate(PlayMixin, Dog):
    pass


class SharedMixin:
    def both(self, key):
        return self.fetch(key)  #@ mix_mixed | mixed | untyped


class SharedClient(SharedMixin, HttpClient):
    pass


class SharedCursor(SharedMixin, Cursor):
    pass


class SourceMixin:
    """Wants a ``source`` that the class it is mixed into sets."""

    def pull(self):
        return self.source.fetch(1)  #@ mix_attribute | yes | untyped


class View(SourceMixin):
    def __init__(self):
        self.source = HttpClient()


class LateView(SourceMixin):
    @property
    def source(self):
        return FileClient()


class PetMixin:
    def whistle(self):
        return self.pet.fetch("x")  #@ mix_attribute_no | no | untyped


class Owner(PetMixin):
    pet = Dog()


class TypedMixin:
    source: Client

    def pull_typed(self):
        return self.source.fetch(1)  #@ mix_attribute_typed | yes | typed


class TypedView(TypedMixin):
    def __init__(self, source):
        self.source = source


class Hooks:
    """A base class that calls what subclasses return."""

    def make(self):
        raise NotImplementedError

    def make_pet(self):
        raise NotImplementedError

    def go(self):
        self.make_pet().fetch("x")  #@ mix_hook_no | no | untyped
        return self.make().fetch(1)  #@ mix_hook | yes | untyped


class WebHooks(Hooks):
    def make(self):
        return HttpClient()

    def make_pet(self):
        return Dog()


class ProxyClient(Client):
    """Overrides and delegates, by an attribute."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def fetch(self, key):
        return self.inner.fetch(key)  #@ mix_delegate | yes | untyped


class Delegate:
    """Not of the family, but has the method and delegates to it."""

    def __init__(self, inner):
        self.inner = inner

    def fetch_one(self, key):
        return self.inner.fetch(key)  #@ mix_delegate_other | yes | untyped


def run():
    Fresh().refresh_twice(1)
    FreshFile().refresh(1)
    Playmate().again()
    SharedClient().both(1)
    SharedCursor().both(1)
    View().pull()
    LateView().pull()
    Owner().whistle()
    TypedView(HttpClient()).pull_typed()
    WebHooks().go()
    ProxyClient(HttpClient()).fetch(1)  #@ mix_delegate_call | yes | untyped
    Delegate(ProxyClient(FileClient())).fetch_one(1)
