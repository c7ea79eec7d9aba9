"""Runs everything."""

import asyncio

from depot import (
    aliases,
    attributes,
    containers,
    decoys,
    dynamic,
    factories,
    flows,
    generics,
    imports,
    iteration,
    managers,
    mixins,
    narrowing,
    order,
    params,
    protocols,
    records,
    registry,
    scopes,
    unpacking,
)
from depot.clients import CachedClient, FileClient, HttpClient, RetryingClient, StampedClient, TimedClient
from depot.others import Cpu, Cursor, Dog, Puppy


def others():
    Dog().play()
    Puppy().play()
    Puppy().fetch("x")  #@ main_no | no | untyped
    Cursor().everything()
    Cpu.step()


def clients():
    HttpClient().fetch_many([1])
    HttpClient().peek(1)
    HttpClient().peek_twin(1)
    CachedClient().fetch(1)  #@ main_direct | yes | untyped
    RetryingClient(HttpClient()).fetch(1)  #@ main_wrapped | yes | untyped
    StampedClient().stamped(1)
    TimedClient().both(1)
    FileClient.rebuilt()
    FileClient.probe()


def main():
    others()
    clients()
    params.run()
    attributes.run()
    records.run()
    factories.run()
    registry.run()
    containers.run()
    iteration.run()
    unpacking.run()
    managers.run()
    narrowing.run()
    generics.run()
    protocols.run()
    aliases.run()
    imports.run()
    mixins.run()
    dynamic.run()
    order.run()
    scopes.run()
    decoys.run()
    asyncio.run(flows.run())


if __name__ == "__main__":
    main()
