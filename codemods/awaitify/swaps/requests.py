"""``requests`` → ``httpx``: https://www.python-httpx.org/compatibility/

A ``requests.Session`` on ``self`` becomes an ``httpx.AsyncClient`` with the same owner, who closes it; ``requests.get``
gets a client around the smallest run of statements that needs it, outside loops. What requests does by default is kept:
redirects are followed (thirty at most), there is no timeout. What differs silently is either written out (a query in the
URL next to ``params``, ``ok``, ``url``, the exceptions) or a stop.
"""

from awaitify.swap import Argument, BlockingCall, ClientType, ResultType, Shape, Swap

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_CONNECTION = ("httpx.NetworkError", "httpx.ConnectTimeout", "httpx.RemoteProtocolError", "httpx.ProxyError")
_URL = ("httpx.InvalidURL", "httpx.UnsupportedProtocol")
_EXCEPTIONS = {
    "RequestException": ("httpx.HTTPError", "httpx.InvalidURL"),
    "HTTPError": ("httpx.HTTPStatusError",),
    "ConnectionError": _CONNECTION,
    "Timeout": ("httpx.TimeoutException",),
    "ConnectTimeout": ("httpx.ConnectTimeout",),
    "ReadTimeout": ("httpx.ReadTimeout",),
    "TooManyRedirects": ("httpx.TooManyRedirects",),
    "ProxyError": ("httpx.ProxyError", "httpx.ConnectError"),
    "ChunkedEncodingError": ("httpx.RemoteProtocolError",),
    "ContentDecodingError": ("httpx.DecodingError",),
    "InvalidURL": _URL,
    "MissingSchema": _URL,
    "InvalidSchema": _URL,
    "JSONDecodeError": ("json.JSONDecodeError",),
}
_ERRORS = ("httpx.HTTPError", "httpx.InvalidURL")

_URL_HELPER = '''\
def _url_with(url: str, params: Any) -> str:
    """Join *params* to *url* as requests does: None is left out, and a query that the URL has already is kept."""
    if params is None:
        return url
    if isinstance(params, bytes):
        params = params.decode()
    if not isinstance(params, str):
        pairs = []
        for key, values in params.items() if hasattr(params, "items") else params:
            if values is None:
                continue
            if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
                values = [values]
            pairs += [(key, value) for value in values if value is not None]
        params = urllib.parse.urlencode(pairs)
    if not params:
        return url
    base, hash_, fragment = url.partition("#")
    return base + ("&" if "?" in base else "?") + params + hash_ + fragment
'''

SWAP = Swap(
    name="requests",
    package="httpx",
    calls=tuple(
        BlockingCall(f"{module}.{verb}", verb, Shape.CLIENT, "requests.Response")
        for module in ("requests", "requests.api")
        for verb in _VERBS
    ),
    clients=(
        ClientType(
            name="requests.Session",
            twin="httpx.AsyncClient",
            arguments="follow_redirects=True, timeout=None, max_redirects=30",
            methods=(*((verb, verb) for verb in _VERBS), ("close", "aclose")),
            attributes=("headers", "auth", "cookies", "max_redirects"),
            attribute_methods=("update", "get", "set", "pop", "setdefault", "clear", "items", "keys", "values"),
            factories=("requests.session", "requests.Session", "requests.sessions.Session"),
            verbs=_VERBS,
        ),
    ),
    results=(
        ResultType(
            "requests.Response",
            kept=frozenset(
                "status_code content text json headers raise_for_status history is_redirect links encoding elapsed cookies"
                " request".split()
            ),
            rewritten=(
                ("ok", "not {0}.is_error"),
                ("reason", "{0}.reason_phrase"),
                ("url", "str({0}.url)"),
                ("is_permanent_redirect", "{0}.status_code in (301, 308)"),
                ("next", "{0}.next_request"),
            ),
        ),
    ),
    arguments=(
        Argument("url"),
        Argument("method"),
        Argument("headers"),
        Argument("auth"),
        Argument("timeout"),
        Argument("json"),
        Argument("params"),
        Argument("data"),
        Argument("allow_redirects", "follow_redirects"),
        *(
            Argument(name, code="AW401")
            for name in ("stream", "verify", "cert", "proxies", "hooks", "cookies", "files")
        ),
    ),
    bodyless=frozenset({"get", "delete", "head", "options"}),
    positional=(
        ("get", ("url", "params")),
        ("post", ("url", "data", "json")),
        ("put", ("url", "data")),
        ("patch", ("url", "data")),
        ("delete", ("url",)),
        ("head", ("url",)),
        ("options", ("url",)),
        ("request", ("method", "url", "params", "data", "headers")),
    ),
    blocking=("requests.Session.*", "requests.sessions.*", "requests.api.*", "requests.request"),
    exceptions=tuple(
        (f"{module}.{name}", twins)
        for module in ("requests", "requests.exceptions")
        for name, twins in _EXCEPTIONS.items()
    ),
    builtin_exceptions=tuple((f"builtins.{name}", _ERRORS) for name in ("OSError", "IOError", "EnvironmentError")),
    helpers=(("_url_with", _URL_HELPER),),
    document=__doc__,
)
