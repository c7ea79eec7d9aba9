"""attrs classes, old and new style."""

import attr
import attrs
from attrs import define, field

from depot.clients import Client, FileClient, HttpClient
from depot.others import Dog


@define
class Holder:
    source: Client
    pet: Dog = field(factory=Dog)
    sources: list[Client] = field(factory=list)

    def go(self):
        self.pet.fetch("x")  #@ ats_define_no | no | typed later
        for source in self.sources:
            source.fetch(2)  #@ ats_define_list | yes | typed later
        return self.source.fetch(1)  #@ ats_define | yes | typed later


@attr.s
class Old:
    source = attr.ib()
    spare = attr.ib(factory=FileClient)
    third = attr.ib(type=HttpClient, default=None)

    def go(self):
        return self.source.fetch(1)  #@ ats_old_param | yes | untyped later

    def go_spare(self):
        return self.spare.fetch(1)  #@ ats_old_factory | yes | untyped later

    def go_third(self):
        return self.third.fetch(1)  #@ ats_old_type | yes | typed later


@attrs.frozen(kw_only=True)
class Frozen:
    source: HttpClient = attrs.field(default=attrs.Factory(HttpClient))

    def go(self):
        return self.source.fetch(1)  #@ ats_frozen | yes | typed later


@attrs.define
class WithDefault:
    source = attrs.field()

    @source.default
    def _make_source(self):
        return HttpClient()

    def go(self):
        return self.source.fetch(1)  #@ ats_default_method | yes | untyped later


def run():
    Holder(HttpClient(), sources=[FileClient()]).go()
    old = Old(HttpClient(), third=HttpClient())
    old.go()
    old.go_spare()
    old.go_third()
    Frozen().go()
    WithDefault().go()
