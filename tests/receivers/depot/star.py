"""Everything that ``clients`` exports, and a few names more."""

from .clients import *
from .clients.local import open_files as opens
from .others import Dog as _Dog

Retriever = _Dog
star_source = HttpClient("star")
