"""``open`` → ``aiofiles.open``: https://github.com/Tinche/aiofiles

Only where every use of the handle is seen: its methods are awaited, ``for line in f`` reads the lines at once (an
``async for`` over a file is hundreds of times slower), ``json.load`` and ``json.dump`` become ``loads`` and ``dumps``
around an awaited read or write. A handle that goes anywhere else is a stop: most consumers would write nothing, silently.
"""

from awaitify.swap import BlockingCall, Shape, Swap

SWAP = Swap(
    name="open",
    package="aiofiles",
    calls=(
        BlockingCall("builtins.open", "aiofiles.open", Shape.FILE),
        BlockingCall("io.open", "aiofiles.open", Shape.FILE),
    ),
    document=__doc__,
)
