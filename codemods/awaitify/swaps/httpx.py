"""``httpx.Client`` → ``httpx.AsyncClient``: https://www.python-httpx.org/async/

The async client is made with the same arguments, has the same methods and gives the same responses. What differs is
refused: transports and event hooks, which must be async too, and streams. So are ``httpx.get`` and its like, which open
a client for one request.
"""

from awaitify.swap import ClientType, Swap

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request", "send")

SWAP = Swap(
    name="httpx",
    package="httpx",
    clients=(
        ClientType(
            name="httpx.Client",
            twin="httpx.AsyncClient",
            arguments="",
            methods=(*((verb, verb) for verb in _VERBS), ("close", "aclose")),
            attributes=(
                *("headers", "auth", "cookies", "params", "timeout", "base_url", "max_redirects", "follow_redirects"),
                *("is_closed", "trust_env", "build_request"),
            ),
            attribute_methods=("update", "get", "set", "pop", "setdefault", "clear", "items", "keys", "values"),
            factories=("httpx.Client",),
            takes_the_same=True,
            refused=("transport", "mounts", "event_hooks", "app"),
        ),
    ),
    blocking=(
        "httpx.Client.*",
        *(
            f"httpx.{verb}"
            for verb in ("get", "post", "put", "patch", "delete", "head", "options", "request", "stream")
        ),
    ),
    document=__doc__,
)
