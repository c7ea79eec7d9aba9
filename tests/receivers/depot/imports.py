"""Every way to get at a class."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import depot.clients.http
import depot.clients.local as local_files
from depot import star
from depot.clients import DefaultClient
from depot.star import *
from depot.star import FileClient as Files
from depot.star import opens

try:
    from depot.clients.fast import HttpClient as FastClient
except ImportError:
    from depot.clients.http import HttpClient as FastClient

try:
    import depot.fast as backend
except ImportError:
    import depot.clients as backend

if TYPE_CHECKING:
    from depot.clients.base import Client
    from depot.others import Dog

import sys

if sys.version_info >= (3, 8):
    from depot.clients import CachedClient as Cached
else:
    from depot.clients import HttpClient as Cached


def dotted():
    return depot.clients.http.HttpClient().fetch(1)  #@ imp_dotted | yes | untyped


def module_alias():
    return local_files.FileClient().fetch(1)  #@ imp_module_alias | yes | untyped


def renamed():
    return DefaultClient().fetch(1)  #@ imp_renamed_export | yes | untyped


def starred():
    TimedClient().fetch(1)  #@ imp_star_through_two | yes | untyped
    Retriever().fetch("x")  #@ imp_star_no | no | untyped
    return star_source.fetch(1)  #@ imp_star_instance | yes | untyped


def starred_attribute():
    star.Retriever().fetch("x")  #@ imp_star_attribute_no | no | untyped
    return star.CachedClient().fetch(1)  #@ imp_star_attribute | yes | untyped


def star_reexport():
    return Files().fetch(1)  #@ imp_star_reexport | yes | untyped


def function_reexport():
    opens().fetch(1)  #@ imp_function_reexport | yes | untyped
    return open_files().fetch(1)  #@ imp_function_star | yes | untyped


def tried():
    return FastClient().fetch(1)  #@ imp_try_except | yes | untyped


def tried_module():
    return backend.HttpClient().fetch(1)  #@ imp_try_except_module | yes | untyped


def versioned():
    return Cached().fetch(1)  #@ imp_version_branch | yes | untyped


def local_import():
    from depot.clients import HttpClient as Inner

    return Inner().fetch(1)  #@ imp_local | yes | untyped


def local_import_no():
    from depot.others import make_dog

    return make_dog().fetch("x")  #@ imp_local_no | no | untyped


def shadowed():
    from depot.others import Dog as HttpClient

    return HttpClient().fetch("x")  #@ imp_shadowed_no | no | untyped


def for_checking(source: Client, pet: Dog):
    pet.fetch("x")  #@ imp_type_checking_no | no | typed
    return source.fetch(1)  #@ imp_type_checking | yes | typed


def by_name():
    module = importlib.import_module("depot.clients.http")
    return module.HttpClient().fetch(1)  #@ imp_import_module | yes | untyped dynamic


def import_string(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def by_string():
    cls = import_string("depot.clients.http.HttpClient")
    return cls().fetch(1)  #@ imp_import_string | yes | untyped dynamic


def by_string_method():
    function = import_string("depot.clients.http")
    return import_string("depot.imports.dotted"), function


def run():
    dotted()
    module_alias()
    renamed()
    starred()
    starred_attribute()
    star_reexport()
    function_reexport()
    tried()
    tried_module()
    versioned()
    local_import()
    local_import_no()
    shadowed()
    for_checking(TimedClient(), Retriever())
    by_name()
    by_string()
