"""A client handed through constructors, over several objects."""

from . import clients as c
from .others import Cursor, Dog


class Engine:
    def __init__(self, source, cursor):
        self.source = source
        self.cursor = cursor

    def turn(self):
        self.cursor.fetch(1)  #@ wir_ctor_no | no | untyped
        return self.source.fetch(1)  #@ wir_ctor | yes | untyped


class Car:
    def __init__(self, engine):
        self.engine = engine

    def drive(self):
        return self.engine.source.fetch(2)  #@ wir_ctor_chain | yes | untyped


class Garage:
    def __init__(self, source):
        self.cars = []
        self.engine = Engine(source, Cursor())
        self.cars.append(Car(self.engine))

    def start(self):
        for car in self.cars:
            car.engine.source.fetch(3)  #@ wir_container_chain | yes | untyped
        return self.cars[0].drive()


class Base:
    def __init__(self, backend, **options):
        self.backend = backend
        self.options = options


class Special(Base):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = 0

    def pull(self):
        return self.backend.fetch(1)  #@ wir_super_star_args | yes | untyped


class Explicit(Base):
    def __init__(self, backend):
        super().__init__(backend=backend)

    def pull(self):
        return self.backend.fetch(1)  #@ wir_super_keyword | yes | untyped


class Kennel(Base):
    def pull(self):
        return self.backend.fetch("stick")  #@ wir_inherited_ctor_no | no | untyped


class App:
    def __init__(self, config):
        self.config = config
        self.service = Service(self)

    def source(self):
        return self.config["source"]


class Service:
    def __init__(self, app):
        self.app = app

    def pull(self):
        return self.app.source().fetch(1)  #@ wir_back_reference | yes | untyped

    def pull_config(self):
        return self.app.config["source"].fetch(1)  #@ wir_config_dict | yes | untyped


class Pipeline:
    def __init__(self, steps):
        self.steps = list(steps)

    def go(self):
        return [step.fetch(1) for step in self.steps]  #@ wir_ctor_list | yes | untyped


class Partial:
    def __init__(self, source):
        self._source = source
        self.setup()

    def setup(self):
        self.reader = self._source

    def go(self):
        return self.reader.fetch(1)  #@ wir_attr_copied | yes | untyped


def run():
    Engine(c.HttpClient(), Cursor()).turn()
    Car(Engine(c.CachedClient(), Cursor())).drive()
    Garage(c.HttpClient()).start()
    Special(c.HttpClient(), level=1).pull()
    Explicit(c.HttpClient()).pull()
    Kennel(Dog()).pull()
    app = App({"source": c.HttpClient()})
    app.service.pull()
    app.service.pull_config()
    Pipeline([c.HttpClient(), c.FileClient()]).go()
    Partial(c.HttpClient()).go()
    c.RetryingClient(c.HttpClient()).fetch(1)  #@ wir_module_alias | yes | untyped
