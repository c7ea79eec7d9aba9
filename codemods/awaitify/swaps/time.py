"""``time.sleep`` → ``asyncio.sleep``: https://docs.python.org/3/library/asyncio-task.html#sleeping

A sleeping function that became async would stop the whole event loop; ``asyncio.sleep`` lets the others run. A negative
argument raises in ``time.sleep`` only. ``sleep`` passed as a value (``retry(sleep=time.sleep)``) is left alone.
"""

from awaitify.swap import BlockingCall, Swap

SWAP = Swap(name="time", package="asyncio", calls=(BlockingCall("time.sleep", "asyncio.sleep"),), document=__doc__)
