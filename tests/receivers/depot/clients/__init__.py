from .base import Client
from .http import CachedClient, HttpClient, RetryingClient, StampedClient, TimedClient
from .http import HttpClient as DefaultClient
from .local import *

__all__ = [
    "CachedClient",
    "Client",
    "DefaultClient",
    "FileClient",
    "HttpClient",
    "RetryingClient",
    "StampedClient",
    "TimedClient",
    "open_files",
]
