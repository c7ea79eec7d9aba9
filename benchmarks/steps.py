"""What ``bench.py`` measures, each step in a process of its own: ``python steps.py parse|family|plan|command TREE …``.

The step prints one line of JSON: what it found, so that a step which did nothing is seen.
"""

from __future__ import annotations

import ast
import gc
import io
import json
import re
import resource
import sys
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from awaitify.plan.settled import Draft

P = ParamSpec("P")
T = TypeVar("T")

TIMED = (
    ("awaitify.plan.prepare", "load_program", "reading"),
    ("awaitify.plan.prepare", "find_targets", "looking up names"),
    ("awaitify.plan.draft", "spread", "spreading"),
    ("awaitify.index.program", "parse", "ast.parse"),
    ("awaitify.index.program", "summarise", "summaries"),
)
"""Functions by the module that calls them, and what the phase is called. The last two lie within the others."""

Found = dict[str, float]


def parse(tree: Path) -> Found:
    """Parse every file once, and keep nothing."""
    warnings.simplefilter("ignore")
    files = failed = 0
    for path in sorted(tree.rglob("*.py")):
        files += 1
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            failed += 1
    return {"files": files, "failed": failed}


def family(tree: Path, target: str, exclude: tuple[str, ...]) -> Found:
    """Find the family of one method, and what every mention of its name can reach: what pyrefly calls references."""
    given = _given(tree, target, exclude)
    members = given.resolver.hierarchy.family(given.seeds[0])
    reached = given.sites.reaching(given.seeds[0].node.name)
    return {"functions": len(members), "references": len(reached)}


def plan(tree: Path, target: str, exclude: tuple[str, ...]) -> Found:
    """Read the program and draw the plan, as ``awaitify migrate`` does, up to where it would rewrite."""
    from awaitify.plan.draft import draft

    drawn = draft(_given(tree, target, exclude))
    gc.freeze()  # as the command does
    found = (drawn.converted, drawn.references, drawn.stops, drawn.groups)
    return dict(zip(("functions", "references", "stops", "groups"), map(len, found), strict=True))


def _given(tree: Path, target: str, exclude: tuple[str, ...]) -> Draft:
    from awaitify.catalogue import catalogue
    from awaitify.plan.decisions import Decisions
    from awaitify.plan.prepare import prepare

    return prepare(
        tree,
        "",
        targets=(target,),
        keep_sync=(),
        decisions=Decisions(),
        public=(),
        exclude=exclude,
        http_target="auto",
        swaps=catalogue(),
        progress=lambda stage, done, total: None,
    )


def command(tree: Path, target: str, exclude: tuple[str, ...]) -> Found:
    """The whole command ``awaitify migrate``, with what it prints; ``remembered`` is 1 where nothing was worked out."""
    from awaitify.cli.app import app

    assert not exclude, "the command has no option for it"
    shown = io.StringIO()
    with redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")), redirect_stderr(shown):
        app(["migrate", str(tree), "-t", target], prog_name="awaitify", standalone_mode=False)
    functions = re.search(r"^PLAN\s+([\d,]+) functions?", shown.getvalue(), re.MULTILINE)
    remembered = "awaitify.plan.prepare" not in sys.modules
    return {"functions": int(functions[1].replace(",", "")) if functions else -1, "remembered": int(remembered)}


def phases(tree: Path, target: str, exclude: tuple[str, ...]) -> Found:
    """The same, with the CPU seconds that each phase took."""
    spent: Found = {}
    for module, function, name in TIMED:
        owner = import_module(module)
        setattr(owner, function, _timed(getattr(owner, function), name, spent))
    imported = _cpu()
    plan(tree, target, exclude)
    outer = dict.fromkeys([name for _, _, name in TIMED[:3]], 0.0)
    spent = {"starting": imported} | outer | spent
    spent["settling"] = _cpu() - sum(spent[name] for name in ("starting", *outer))
    return spent


def profile(tree: Path, target: str, exclude: tuple[str, ...]) -> Found:
    """The same under cProfile; the functions that took most are printed to stderr."""
    import cProfile
    import pstats

    with cProfile.Profile() as profiler:
        found = plan(tree, target, exclude)
    for order in ("tottime", "cumulative"):
        pstats.Stats(profiler, stream=sys.stderr).sort_stats(order).print_stats(30)
    return found


def _timed(function: Callable[P, T], name: str, spent: Found) -> Callable[P, T]:
    def timed(*args: P.args, **kwargs: P.kwargs) -> T:
        started = _cpu()
        try:
            return function(*args, **kwargs)
        finally:
            spent[name] = spent.get(name, 0.0) + _cpu() - started

    return timed


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    step, tree, *rest = sys.argv[1:]
    if step == "parse":
        result = parse(Path(tree))
    else:
        steps = {"family": family, "plan": plan, "command": command, "phases": phases, "profile": profile}
        result = steps[step](Path(tree), rest[0], tuple(rest[1:]))
    print(json.dumps(result))
