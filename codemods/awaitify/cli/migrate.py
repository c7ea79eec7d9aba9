"""``awaitify migrate``: plan, show, and with ``--write`` do it."""

from __future__ import annotations

import gc
import shlex
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from awaitify.cli.exits import ExitCode
from awaitify.cli.progress import progress_bar
from awaitify.cli.screen import Color, Screen, open_screen, send, show, tell
from awaitify.cli.settings import Python, Sources, Targets, settings
from awaitify.cli.staged import Staging, first_stages, make_stack, show_stack
from awaitify.codes import Way
from awaitify.failure import UsageError
from awaitify.options import Formatter, HttpTarget, Options, parse_decision, parse_twin_names, parse_way
from awaitify.plan.plan import Plan, Verdict
from awaitify.review import diff
from awaitify.review.as_json import as_json
from awaitify.review.markdown import as_markdown
from awaitify.review.report import Report, make_report
from awaitify.review.text import closing, diff_line, opening
from awaitify.review.visible import counted

if TYPE_CHECKING:
    from awaitify.migrate import Outcome

_WAYS = ", ".join(way for way in Way)


class Format(StrEnum):
    """``text`` to read, ``json`` for programs, ``markdown`` for a pull request."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def migrate(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The project, or the part of it that may change.")
    ] = Path(),
    target: Targets = None,
    source: Sources = None,
    write: Annotated[bool, typer.Option("--write", help="Write the changes of all groups that are ready.")] = False,
    check: Annotated[bool, typer.Option("--check", help="No diff; exit 1 if --write would change a file.")] = False,
    patch: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the diff there, for `git apply`.")] = None,
    output: Annotated[Format, typer.Option("--format", help="How to show the plan.")] = Format.TEXT,
    decide: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=WAY", help="Decide a stop: the key is a code, path:line or a name. May be repeated."),
    ] = None,
    on_stop: Annotated[str | None, typer.Option(metavar="WAY", help=f"Decide all other stops: {_WAYS}.")] = None,
    keep_sync: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A function that stays as it is. May be repeated.")
    ] = None,
    keep_both: Annotated[
        bool,
        typer.Option("--keep-both", help="Change no function: each that must become async gets an async twin."),
    ] = False,
    twin_names: Annotated[
        str | None, typer.Option(metavar="PATTERN", help="How twins are called: a{name} unless said otherwise.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="All or nothing: with a doubt or a stop left, write nothing and exit 4.")
    ] = False,
    http_target: Annotated[HttpTarget | None, typer.Option(help="What takes the place of requests.")] = None,
    format_with: Annotated[Formatter | None, typer.Option(help="What formats a changed file.")] = None,
    python: Python = None,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="Write to files with changes that git hasn't got.")
    ] = False,
    stages: Annotated[
        bool, typer.Option("--stages", help="Show the migration as stages that can be merged one by one.")
    ] = False,
    stage: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only the first N stages: show them, or --write them.")
    ] = None,
    stages_to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write a patch for each stage there, for `git am`.")
    ] = None,
    max_files: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="So many files in a stage, where that can be.")
    ] = None,
    max_depth: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="So many levels of calls in a stage.  [default: 1]")
    ] = None,
    no_cache: Annotated[
        bool,
        typer.Option("--no-cache", help="Don't go by what earlier runs found out, and keep nothing for later ones."),
    ] = False,
    color: Annotated[Color, typer.Option(help="When to use colours.")] = Color.AUTO,
) -> None:
    """Make async what -t names and all that calls it; show the diff.

    Nothing is written without --write, and `awaitify undo` takes that back.
    """
    options = settings(path).with_arguments(
        targets=target or (),
        sources=source or (),
        write=write,
        check=check,
        allow_dirty=allow_dirty,
        strict=strict,
        cache=not no_cache,
        decide=[parse_decision(text) for text in decide or ()],
        on_stop=None if on_stop is None else parse_way(on_stop, "--on-stop"),
        keep_sync=keep_sync or (),
        keep_both=keep_both,
        twin_names=None if twin_names is None else parse_twin_names(twin_names, "--twin-names"),
        http_target=http_target,
        format_with=format_with,
        python=python,
    )
    valued: _Valued = (
        ("-t", target),
        ("--from", source),
        ("--decide", decide),
        ("--on-stop", on_stop),
        ("--keep-sync", keep_sync),
        ("--twin-names", twin_names),
        ("--http-target", http_target),
        ("--format-with", format_with),
        ("--python", None if python is None else str(python)),
    )
    typed = (
        *_words(path, valued),
        *["--keep-both"] * keep_both,
        *["--strict"] * strict,
        *["--allow-dirty"] * allow_dirty,
    )
    staging = Staging(stages, stage, stages_to, max_files, max_depth)
    staging.check(options)
    raise typer.Exit(_run(path, options, typed, open_screen(color), output, patch, staging))


_Valued = Iterable[tuple[str, str | list[str] | None]]


def _words(path: Path, valued: _Valued) -> Iterable[str]:
    """What was typed, to be typed again."""
    if path != Path():
        yield str(path)
    for name, values in valued:
        for value in [values] if isinstance(values, str) else values or ():
            yield from (name, str(value))


def _run(
    path: Path,
    options: Options,
    typed: tuple[str, ...],
    screen: Screen,
    output: Format,
    patch: Path | None,
    staging: Staging,
) -> ExitCode:
    from awaitify.migrate import migrate as make_plan  # noqa: PLC0415  loaded when it is needed

    if not staging.is_asked:
        with progress_bar(screen.err) as progress:
            outcome = make_plan(path, options, progress)
        return _exit_code(_finish(outcome, options, typed, screen, output, patch), options)
    typed = (*typed, *staging.words)
    stack = make_stack(path, options, staging, shlex.join(("awaitify", "migrate", *typed)), screen)
    if staging.number is None:
        return show_stack(stack, staging, screen, output)
    outcome = first_stages(stack, staging.number)
    typed = (*typed, "--stage", str(staging.number))
    return _exit_code(_finish(outcome, options, typed, screen, output, patch), options)


def _finish(
    outcome: Outcome, options: Options, typed: tuple[str, ...], screen: Screen, output: Format, patch: Path | None
) -> Report:
    """Write if asked to, and show. All that will be shown is made before anything is written."""
    from awaitify.migrate import write as apply  # noqa: PLC0415

    gc.freeze()  # the trees live until the end: walking them once more when Python ends costs as much as a third of the plan
    writes = options.write and bool(outcome.changes) and not _refused(outcome.plan, options)
    changes = diff.by_file(outcome.changes, outcome.root)
    report = make_report(outcome.plan, changes, outcome.root, outcome.version, typed, writes)
    with_diff = not (options.write or options.check or patch)
    parts = _parts(report, screen, output, with_diff)
    if patch:
        _save(patch, diff.patch(report.changes))
    if writes:
        apply(outcome, options)
    for part in parts:
        part()
    if options.write and (why_not := _refused(report.plan, options)):
        tell(f"nothing was written: --strict, and there {why_not} left")
    return report


def _refused(plan: Plan, options: Options) -> str:
    """Why ``--strict`` forbids to write: ``are 2 undecided stops and 1 doubt``; empty when it doesn't."""
    if not options.strict:
        return ""
    stops, doubts = len(plan.undecided), plan.count(Verdict.DOUBT)
    found = [counted(stops, "undecided stop")] * bool(stops) + [counted(doubts, "doubt")] * bool(doubts)
    return f"{'is' if stops + doubts == 1 else 'are'} {' and '.join(found)}" if found else ""


