"""Async functions, threads, Self, and what is awaited already."""

import asyncio
import threading
from typing import Self

from depot.clients import FileClient, HttpClient
from depot.others import Cursor, Dog


class Fluent:
    def __init__(self):
        self.source = HttpClient()

    def with_url(self, url) -> Self:
        self.source = FileClient(url)
        return self

    @classmethod
    def start(cls) -> Self:
        return cls()

    def me(self: "Fluent") -> "Fluent":
        return self


class AsyncDog:
    async def fetch(self, stick):
        return stick

    async def play(self):
        return await self.fetch("x")  #@ flo_async_self_no | no | untyped


async def made():
    await asyncio.sleep(0)
    return HttpClient()


async def made_pet():
    return Dog()


async def feed():
    for url in "ab":
        yield HttpClient(url)


class Opening:
    async def __aenter__(self):
        return HttpClient()

    async def __aexit__(self, *exc):
        return None


class AsyncService:
    def __init__(self, source):
        self.source = source

    async def go(self):
        await asyncio.sleep(0)
        return self.source.fetch(1)  #@ flo_async_method | yes | untyped


async def awaited_factory():
    source = await made()
    pet = await made_pet()
    pet.fetch("x")  #@ flo_await_factory_no | no | untyped
    (await made()).fetch(1)  #@ flo_await_inline | yes | untyped
    return source.fetch(1)  #@ flo_await_factory | yes | untyped


async def iterated():
    async for source in feed():
        source.fetch(1)  #@ flo_async_for | yes | untyped
    return [source.fetch(1) async for source in feed()]  #@ flo_async_comprehension | yes | untyped


async def entered():
    async with Opening() as source:
        return source.fetch(1)  #@ flo_async_with | yes | untyped


async def gathered():
    first, second = await asyncio.gather(made(), made_pet())
    second.fetch("x")  #@ flo_gather_no | no | untyped
    return first.fetch(1)  #@ flo_gather | yes | untyped


async def tasked():
    task = asyncio.create_task(made())
    source = await task
    return source.fetch(1)  #@ flo_task | yes | untyped


async def threaded():
    source = HttpClient()
    return await asyncio.to_thread(source.fetch, 1)  #@ flo_to_thread_ref | yes | untyped ref


async def threaded_no():
    return await asyncio.to_thread(Dog().fetch, "x")  #@ flo_to_thread_no | no | untyped


async def executed():
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, FileClient().fetch, 1)  #@ flo_executor_ref | yes | untyped ref


async def already():
    return await AsyncDog().fetch("x")  #@ flo_already_no | no | untyped


async def queued():
    waiting = asyncio.Queue()
    await waiting.put(HttpClient())
    source = await waiting.get()
    return source.fetch(1)  #@ flo_async_queue | yes | untyped


def in_thread():
    source = HttpClient()
    worker = threading.Thread(target=source.fetch, args=(1,))  #@ flo_thread_target | yes | untyped ref
    worker.start()
    worker.join()


def fluent():
    Fluent.start().source.fetch(1)  #@ flo_self_classmethod | yes | typed
    Fluent().me().source.fetch(1)  #@ flo_self_string | yes | typed
    return Fluent().with_url("u").source.fetch(1)  #@ flo_self_fluent | yes | typed


def sent():
    def worker():
        while True:
            source = yield
            if source is None:
                return
            source.fetch(1)  #@ flo_generator_send | yes | untyped dynamic

    running = worker()
    next(running)
    running.send(HttpClient())


def caught():
    class Missing(Exception):
        def __init__(self, source, cursor):
            super().__init__("missing")
            self.source = source
            self.cursor = cursor

    try:
        raise Missing(HttpClient(), Cursor())
    except Missing as error:
        error.cursor.fetch(1)  #@ flo_exception_no | no | untyped
        return error.source.fetch(1)  #@ flo_exception | yes | untyped


async def run():
    await AsyncDog().play()
    await AsyncService(HttpClient()).go()
    await awaited_factory()
    await iterated()
    await entered()
    await gathered()
    await tasked()
    await threaded()
    await threaded_no()
    await executed()
    await already()
    await queued()
    in_thread()
    fluent()
    sent()
    caught()
