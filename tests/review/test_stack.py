"""The stages as they are shown, and the files of one stage."""

from __future__ import annotations

import email
from dataclasses import replace
from email.policy import default
from pathlib import Path

from awaitify.migrate import stack
from awaitify.options import Options
from awaitify.plan.stages import Budget
from awaitify.review.stack import Stack
from awaitify.review.stack_files import file_name, mail, overview, readme
from awaitify.review.stack_text import stack_lines
from awaitify.review.text import plain
from tests.programs import program

FILES = {
    "low": "import time\n\n\ndef low() -> None:\n    time.sleep(0)\n",
    "high": "from low import low\n\n\ndef café() -> None:\n    low()\n",
}
TEXT = """\
STAGES  2 stages, which are the whole change: 2 functions, 2 files
  1 café  1 function, 1 file, +1 −1
      café  calls low
  2 low  1 function, 2 files, +4 −4
      low  named

Next  awaitify migrate -t low:low --stage 1 --write    writes the first stage; when it is merged, --stages shows the rest
      awaitify migrate -t low:low --stages-to FOLDER    writes a patch for each, with the text of a pull request
"""
README = """\
## Make async: café

Stage 1 of 2 of making async: `low:low`.
1 function, 1 file, +1 −1.

### What becomes async

- `high:café`: calls low

### On its own

It can be merged alone: whoever calls what becomes async is async already, or becomes so here.
What is still sync below, and an `async def` that awaits nothing yet, is left to the 1 stage to come.
Places are those in the program before the first stage.
"""


def made(folder: Path) -> Stack:
    found = stack(program(folder, FILES), Options(targets=("low:low",)), Budget())
    return replace(found, again="awaitify migrate -t low:low")


def test_each_stage_is_shown_with_what_becomes_async_in_it(tmp_path: Path) -> None:
    assert plain(stack_lines(made(tmp_path / "p"))) == TEXT


def test_a_stage_over_its_budget_is_said(tmp_path: Path) -> None:
    shown = plain(stack_lines(made(tmp_path / "p"), max_files=1))
    assert shown.count("over the budget of 1 file: what it holds can't be taken apart") == 1


def test_the_text_of_a_pull_request(tmp_path: Path) -> None:
    found = made(tmp_path / "p")
    assert readme(found.stages[0], found) == README
    assert "It is the last one" in readme(found.stages[1], found)
    assert "| 2 | low | 1 | 2 | +4 −4 |" in overview(found)


def test_a_patch_is_a_mail_that_says_the_same_each_time(tmp_path: Path) -> None:
    found = made(tmp_path / "p")
    stage = found.stages[0]
    assert file_name(stage) == "0001-caf"
    data = mail(stage, found, seconds=1_000_000, folder="api/")
    read = email.message_from_bytes(data.partition(b"\n")[2], policy=default)
    assert read["Subject"] == "[PATCH 1/2] Make async: café"
    assert read["Date"] == "Mon, 12 Jan 1970 13:46:41 +0000"
    assert "diff --git a/api/high.py b/api/high.py" in read.get_content()
    assert data == mail(stage, made(tmp_path / "q"), seconds=1_000_000, folder="api/").replace(b"/q/", b"/p/")
