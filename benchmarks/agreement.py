"""Which functions does ``x.name`` reach? Compares the tool's answers with pyrefly's, over whole programs.

``python benchmarks/agreement.py redis --show missed`` lists places; see ``docs/benchmarks.md``.
"""

from __future__ import annotations

import ast
import random
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from answers import Compared, Known, Method, compare, unstable
from bench import HOME_ASSISTANT
from compare import Verdict, survey
from fetch import NotFetched, Pin, fetch, python_files
from pyrefly import find_pyrefly, version

SEED, DRAWN, SAMPLED = 20261124, 40, 30
METHODS = 6
"""So many of an answer's methods are shown."""
MOST_MISSED = MOST_SUPERSETS = 0.03


@dataclass(frozen=True, slots=True)
class Tree:
    """A program and the methods that are looked at in any case: those that most classes override and many places call."""

    pin: Pin
    names: tuple[str, ...]
    accepted: frozenset[str] = frozenset()
    """The source lines where a different answer is right."""


TREES = (
    Tree(
        Pin(
            "redis",
            "8.1.0",
            "redis-8.1.0-py3-none-any.whl",
            "a4fe1aac3d3b3cc791d4b3d5931c5a956045dc951ee74d1c913ee3ac4d2ee9fb",
        ),
        ("execute_command", "disconnect", "read_response", "reset", "execute", "close"),
    ),
    Tree(
        Pin(
            "python-telegram-bot",
            "13.15",
            "python_telegram_bot-13.15-py3-none-any.whl",
            "06780c258d3f2a3c6c79a7aeb45714f4cd1dd6275941b7dc4628bba64fddd465",
        ),
        ("de_json", "to_dict", "check_update", "close", "get_file", "filter"),
    ),
    Tree(
        Pin(
            "docker",
            "7.1.0",
            "docker-7.1.0-py3-none-any.whl",
            "c96b93b7f0a746f9e77d325bcfb87422a3d8bd4f03136ae8a85b37f1898d5fc0",
        ),
        ("get", "close", "connect", "create", "update", "reload"),
    ),
    Tree(
        Pin(
            "celery",
            "5.5.3",
            "celery-5.5.3-py3-none-any.whl",
            "0b5761a07057acee94694464ca482416b959568904c9dfa41ce8413a7d65d525",
        ),
        ("start", "stop", "get", "run", "apply_async", "update"),
    ),
    Tree(HOME_ASSISTANT, ("turn_on", "async_added_to_hass", "update")),
)


class Short(NamedTuple):
    """A bar that isn't reached, or a program that couldn't be looked at."""

    program: str
    what: str
    is_skipped: bool = False


def run(chosen: Iterable[str] = (), shown: Iterable[str] = (), seed: int = SEED, drawn: int = DRAWN) -> Iterator[Short]:
    """Compare in the *chosen* trees (none: all) and print the figures; what falls short, and what was left out."""
    chosen, shown = set(chosen), set(shown)
    pyrefly = find_pyrefly()
    if pyrefly is None:
        print("pyrefly is not installed: the comparison with it is skipped (pip install pyrefly)")
        yield Short("agreement", "pyrefly is not installed", is_skipped=True)
        return
    for tree in TREES:
        if not chosen or tree.pin.name in chosen:
            yield from _compared(tree, pyrefly, shown, seed, drawn)


def _compared(tree: Tree, pyrefly: str, shown: set[str], seed: int, drawn: int) -> Iterator[Short]:
    print(f"\n== {tree.pin} beside pyrefly {version(pyrefly)}")
    if sys.version_info < (3, 13) and tree.pin is HOME_ASSISTANT:
        yield Short(tree.pin.name, "its files need Python 3.13 to be read", is_skipped=True)
        return
    with tempfile.TemporaryDirectory(prefix="awaitify-agreement-") as folder:
        try:
            root = fetch(tree.pin, Path(folder, "tree").resolve())
        except NotFetched as error:
            yield Short(tree.pin.name, str(error), is_skipped=True)
            return
        names = names_of(tree, root, seed, drawn)
        found = list(compare(root, names, Known(tree.pin, pyrefly)))
        changing = unstable(root, names)
    print_figures(found, shown)
    print(f"  places whose answer changes when the names are asked for in another order: {len(changing)}")
    if changing:
        yield Short(tree.pin.name, f"{len(changing)} answers depend on the order of questions, first {changing[0]}")
    yield from misses(tree, found)


def names_of(tree: Tree, root: Path, seed: int, drawn: int) -> tuple[str, ...]:
    """The tree's names, and as many drawn from those that two classes define as methods and something reads."""
    counted = survey(ast.parse(path.read_bytes()) for path in python_files(root))
    rest = [name for name in counted.shared if name not in tree.names]
    chosen = sorted(random.Random(seed).sample(rest, min(drawn, len(rest))))
    print(f"  named: {' '.join(tree.names)}\n  drawn (seed {seed}): {' '.join(chosen)}")
    return (*tree.names, *chosen)