def _parts(report: Report, screen: Screen, output: Format, with_diff: bool) -> list[Callable[[], None]]:
    """What is to be shown, in order; each part is ready and has only to be called."""
    match output:
        case Format.JSON:
            return [partial(send, as_json(report, diffs=with_diff).encode("ascii"))]
        case Format.MARKDOWN:
            return [partial(send, as_markdown(report).encode())]
        case Format.TEXT:
            between = [_diff(report, screen)] if with_diff and report.changes else []
            return [partial(show, screen.err, opening(report)), *between, partial(show, screen.err, closing(report))]


def _diff(report: Report, screen: Screen) -> Callable[[], None]:
    """The diff in colour for a terminal, else as a patch with the very bytes: ``awaitify migrate … > my.patch``."""
    if screen.out.is_terminal:
        return partial(
            show, screen.out, [diff_line(line) for change in report.changes for line in diff.shown_diff(change)]
        )
    return partial(send, diff.patch(report.changes))


def _save(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}") from error


def _exit_code(report: Report, options: Options) -> ExitCode:
    plan = report.plan
    if _refused(plan, options) or (plan.undecided and (options.write or options.check)):
        return ExitCode.HELD
    if plan.failures:
        return ExitCode.UNPROCESSED
    return ExitCode.CHANGES if options.check and report.changes else ExitCode.DONE
