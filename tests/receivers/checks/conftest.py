import pytest

from depot.clients import Client, FileClient, HttpClient
from depot.others import Dog


class FakeClient(Client):
    def fetch(self, key):
        return "fake"


@pytest.fixture
def source():
    return FakeClient()


@pytest.fixture
def yielded():
    made = HttpClient()
    yield made
    made.url = ""


@pytest.fixture(name="renamed")
def make_renamed():
    return FileClient()


@pytest.fixture
def pet():
    return Dog()


@pytest.fixture
def make_source():
    def make(url=""):
        return HttpClient(url)

    return make


@pytest.fixture(params=[HttpClient, FileClient])
def each(request):
    return request.param("each")


@pytest.fixture
def wrapped(source):
    return {"source": source}
