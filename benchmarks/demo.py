"""Show a migration: the plan, the tests on both sides, and what one blocking call cost everybody else.

A copy of the weather application (``fixtures/apps/weather``) is migrated in a temporary folder. Then both versions serve
the same burst of requests beside an upstream that takes its time, while a probe asks each for ``/health``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import quantiles
from typing import Annotated, NoReturn

import httpx
import typer
from rich.console import Console
from rich.table import Table

CASE = Path(__file__).parent.parent / "fixtures" / "apps" / "weather"
UPSTREAM_SECONDS = 0.1
UPSTREAM_BODY = b'{"city": "Oslo", "temp_c": -3.0, "wind_kmh": 12.0, "summary": "clear"}'
PATH = "/weather/Oslo"
CONCURRENT = 50
BURSTS = 2
PROBE_SECONDS = 0.01
START_SECONDS = 20.0
BURST_SECONDS = 60.0
TOOL_SECONDS = 120.0
TESTS_SECONDS = 180.0
KNOWN_WARNING = "ignore:Using `httpx` with `starlette.testclient` is deprecated"

console = Console()


@dataclass(frozen=True, slots=True)
class Measured:
    """What a burst of requests cost, in seconds."""

    elapsed: float
    latencies: tuple[float, ...]
    stall: float

    @property
    def throughput(self) -> float:
        return len(self.latencies) / self.elapsed

    def percentile(self, percent: int) -> float:
        return quantiles(self.latencies, n=100, method="inclusive")[percent - 1]


def main(
    after: Annotated[Path | None, typer.Option(help="Measure this migrated copy; the tool isn't run.")] = None,
) -> None:
    """Migrate the weather application, run its tests on both sides, and measure both."""
    with tempfile.TemporaryDirectory(prefix="awaitify-demo-", ignore_cleanup_errors=True) as folder:
        before = copy_application(Path(folder) / "before")
        migrated = after.resolve() if after else copy_application(Path(folder) / "after")
        if not after and not migrate(migrated):
            stop("the migration didn't finish")
        if not (tests_pass("before", before) and tests_pass("after", migrated)):
            stop("the tests fail")
        with slow_upstream() as upstream:
            show_comparison(measure("before", before, upstream), measure("after", migrated, upstream))


def stop(reason: str) -> NoReturn:
    console.print(f"[bold red]{reason}")
    raise typer.Exit(1)


# The migration


def copy_application(target: Path) -> Path:
    """Return *target*, which is then a git repository that holds the application as it was."""
    shutil.copytree(CASE / "before", target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    identity = ("-c", "user.name=demo", "-c", "user.email=demo@example.invalid", "-c", "commit.gpgsign=false")
    for command in (("init", "--quiet"), ("add", "--all"), (*identity, "commit", "--quiet", "--message", "As it was")):
        subprocess.run(("git", *command), cwd=target, env=environment(), check=True)
    return target


def migrate(project: Path) -> bool:
    """Show the migration of *project*, then write it; whether both went well."""
    targets = tomllib.loads((CASE / "case.toml").read_text(encoding="utf-8"))["targets"]
    command = (sys.executable, "-m", "awaitify", "migrate", *(word for target in targets for word in ("-t", target)))
    console.rule("awaitify migrate")
    shown = subprocess.run(command, cwd=project, env=environment(), timeout=TOOL_SECONDS)
    if shown.returncode:
        return False
    console.rule("awaitify migrate --write")
    written = subprocess.run(
        (*command, "--write"), cwd=project, env=environment(), capture_output=True, text=True, timeout=TOOL_SECONDS
    )
    say(written.stderr if written.returncode else below_the_report(written.stderr))
    return written.returncode == 0


def below_the_report(text: str) -> str:
    """Return the closing lines: all above them was shown by the dry run."""
    return text.rpartition("\n\n")[2]


def say(text: str) -> None:
    """Print what a program printed, as it is."""
    console.print(text.strip(), markup=False, highlight=False, soft_wrap=True)


def tests_pass(name: str, project: Path) -> bool:
    """Run the application's own tests and print how they ended."""
    console.rule(f"tests, {name}")
    command = (sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "-W", KNOWN_WARNING)
    run = subprocess.run(command, cwd=project, env=environment(), capture_output=True, text=True, timeout=TESTS_SECONDS)
    if run.returncode == 0:  # what the tests' own upstream writes of dropped connections is no part of the result
        say("\n".join(run.stdout.splitlines()[-1:]))
        return True
    say("\n".join([*run.stdout.splitlines()[-40:], run.stderr]))
    return False


