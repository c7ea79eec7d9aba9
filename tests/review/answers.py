"""An answer to ``why`` that holds something of everything."""

from __future__ import annotations

from awaitify.codes import Way
from awaitify.names import Place, Span
from awaitify.plan.cuts import Cut, KeptBoth, KeptSync
from awaitify.plan.plan import Known, Reference, Stop, Verdict
from awaitify.plan.plan import Link as ChainLink
from awaitify.plan.tree import Call, Link, Node, Role, Sureness
from awaitify.review.answer import Answer, Outcome, holdings


def place(line: int, path: str = "shop/cart.py") -> Place:
    return Place(path, Span(line, 4, line, 9))


def call(line: int, known: Sureness = Sureness.EXACT, *how: str) -> Call:
    return Call(place(line), known, how)


def node(parent: int, name: str, line: int, role: Role = Role.BECOMES, link: Link = Link.CALLS) -> Node:
    return Node(parent, name, place(line), role, link, (call(line),) if link is Link.CALLS else ())


TREE = (
    node(-1, "shop:Store.load", 1, link=Link.NAMED),
    Node(
        0,
        "shop:price",
        place(5),
        Role.BECOMES,
        Link.CALLS,
        (call(5), call(6, Sureness.INFERRED, "a", "b", "c")),
        is_asked=True,
    ),
    Node(1, "shop:now", place(7), Role.IS, Link.CALLS, (call(7),), entry="GET /now"),
    Node(1, "shop:old", place(8), Role.BECOMES, Link.CALLS, (call(8, Sureness.VOUCHED),), through="shop:Cached.price"),
    Node(3, "shop:test_old", place(9), Role.BECOMES, Link.CALLS, (call(9),), entry="test"),
    Node(1, "shop:Page.__init__", place(10), Role.STOP, Link.CALLS, code="AW201", reason="it is a constructor"),
    Node(1, "", place(11), Role.STARTS, Link.CALLS, (call(11),), entry="main guard"),
    Node(6, "shop:old", place(12), Role.BECOMES, Link.CALLS, (call(12),), is_again=True),
)
STOP = Stop(
    id="AW201-1",
    code="AW201",
    place=place(10),
    reason="shop:Page.__init__ can't become async: it is a constructor",
    inside="shop:Page.__init__",
    callee="shop:price",
    chain=(ChainLink("shop:price", place(5)), ChainLink("shop:Store.load", place(1))),
    ways=(Way.KEEP_BOTH, Way.REFUSE, Way.BRIDGE),
)
KEPT = KeptSync(("shop:price",), ("shop:Store.load", "shop:price"), ("shop:Mailer.send",), ("shop:held",), True)
CUT = Cut(("AW201-1",), (KEPT,), KeptBoth(("shop:Store.load", "shop:price"), ()))
DOUBT = Reference(place(20), "get", Verdict.DOUBT, Known.UNKNOWN, "", "shop:price")


def answer() -> Answer:
    return Answer(
        name="shop:price",
        place=place(4),
        outcome=Outcome.HELD,
        title="shop:price becomes async once it is no longer held back: it calls shop:Store.load",
        family=("shop:Cached.price",),
        tree=TREE,
        stops=holdings([STOP], [STOP]),
        cuts=(CUT,),
        doubts=(DOUBT,),
    )
