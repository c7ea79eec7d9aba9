"""What a person reads, word for word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from awaitify.plan.plan import Note, Plan, Verdict
from awaitify.review.report import Report, make_report
from awaitify.review.text import Style, closing, diff_line, opening, plain
from tests.review import sample

OPENING = """\
PLAN  2 functions, 1 call, 3 files                        nothing written
  references  1 awaited + 1 other + 2 stops + 1 doubt = 5 ✓
  known       1 exact + 3 inferred (an assignment 3) + 1 unknown
  stops       2 undecided, 1 decided; AW205 gone.py:7 → bridge
  public API that changes colour: Portal.get
  kept sync: portals:Portal.close
Groups (entry points first)
  1 get_weather ← GET /weather/{city}   1 file  +2 −2  ready  it calls Portal.get
  2 Portal.get                         2 files         held by AW302, AW206  a target
Look first (truth or comparison of what becomes a coroutine: silent without the await)
  cart.py:77  if self.portal.ok():
At run time
  1 endpoint leaves the thread pool
Doubts (receivers that aren't known, behind a common name: not edited)
  cache.py:8  portals:Portal.get  it is doubt
Not processed
  old.py:3: AW901 Missing parentheses in call to 'print'
"""
CLOSING = """\

STOP AW302  tasks/sync.py:3  a Celery task calls what becomes async
    3 |     for c in PORTALS: c.get("/x")
      |                       ^^^^^
  chain  get_weather → Portal.get
  ways   keep-both  the sync function stays for this caller, the async one is added beside it  (recommended)
         bridge     the call runs in an event loop of its own: asyncio.run(…)
         mark       a todo comment above the place; all else is converted
         thread     what is called here stays sync, and async code calls it on a thread: asyncio.to_thread(…)
         keep-sync  what is called here stays sync, with all that leads down from it
         refuse     the families that lead here are left out of the plan

STOP AW206  repo.py:4  a class body calls what becomes async
    4 | 	api = load('天气') or 1
      | 	      ^^^^^^^^^^^^
  chain  get_weather → Portal.get
  ways   refuse     the families that lead here are left out of the plan  (recommended)
         keep-both  the sync function stays for this caller, the async one is added beside it
         mark       a todo comment above the place; all else is converted
         thread     what is called here stays sync, and async code calls it on a thread: asyncio.to_thread(…)
         keep-sync  what is called here stays sync, with all that leads down from it
         bridge     the call runs in an event loop of its own: asyncio.run(…)

Plan  2 functions, 1 call, 3 files; 1 of 2 groups ready; 2 stops undecided; 1 doubt; 1 file not processed
Next  awaitify migrate app -t Portal.get --write    writes the 1 group that is ready
      awaitify migrate app -t Portal.get --decide AW206=refuse --decide AW302=keep-both --write    decides what is held back, as recommended
"""


def _report(plan: Plan, root: Path, written: bool = False) -> Report:
    sample.write_sources(root)
    return make_report(plan, sample.changes(), root, "0.1.0", ("app", "-t", "Portal.get"), written)


def test_the_opening_tells_the_verdict_the_groups_and_where_to_look(tmp_path: Path) -> None:
    assert plain(opening(_report(sample.plan(), tmp_path))) == OPENING


def test_the_closing_tells_the_stops_and_what_to_type_next(tmp_path: Path) -> None:
    assert plain(closing(_report(sample.plan(), tmp_path))) == CLOSING


def test_after_writing_the_verdict_says_how_many_files_were_written(tmp_path: Path) -> None:
    report = _report(sample.plan(), tmp_path, written=True)
    assert plain(opening(report)).splitlines()[0].endswith("  1 file written")
    lines = plain(closing(report)).splitlines()
    assert any(line.startswith("Plan  2 functions, 1 call, 3 files; 1 of 2 groups written; ") for line in lines)
    assert lines[-1].strip().startswith("awaitify undo")


def test_a_plan_without_anything_to_do_says_so_and_no_more() -> None:
    report = make_report(Plan(("a:f",), (), (), (), (), ()), (), Path(), "0.1.0")
    assert plain(opening(report)) == "PLAN  nothing to change: it is async already\n  references  0 ✓\n"
    assert closing(report) == ()


def test_functions_that_need_no_edit_are_nothing_to_change_either() -> None:
    groups = tuple(replace(group, files=(), held_by=()) for group in sample.plan().groups)
    report = make_report(replace(_settled(), groups=groups, edits=()), (), Path(), "0.1.0", ("-t", "Portal.get"))
    assert plain(opening(report)).startswith("PLAN  nothing to change: it is async already\n  references ")
    assert "Groups" not in plain(opening(report))
    assert closing(report) == ()


def test_what_is_kept_sync_is_not_said_to_be_async_already() -> None:
    report = make_report(replace(_settled(), groups=(), kept_sync=("portals:Portal.get",)), (), Path(), "0.1.0")
    assert plain(opening(report)).splitlines()[0] == "PLAN  nothing to change: no function has to become async"


def test_the_recap_of_what_is_all_ready_names_no_stops() -> None:
    groups = tuple(replace(group, held_by=()) for group in sample.plan().groups)
    report = make_report(replace(_settled(), groups=groups), sample.changes(), Path(), "0.1.0")
    assert plain(closing(report)).splitlines()[1] == "Plan  2 functions, 1 call, 3 files; 2 of 2 groups ready"


def _settled() -> Plan:
    """The plan without a stop, a doubt or a failure."""
    references = (sample.reference(6, Verdict.AWAITED),)
    return replace(sample.plan(), references=references, stops=(), failures=(), kept_sync=())


def _looks(*texts: str) -> tuple[Note, ...]:
    return tuple(Note("look", sample.place("a.py", line), text) for line, text in enumerate(texts, 1))


def test_ten_places_to_look_at_first_are_listed_and_the_others_counted(tmp_path: Path) -> None:
    notes = _looks(*["if f():  truth of what becomes a coroutine"] * 1_012)
    text = plain(opening(_report(replace(sample.plan(), notes=notes), tmp_path)))
    assert "  a.py:10  if f():\n  … and 1,002 more; --format json lists all\n" in text


def test_what_else_is_to_be_looked_at_stays_whole_under_a_heading_of_its_own(tmp_path: Path) -> None:
    notes = _looks("Cart never closed its session", "if f():  truth of what becomes a coroutine")
    text = plain(opening(_report(replace(sample.plan(), notes=notes), tmp_path)))
    assert "without the await)\n  a.py:2  if f():\nLook at\n  a.py:1  Cart never closed its session\n" in text
    text = plain(opening(_report(replace(sample.plan(), notes=notes[:1]), tmp_path)))
    assert "\nLook first\n  a.py:1  Cart never closed its session\n" in text


def test_the_fourth_stop_of_a_code_gets_a_line_only(tmp_path: Path) -> None:
    stops = tuple(sample.stop("AW301", sample.place("a.py", line), number=line) for line in range(1, 6))
    text = plain(closing(_report(replace(sample.plan(), stops=stops), tmp_path)))
    assert text.count("STOP AW301") == 5
    assert text.count("chain ") == 3


def test_many_doubts_are_counted_and_the_first_are_listed(tmp_path: Path) -> None:
    doubts = tuple(sample.reference(line, Verdict.DOUBT) for line in range(1, 1201))
    text = plain(opening(_report(replace(sample.plan(), references=doubts), tmp_path)))
    assert "1,200 doubts = 1,200 ✓" in text
    assert "  … and 1,190 more; --format json lists all\n" in text


def test_names_from_the_program_can_t_steer_the_terminal(tmp_path: Path) -> None:
    plan = replace(
        sample.plan(), public=("a\x1b[2J",), stops=(sample.stop("AW301", sample.place("a\x1b.py", 1), "\x07"),)
    )
    report = _report(plan, tmp_path)
    assert "\x1b" not in plain((*opening(report), *closing(report)))


def test_lines_of_a_diff_have_their_colours() -> None:
    lines = ["diff --git a/a b/a", "--- a/a", "@@ -1 +1 @@", "-f()", "+await f()", " x", "\\ No newline at end of file"]
    assert [diff_line(line)[0][1] for line in lines] == [
        Style.TITLE,
        Style.TITLE,
        Style.HUNK,
        Style.REMOVED,
        Style.ADDED,
        Style.PLAIN,
        Style.DIM,
    ]


def test_a_mixed_stop_names_both_sides_and_the_places_it_stands_for(tmp_path: Path) -> None:
    lines = plain(closing(_report(replace(sample.plan(), stops=(sample.mixed_stop(),)), tmp_path))).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("STOP AW312"))
    assert lines[at + 1 : at + 5] == [
        "  becomes async: sync:Redis.execute (sync.py:9)",
        "  is async: aio:Redis.execute (aio.py:4)",
        "  isn't a function of the project: builtins.dict.get",
        "  sites  commands.py:4, commands.py:7",
    ]
