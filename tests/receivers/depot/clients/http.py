from .base import Client


class HttpClient(Client):
    def fetch(self, key):
        return {"key": key, "url": self.url}

    def peek(self, key):
        fresh = self.clone()
        return fresh.fetch(key)  #@ fam_clone_type_self | yes | untyped

    def peek_twin(self, key):
        return self.twin().fetch(key)  #@ fam_clone_class_attr | yes | untyped


class CachedClient(HttpClient):
    def __init__(self, url=""):
        super().__init__(url)
        self.seen = {}

    def fetch(self, key):
        if key not in self.seen:
            self.seen[key] = super().fetch(key)  #@ fam_super | yes | untyped
        return self.seen[key]


class RetryingClient(Client):
    def __init__(self, inner, times=2):
        super().__init__(inner.url)
        self.inner = inner
        self.times = times

    def fetch(self, key):
        for attempt in range(self.times):
            try:
                return self.inner.fetch(key)  #@ fam_wrapped | yes | untyped
            except OSError:
                if attempt == self.times - 1:
                    raise


class StampMixin:
    def stamped(self, key):
        return "stamp", self.fetch(key)  #@ fam_mixin_self | yes | untyped


class StampedClient(StampMixin, HttpClient):
    pass


class TimedMixin:
    def fetch(self, key):
        before = key
        return before, super().fetch(key)  #@ fam_mixin_super | yes | untyped


class TimedClient(TimedMixin, CachedClient):
    def both(self, key):
        first = self.fetch(key)  #@ fam_mro_self | yes | untyped
        return first, HttpClient.fetch(self, key)  #@ fam_unbound | yes | untyped
