import pytest

from depot.clients import CachedClient, FileClient, HttpClient
from depot.others import Cursor, Dog


def test_source(source):
    assert source.fetch(1) == "fake"  #@ pyt_fixture | yes | untyped later


def test_yielded(yielded):
    assert yielded.fetch(1)  #@ pyt_fixture_yield | yes | untyped later


def test_renamed(renamed):
    assert renamed.fetch(1)  #@ pyt_fixture_renamed | yes | untyped later


def test_pet(pet):
    assert pet.fetch("x")  #@ pyt_fixture_no | no | untyped later


def test_made(make_source):
    assert make_source("u").fetch(1)  #@ pyt_fixture_factory | yes | untyped later


def test_each(each):
    assert each.fetch(1)  #@ pyt_fixture_params | yes | untyped later


def test_wrapped(wrapped):
    assert wrapped["source"].fetch(1)  #@ pyt_fixture_of_fixture | yes | untyped later


@pytest.mark.parametrize("client", [HttpClient(), CachedClient()])
def test_parametrized(client):
    assert client.fetch(1)  #@ pyt_parametrize | yes | untyped later


@pytest.mark.parametrize(("cls", "pet"), [(HttpClient, Dog()), (FileClient, Dog())])
def test_parametrized_pair(cls, pet):
    assert pet.fetch("x")  #@ pyt_parametrize_no | no | untyped later
    assert cls("u").fetch(1)  #@ pyt_parametrize_class | yes | untyped later


@pytest.fixture
def pet_here():
    return Cursor()


def test_here(pet_here):
    assert pet_here.fetch(1)  #@ pyt_fixture_here_no | no | untyped later


def test_monkeypatch(monkeypatch):
    monkeypatch.setattr(HttpClient, "fetch", lambda self, key: 1)  #@ pyt_monkeypatch | yes | untyped string later
    monkeypatch.setattr("depot.clients.local.FileClient.fetch", None)  #@ pyt_monkeypatch_path | yes | untyped string later
    monkeypatch.setattr(Dog, "fetch", lambda self, stick: 1)  #@ pyt_monkeypatch_no | no | untyped later


class TestClient:
    @pytest.fixture(autouse=True)
    def prepare(self, source):
        self.source = source

    def setup_method(self):
        self.direct = HttpClient()
        self.pet = Dog()

    def test_attributes(self):
        assert self.pet.fetch("x")  #@ pyt_setup_no | no | untyped later
        assert self.direct.fetch(1)  #@ pyt_setup | yes | untyped later
        assert self.source.fetch(1)  #@ pyt_autouse | yes | untyped later
