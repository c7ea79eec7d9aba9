"""``awaitify migrate --stages``, ``--stage N`` and ``--stages-to FOLDER``: the migration one part at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from awaitify.cli.exits import ExitCode
from awaitify.cli.progress import progress_bar
from awaitify.cli.screen import Screen, send, show, tell
from awaitify.failure import UsageError
from awaitify.options import Options
from awaitify.review.stack import Stack
from awaitify.review.stack_files import file_name, mail, overview, readme
from awaitify.review.stack_json import stack_json
from awaitify.review.stack_text import stack_lines
from awaitify.review.visible import counted

if TYPE_CHECKING:
    from awaitify.migrate import Outcome


@dataclass(frozen=True, slots=True)
class Staging:
    """What was asked for: to see the stages, to have the first N of them, or to have each as a patch in a folder."""

    shown: bool
    number: int | None
    folder: Path | None
    max_files: int | None
    max_depth: int | None

    @property
    def is_asked(self) -> bool:
        return self.shown or self.number is not None or self.folder is not None

    def check(self, options: Options) -> None:
        """Raises UsageError for what doesn't go together."""
        budget = [name for name, value in self._budget if value is not None]
        if budget and not self.is_asked:
            raise UsageError(f"{budget[0]} is a budget of stages: say --stages, --stage N or --stages-to FOLDER too")
        if self.shown + (self.number is not None) + (self.folder is not None) > 1:
            raise UsageError("--stages, --stage and --stages-to exclude each other")
        if self.is_asked and self.number is None and (options.write or options.check):
            raise UsageError("--write and --check are for one stage: say --stage N")

    @property
    def words(self) -> tuple[str, ...]:
        """The budgets as they are typed."""
        return tuple(word for name, value in self._budget if value is not None for word in (name, str(value)))

    @property
    def _budget(self) -> tuple[tuple[str, int | None], ...]:
        return ("--max-files", self.max_files), ("--max-depth", self.max_depth)


def make_stack(path: Path, options: Options, staging: Staging, again: str, screen: Screen) -> Stack:
    """The stages of the migration."""
    from awaitify.migrate import stack  # noqa: PLC0415  loaded when it is needed
    from awaitify.plan.stages import Budget  # noqa: PLC0415

    with progress_bar(screen.err) as progress:
        found = stack(path, options, Budget(staging.max_files, staging.max_depth), progress)
    return replace(found, again=again)


def first_stages(stack: Stack, number: int) -> Outcome:
    """What comes of the stages up to that number. Raises UsageError where there is no such stage."""
    from awaitify.migrate import Outcome  # noqa: PLC0415

    if why := stack.why_no_stages():
        raise UsageError(f"there are no stages: {why}")
    if number > len(stack.stages):
        raise UsageError(f"there is no stage {number}: there {_are(len(stack.stages))}")
    stage = stack.stages[number - 1]
    return Outcome(stack.root, stage.plan, stage.total, stack.version)


def _are(number: int) -> str:
    return f"{'is' if number == 1 else 'are'} {counted(number, 'stage')}"


def show_stack(stack: Stack, staging: Staging, screen: Screen, output: str) -> ExitCode:
    """Show the stages, or write their patches."""
    if staging.folder is not None:
        _save(stack, staging.folder)
    match output:
        case "json":
            send(stack_json(stack).encode("ascii"))
        case "markdown":
            send(overview(stack).encode())
        case _:
            show(screen.err, stack_lines(stack, max_files=staging.max_files))
    if staging.folder is not None:
        tell(f"{counted(len(stack.stages), 'stage')} in {staging.folder}: git am {staging.folder}/*.patch")
    return ExitCode.UNPROCESSED if stack.plan.failures else ExitCode.DONE


def _save(stack: Stack, folder: Path) -> None:
    """A patch and a text for each stage, in a folder that holds nothing yet: what is there may be of another stack."""
    from awaitify.source.git import folder_in_repository, time_of_head  # noqa: PLC0415

    below, seconds = folder_in_repository(stack.root), time_of_head(stack.root)
    files = {"README.md": overview(stack).encode()}
    for stage in stack.stages:
        files[f"{file_name(stage)}.patch"] = mail(stage, stack, seconds=seconds, folder=below)
        files[f"{file_name(stage)}.md"] = readme(stage, stack).encode()
    try:
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(f"{folder} isn't empty: what is there may be of another stack; name a new folder")
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise UsageError(f"{folder} can't be written: {error.strerror}") from error
