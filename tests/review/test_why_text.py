"""The answer to ``why`` in lines: a tree that is cut off where it is huge, what to type, the cuts."""

from __future__ import annotations

from dataclasses import replace

from awaitify.codes import Way
from awaitify.plan.cuts import Cut, KeptBoth
from awaitify.plan.tree import Link, Node, Role
from awaitify.review.answer import Answer, Outcome, holdings
from awaitify.review.text import Style, plain
from awaitify.review.why_text import as_lines
from tests.review.answers import CUT, KEPT, STOP, TREE, answer, node, place

_SHOWN = """\
shop:price becomes async once it is no longer held back: it calls shop:Store.load
  one colour with it: shop:Cached.price

shop:Store.load  shop/cart.py:1  named
└─ shop:price  shop/cart.py:5  calls it 2 times (inferred from a, b and c)  ◄
   ├─ shop:now  shop/cart.py:7  calls it (exact)  ← GET /now  is async already
   ├─ shop:old  shop/cart.py:8  calls Cached.price of its family (vouched)
   │  └─ shop:test_old  shop/cart.py:9  calls it (exact)  ← test
   ├─ STOP AW201  shop/cart.py:10  in shop:Page.__init__
   └─ main guard  shop/cart.py:11  calls it (exact)  starts the event loop
      └─ shop:old  shop/cart.py:12  calls it (exact)  … shown elsewhere
  leads up to GET /now shop:now, main guard and 1 test

Doubts in it (the receiver isn't known, the name is a common one)
  shop/cart.py:20  get

Held back by 1 stop
  STOP AW201  shop/cart.py:10  shop:Page.__init__ can't become async: it is a constructor
    chain  price → Store.load
    ways   keep-both  --decide AW201=keep-both  the sync function stays for this caller, the async one is added beside it  (recommended)
           refuse     --decide AW201=refuse     the families that lead here are left out of the plan
           bridge     --decide AW201=bridge     the call runs in an event loop of its own: asyncio.run(…)

Cheapest cuts (each one that keeps sync was drawn as a plan and checked)
  to be rid of AW201 shop/cart.py:10
    keep sync     --keep-sync shop:price
                  2 functions stay sync, 1 of 4 become async, 1 more is held by other stops
                  with it stay sync: shop:Store.load
    keep in both  2 functions: shop:Store.load, shop:price
"""


def shown(answer: Answer) -> str:
    return plain(as_lines(answer))


def of_tree(*nodes: Node) -> Answer:
    return replace(answer(), family=(), tree=nodes, stops=(), cuts=(), doubts=())


def test_the_whole_answer() -> None:
    assert shown(answer()) == _SHOWN


def test_a_huge_tree_shows_what_is_nearest_and_counts_the_rest() -> None:
    callers = [node(0, f"shop:f{number}", number + 10) for number in range(60)]
    above = [node(number + 1, f"shop:g{number}", number + 100) for number in range(60)]
    text = shown(of_tree(replace(TREE[0], is_asked=True), *callers, *above))
    assert "├─ shop:f39  " in text
    assert "shop:f40 " not in text
    assert "│  └─ … and 1 more; --format json has all\n" in text
    assert text.endswith("└─ … and 40 more; --format json has all\n")
    assert len(text.splitlines()) < 100


def test_callers_go_before_stops_and_tests_where_there_is_not_room_for_all() -> None:
    tests = [replace(node(0, f"shop:test_{number}", 10), entry="test") for number in range(60)]
    stops = [Node(0, "shop:h", place(9), Role.STOP, Link.CALLS, code="AW301") for _ in range(50)]
    text = shown(of_tree(replace(TREE[0], is_asked=True), *stops, *tests, node(0, "shop:last", 99)))
    assert "─ shop:last  " in text
    assert "STOP" not in text
    assert "… and 21 more and 50 stops; --format json has all" in text
    few = shown(of_tree(replace(TREE[0], is_asked=True), *stops, node(0, "shop:last", 99)))
    assert few.count("STOP AW301") == 3
    assert "… and 47 stops; --format json has all" in few