# What is shown


def print_figures(found: list[Compared], shown: set[str]) -> None:
    """Print the figures, what was asked for, and a sample of what only the tool resolves."""
    counts = Counter(compared.verdict for compared in found)
    resolved = sum(counts[v] for v in COMPARED)
    print(f"  {len(found)} sites; pyrefly resolves {resolved} to methods of the project:", end=" ")
    print(", ".join(f"{counts[v]} {v} ({share(counts[v], resolved)})" for v in COMPARED))
    print("  " + "; ".join(f"{v}: {counts[v]}" for v in Verdict if v not in COMPARED))
    silent = sum(compared.is_silent for compared in found)
    print(f"  of the missed, {silent} name some of pyrefly's methods and don't say that others aren't known")
    for each in (Verdict.SUPERSET, Verdict.MISSED, Verdict.DIFFERENT):
        kinds = Counter(compared.site.receiver for compared in found if compared.verdict is each)
        print(f"  {each} by receiver: {', '.join(f'{n} {kind}' for kind, n in kinds.most_common()) or 'none'}")
    for each in Verdict:
        if each in (Verdict.DIFFERENT, Verdict.CLAIMED) or each.name.lower() in shown:
            listed(each, [compared for compared in found if compared.verdict is each])
    alone = [compared for compared in found if compared.verdict is Verdict.ALONE]
    if Verdict.ALONE.name.lower() not in shown:
        sample = random.Random(SEED).sample(alone, min(SAMPLED, len(alone)))
        listed(f"{Verdict.ALONE}, {len(sample)} of {len(alone)} drawn", sorted(sample))


COMPARED = (Verdict.EQUAL, Verdict.SUPERSET, Verdict.MISSED, Verdict.DIFFERENT)


def listed(title: str, found: list[Compared]) -> None:
    """Print the places by the kind of their receivers."""
    if found:
        print(f"  -- {title}")
    for compared in sorted(found, key=lambda c: (c.site.receiver, c.site)):
        site = compared.site
        print(f"    [{site.receiver}] {site.path}:{site.line}  {compared.text}")
        ours, theirs = compared.ours, compared.theirs
        rest = {"outside of the project": theirs.is_outside, "no method": theirs.is_stored}
        print(f"        pyrefly: {said(theirs.functions, rest)}")
        rest = {"something else": ours.has_other, "unknown": ours.has_unknown, "not seen": not ours.is_seen}
        print(f"        ours:    {said(ours.functions, rest)}")


def said(methods: frozenset[Method], rest: dict[str, bool]) -> str:
    """An answer in words; of many methods, the first."""
    words = sorted(map(str, methods))[:METHODS] + [f"and {len(methods) - METHODS} more"] * (len(methods) > METHODS)
    return ", ".join(words + [word for word, holds in rest.items() if holds]) or "nothing"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def misses(tree: Tree, found: list[Compared]) -> Iterator[Short]:
    """The bars that aren't reached."""
    if unseen := [compared.site for compared in found if not compared.ours.is_seen]:
        yield Short(tree.pin.name, f"{len(unseen)} places aren't among the mentions, first {unseen[0]}")
    counts = Counter(compared.verdict for compared in found)
    resolved = sum(counts[v] for v in COMPARED)
    wrong = [c for c in found if c.verdict is Verdict.DIFFERENT and c.text not in tree.accepted]
    if wrong:
        yield Short(tree.pin.name, f"{len(wrong)} answers differ from pyrefly's")
    for each, most in ((Verdict.MISSED, MOST_MISSED), (Verdict.SUPERSET, MOST_SUPERSETS)):
        if counts[each] > most * resolved:
            yield Short(tree.pin.name, f"{each}: {share(counts[each], resolved)}, more than {most:.0%}")


def main(
    trees: Annotated[list[str] | None, typer.Argument(help="The programs to look at; all when none is named.")] = None,
    show: Annotated[list[str] | None, typer.Option(help="List the places: missed, superset, alone, neither …")] = None,
    seed: Annotated[int, typer.Option(help="Which names are drawn.")] = SEED,
    draw: Annotated[int, typer.Option(help="How many names are drawn.")] = DRAWN,
) -> None:
    """Compare the tool's answers with pyrefly's."""
    warnings.simplefilter("ignore", SyntaxWarning)  # of the programs that are read, not ours
    _check(trees or (), [tree.pin.name for tree in TREES])
    _check(show or (), [each.name.lower() for each in Verdict])
    short = list(run(trees or (), show or (), seed, draw))
    print()
    for each in short:
        print(f"{'SKIPPED' if each.is_skipped else 'MISSED'}  {each.program}: {each.what}")
    raise typer.Exit(1 if any(not each.is_skipped for each in short) else 0)


def _check(given: Iterable[str], known: list[str]) -> None:
    if wrong := sorted(set(given) - set(known)):
        raise typer.BadParameter(f"{wrong[0]} is none of {', '.join(known)}")


if __name__ == "__main__":
    typer.run(main)