def environment(**more: str) -> dict[str, str]:
    """Return the environment for a child: no stray repository, no byte code, no proxy on the way to ourselves."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"} | more


# The measuring


def measure(name: str, project: Path, upstream: str) -> Measured:
    """Serve *project*, send it the bursts, and return what they cost."""
    with (
        console.status(f"measuring {name}: {BURSTS} × {CONCURRENT} requests"),
        serve(project, upstream) as address,
    ):
        return asyncio.run(load(address))


async def load(address: str) -> Measured:
    """Send the bursts while a probe looks how long the event loop keeps others waiting."""
    async with client_of(address) as client, probing(address) as round_trips:
        await timed_get(client, PATH)  # the first request pays for imports and connections
        round_trips.clear()
        started = time.perf_counter()
        latencies: list[float] = []
        for _ in range(BURSTS):
            latencies += await asyncio.gather(*(timed_get(client, PATH) for _ in range(CONCURRENT)))
        elapsed = time.perf_counter() - started
    return Measured(elapsed, tuple(latencies), max(round_trips))


@contextlib.asynccontextmanager
async def probing(address: str) -> AsyncIterator[list[float]]:
    """Ask for ``/health`` again and again, over a connection of its own; each round trip is added to the list."""
    round_trips: list[float] = []
    done = asyncio.Event()

    async def probe() -> None:
        while not done.is_set():
            round_trips.append(await timed_get(client, "/health"))
            await asyncio.sleep(PROBE_SECONDS)

    async with client_of(address) as client, asyncio.TaskGroup() as tasks:
        tasks.create_task(probe())
        yield round_trips
        done.set()


def client_of(address: str) -> httpx.AsyncClient:
    # An http:// address needs no certificates, and loading them would take longer than the probe's interval.
    return httpx.AsyncClient(base_url=address, timeout=BURST_SECONDS, trust_env=False, verify=False)


async def timed_get(client: httpx.AsyncClient, path: str) -> float:
    started = time.perf_counter()
    (await client.get(path)).raise_for_status()
    return time.perf_counter() - started


@contextlib.contextmanager
def serve(project: Path, upstream: str) -> Iterator[str]:
    """Run the application in a process of its own and give its address."""
    port = free_port()
    command = (
        "-m",
        "uvicorn",
        "--factory",
        "weather.api.app:create_app",
        "--port",
        str(port),
        "--log-level",
        "warning",
    )
    server = subprocess.Popen((sys.executable, *command), cwd=project, env=environment(WEATHER_SKY_URL=upstream))
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(server, address)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_until_ready(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/health", trust_env=False).is_success:
                return
        time.sleep(0.1)
    stop("the application doesn't start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def slow_upstream() -> Iterator[str]:
    """Serve the weather in a thread, each answer after a while, and give the address."""
    server = Upstream(("127.0.0.1", 0), SlowAnswer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Upstream(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 2 * CONCURRENT

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # an application that is stopped hangs up
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # socketserver's own alias is private


class SlowAnswer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together, or the receiver's delayed ACK adds 40 ms

    def do_GET(self) -> None:
        time.sleep(UPSTREAM_SECONDS)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(UPSTREAM_BODY)))
        self.end_headers()
        self.wfile.write(UPSTREAM_BODY)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name for it
        """Nobody reads it."""


# What is shown


def show_comparison(before: Measured, after: Measured) -> None:
    """Print both versions side by side, with what was measured above and below."""
    milliseconds = "{:.0f} ms".format
    console.rule("under load")
    console.print(
        f"{CONCURRENT} concurrent requests, {BURSTS} rounds;"
        f" the upstream answers after {milliseconds(UPSTREAM_SECONDS * 1000)}",
        highlight=False,
    )
    console.print(comparison(before, after))
    console.print(
        "longest stall: the slowest answer of /health, an async endpoint without I/O,\n"
        f"that is asked every {milliseconds(PROBE_SECONDS * 1000)} meanwhile",
        style="dim",
        highlight=False,
    )


def comparison(before: Measured, after: Measured) -> Table:
    """Return both versions side by side. The ratio says how many times better the second is."""
    milliseconds = "{:.0f} ms".format
    table = Table()
    table.add_column("")
    for heading in ("before", "after", "better by"):
        table.add_column(heading, justify="right")
    pairs = [(f"latency p{percent}", before.percentile(percent), after.percentile(percent)) for percent in (50, 99)]
    pairs.append(("longest stall", before.stall, after.stall))
    faster = after.throughput / before.throughput
    table.add_row("throughput", f"{before.throughput:.1f} /s", f"{after.throughput:.1f} /s", f"{faster:.1f} ×")
    for title, was, now in pairs:
        table.add_row(title, milliseconds(was * 1000), milliseconds(now * 1000), f"{was / now:.1f} ×")
    return table


if __name__ == "__main__":
    typer.run(main)