def test_the_way_down_to_the_seed_is_never_cut_off() -> None:
    chain = [node(number - 1, f"shop:f{number}", number + 1) for number in range(100)]
    text = shown(of_tree(*chain[:-1], replace(chain[-1], is_asked=True)))
    assert len(text.splitlines()) == 102
    assert "more" not in text


def test_many_stops_are_shown_with_one_of_each_code_in_full() -> None:
    codes = ["AW201"] * 30 + ["AW301", "AW205"]
    stops = [replace(STOP, id=f"{code}-{n}", code=code, place=place(n)) for n, code in enumerate(codes, 1)]
    text = shown(replace(answer(), tree=(), stops=holdings(stops, stops), cuts=()))
    assert "Held back by 32 stops: AW201 ×30, AW301 ×1, AW205 ×1\n" in text
    assert text.count("    ways ") == 3
    assert "--decide shop/cart.py:1=refuse" in text
    assert "--decide AW205=refuse" in text
    assert "  … and 17 more; --format json has all\n" in text


def test_a_decided_stop_has_no_ways_out_but_says_how_it_was_decided() -> None:
    stops = holdings([replace(STOP, decided=Way.KEEP_SYNC)], [])
    text = shown(replace(answer(), outcome=Outcome.KEPT, stops=stops, cuts=()))
    assert "Kept sync by the decision on 1 stop\n" in text
    assert "it is a constructor  → keep-sync\n" in text
    assert "ways" not in text


def test_a_cut_that_leaves_nothing_says_so() -> None:
    nothing = replace(KEPT, names=("shop:a.b", "it's"), ready=(), held=())
    text = shown(replace(answer(), cuts=(replace(CUT, keep_sync=(nothing,), keep_both=None),)))
    assert """--keep-sync shop:a.b --keep-sync 'it'"'"'s'""" in text
    assert "nothing is left that becomes async: 2 functions would stay sync\n" in text


def test_a_cut_says_when_it_is_not_proved_the_fewest_and_when_it_lets_the_function_go() -> None:
    found = replace(KEPT, ready=("shop:price",), held=(), is_fewest=False)
    text = shown(replace(answer(), cuts=(replace(CUT, keep_sync=(found,)),)))
    assert "2 functions stay sync, 1 of 3 become async, shop:price among them; there may be fewer" in text


def test_a_stop_that_no_choice_is_rid_of_is_said_to_be_left() -> None:
    cuts = (Cut(("AW201-1",), (), KeptBoth(("shop:price",), ("AW201-1",))),)
    text = shown(replace(answer(), cuts=cuts))
    assert "no choice of functions was found" in text
    assert "1 of the 1 stops would be left" in text


def test_the_cut_for_all_stops_together_says_so() -> None:
    stops = [STOP, replace(STOP, id="AW201-2", place=place(11))]
    cuts = (CUT, replace(CUT, stops=("AW201-1", "AW201-2")))
    text = shown(replace(answer(), stops=holdings(stops, stops), cuts=cuts))
    assert "to be rid of AW201 shop/cart.py:10\n" in text
    assert "to be rid of AW201 shop/cart.py:10, AW201 shop/cart.py:11, all of them\n" in text


def test_what_could_steer_a_terminal_is_spelled_out() -> None:
    evil = replace(TREE[0], name="shop:\x1b[31mred", entry="GET /\u202e", is_asked=True)
    text = shown(replace(of_tree(evil), title="shop:\x1b[31mred becomes async"))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b[31mred" in text


def test_stops_are_red_and_the_one_asked_for_is_bold() -> None:
    pieces = [piece for line in as_lines(answer()) for piece in line]
    assert ("STOP AW201", Style.BAD) in pieces
    assert ("shop:price", Style.TITLE) in pieces
