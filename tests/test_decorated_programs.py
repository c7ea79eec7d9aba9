"""Programs with decorators of their own: what isn't held back prints the same afterwards."""

from __future__ import annotations

import textwrap

import pytest

from awaitify.options import Formatter, Options
from tests.run_made import check

SHOP = """\
class Base:
    def __init__(self): self.n = 1
    def fetch(self, k=0): return self.n + k


def load(k=0): return Base().fetch(k)
"""

GUARD = "\nif __name__ == '__main__':\n    main()\n"

PROGRAMS = {
    "timed twice stacked": (
        """
        from functools import wraps
        def d(f):
            @wraps(f)
            def w(*a): return f(*a) + 1
            return w
        def e(f):
            def w(*a): return f(*a) * 2
            return w
        @d
        @e
        def go(k): return load(k)
        @e
        def plain(k): return k
        def main(): print(go(1), plain(2))
        """,
        [],
    ),
    "wrapped method with self": (
        """
        def locked(f):
            def w(self, *a):
                self.n += 1
                try:
                    return f(self, *a)
                finally:
                    self.n -= 1
            return w
        class T:
            n = 0
            @locked
            def go(self, k): return load(k) + self.n
            @locked
            def size(self): return self.n
        def main(): print(T().go(1), T().size())
        """,
        [],
    ),
    "override decorated": (
        """
        def d(f):
            def w(*a): return f(*a)
            return w
        class X(Base):
            @d
            def fetch(self, k=0): return 7
        def main(): print(X().fetch(1), load(1))
        """,
        [],
    ),
    "used by hand": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w
        @d
        def go(k): return load(k)
        hand = d(lambda k: k)
        def main(): print(go(1), hand(3))
        """,
        [],
    ),
    "passed through by hand": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w
        def go(k): return load(k)
        go2 = d(go)
        def main(): print(go2(1))
        """,
        ["AW210"],
    ),
    "decorator in class body": (
        """
        class T:
            def d(f):
                def w(self, *a): return f(self, *a) + 1
                return w
            @d
            def go(self, k): return load(k)
            @d
            def plain(self): return 1
        def main(): print(T().go(1), T().plain())
        """,
        [],
    ),
    "local decorator": (
        """
        def main():
            def d(f):
                def w(*a): return f(*a) + 1
                return w
            @d
            def go(k): return load(k)
            @d
            def plain(k): return k
            print(go(1), plain(1))
        """,
        [],
    ),
    "conditional wrapper names": (
        """
        def d(f):
            if f.__name__ == "go":
                def w(*a): return f(*a) + 1
            else:
                def w(*a): return f(*a) + 2
            return w
        @d
        def go(k): return load(k)
        @d
        def plain(k): return k
        def main(): print(go(1), plain(1))
        """,
        ["AW210"],
    ),
    "wrapper calls another decorated": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w
        @d
        def base(k): return load(k)
        def e(f):
            def w(*a): return f(*a) + base(1)
            return w
        @e
        def other(k): return k
        def main(): print(base(1), other(2))
        """,
        [],
    ),
    "wrapper with generator fn mixed": (
        """
        def d(f):
            def w(*a): return f(*a)
            return w
        @d
        def gen(n):
            for i in range(n): yield i
        @d
        def go(k): return load(k)
        def main(): print(list(gen(3)), go(1))
        """,
        [],
    ),
    "decorated generator that awaits": (
        """
        def d(f):
            def w(*a): return f(*a)
            return w
        @d
        def gen(n):
            for i in range(n): yield load(i)
        def main(): print(list(gen(3)))
        """,
        ["AW210"],
    ),
    "property on top": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w
        class T:
            @property
            @d
            def x(self): return load(1)
        def main(): print(T().x)
        """,
        ["AW202"],
    ),
    "staticmethod on top": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w
        class T:
            @staticmethod
            @d
            def x(k): return load(k)
            @classmethod
            @d
            def y(cls, k): return k
        def main(): print(T.x(1), T().x(2), T.y(1))
        """,
        [],
    ),
    "registry called": (
        """
        H = {}
        def reg(n):
            def d(f):
                H[n] = f
                return f
            return d
        @reg("a")
        def go(k): return load(k)
        def main(): print(go(1), H["a"](2))
        """,
        ["AW301"],
    ),
    "wrapper stored": (
        """
        H = []
        def d(f):
            def w(*a): return f(*a) + 1
            H.append(w)
            return w
        @d
        def go(k): return load(k)
        def main(): print(go(1), H[0](2))
        """,
        [],
    ),
    "comprehension": (
        """
        def d(f):
            def w(*a):
                return [f(x) for x in a], {x: f(x) for x in a if f(x) > 1}
            return w
        @d
        def go(k): return load(k)
        def main(): print(go(1, 2))
        """,
        [],
    ),
    "nonlocal counter": (
        """
        def d(f):
            n = 0
            def w(*a):
                nonlocal n
                n += 1
                return f(*a) + n
            return w
        @d
        def go(k): return load(k)
        @d
        def plain(k): return k
        def main(): print(go(1), go(1), plain(1), plain(1))
        """,
        [],
    ),
    "kwargs default": (
        """
        def d(f, n=[]):
            def w(*a, extra=n):
                extra.append(1)
                return f(*a) + len(extra)
            return w
        @d
        def go(k): return load(k)
        @d
        def plain(k): return k
        def main(): print(go(1), go(1), plain(1))
        """,
        [],
    ),
    "factory assigned": (
        """
        def times(n):
            def d(f):
                def w(*a):
                    return f(*a) * n
                return w
            return d
        twice = times(2)
        @twice
        def go(k): return load(k)
        def main(): print(go(1))
        """,
        [],
    ),
    "delegating decorator": (
        """
        def times(f, n=2):
            def w(*a):
                return f(*a) * n
            return w
        def thrice(f): return times(f, 3)
        @thrice
        def go(k): return load(k)
        @times
        def plain(k): return k
        def main(): print(go(1), plain(1))
        """,
        [],
    ),
    "async aware isawaitable": (
        """
        import inspect
        def d(f):
            def w(*a):
                r = f(*a)
                if inspect.isawaitable(r):
                    async def later(): return (await r) + 1
                    return later()
                return r + 1
            return w
        @d
        def go(k): return load(k)
        def main(): print(go(1))
        """,
        ["AW210"],
    ),
    "named fn param same as function": (
        """
        def d(load):
            def w(*a): return load(*a) + 1
            return w
        @d
        def go(k): return load(k)
        def main(): print(go(1))
        """,
        [],
    ),
    "singledispatchmethod": (
        """
        from functools import singledispatchmethod
        class T:
            @singledispatchmethod
            def go(self, k): return 0
            @go.register
            def _(self, k: int): return load(k)
            @go.register(str)
            def _s(self, k): return 5
        def main(): print(T().go(1), T().go("a"), T().go(None))
        """,
        [],
    ),
    "singledispatch register call": (
        """
        from functools import singledispatch
        @singledispatch
        def go(k): return load(k)
        def text(k): return 5
        go.register(str, text)
        def main(): print(go(1), go("a"))
        """,
        ["AW301"],
    ),
    "wrapper catches try else finally return": (
        """
        def d(f):
            def w(*a):
                while True:
                    try:
                        r = f(*a)
                    except KeyError:
                        continue
                    else:
                        return r
                    finally:
                        print("done")
            return w
        @d
        def go(k): return load(k)
        @d
        def plain(): return 2
        def main(): print(go(1), plain())
        """,
        [],
    ),
    "decorator used on class too": (
        """
        def d(f):
            def w(*a): return f(*a)
            return w
        @d
        def go(k): return load(k)
        @d
        class T:
            x = 1
        def main(): print(go(1), T().x)
        """,
        [],
    ),
    "with cm that awaits": (
        """
        from contextlib import contextmanager
        @contextmanager
        def cm():
            yield load(1)
        def d(f):
            def w(*a):
                with cm() as x:
                    return f(*a) + x
            return w
        @d
        def go(k): return k
        @d
        def plain(k): return k
        def main(): print(go(1), plain(1))
        """,
        [],
    ),
    "contextmanager as decorator": (
        """
        from contextlib import contextmanager
        @contextmanager
        def cm():
            print("in")
            yield
            print("out")
        @cm()
        def go(k): return load(k)
        def main(): print(go(1))
        """,
        ["AW210"],
    ),
    "semicolons one line": (
        """
        def d(f):
            def w(*a): return f(*a)
            w.n = 1; return w
        @d
        def go(k): return load(k)
        @d
        def plain(k): return k
        def main(): print(go(1), plain(1), go.n)
        """,
        [],
    ),
    "multi use with async before": (
        """
        import asyncio
        def d(f):
            def w(*a): return f(*a)
            return w
        @d
        def go(k): return load(k)
        @d
        async def already(k): return k
        async def use(): return await already(3)
        def main(): print(go(1))
        if __name__ == '__main__': print(asyncio.run(use()))
        """,
        [],
    ),
    "method decorator via instance": (
        """
        class R:
            def __init__(self): self.n = 0
            def counted(self, f):
                def w(*a):
                    self.n += 1
                    return f(*a) + self.n
                return w
        r = R()
        @r.counted
        def go(k): return load(k)
        @r.counted
        def plain(k): return k
        def main(): print(go(1), plain(1))
        """,
        [],
    ),
    "dict of decorated": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w
        @d
        def go(k): return load(k)
        T = {"go": go}
        def main(): print(T["go"](1))
        """,
        [],
    ),
    "one barred with own await": (
        """
        def d(f):
            def w(*a):
                return f(*a) + load(1)
            return w
        @d
        def go(k): return k
        class T:
            @d
            def __len__(self): return 1
        def main(): print(go(1), len(T()))
        """,
        ["AW210"],
    ),
    "one barred": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w

        @d
        def go(k): return load(k)
        class T:
            @d
            def __len__(self): return 1
        def main(): print(go(1), len(T()))
        """,
        [],
    ),
    "barred itself": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w

        class T:
            @d
            def __len__(self): return load(1)
        def main(): print(len(T()))
        """,
        ["AW203"],
    ),
    "decorated nested in loop": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w

        def make(n):
            @d
            def inner(k): return load(k) + n
            return inner(1)
        @d
        def plain(k): return k
        def main(): print(make(1), make(2), plain(1))
        """,
        [],
    ),
    "decorated returned": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w

        def make(n):
            @d
            def inner(k): return load(k) + n
            return inner
        def main(): print(make(1)(1))
        """,
        [],
    ),
    "decorated twice by same": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w

        @d
        @d
        def go(k): return load(k)
        @d
        @d
        def plain(k): return k
        def main(): print(go(1), plain(1))
        """,
        [],
    ),
    "handsback above wrapper": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w

        def mark(f):
            f.marked = True
            return f
        @mark
        @d
        def go(k): return load(k)
        @mark
        @d
        def plain(k): return k
        def main(): print(go(1), plain(1), go.marked)
        """,
        [],
    ),
    "wrapper result passed to coloured": (
        """
        def d(f):
            def w(*a): return load(f(*a))
            return w
        @d
        def go(k): return k
        def main(): print(go(1))
        """,
        [],
    ),
    "open in wrapper": (
        """
        def d(f):
            def w(*a):
                with open("pyproject.toml") as h:
                    t = h.read()
                return f(*a) + len(t)
            return w
        @d
        def go(k): return load(k)
        @d
        def plain(k): return k
        def main(): print(go(1), plain(1))
        """,
        [],
    ),
    "match": (
        """
        def d(f):
            def w(*a):
                match f(*a):
                    case 2: return "two"
                    case x: return x
            return w
        @d
        def go(k): return load(k)
        @d
        def plain(k): return k
        def main(): print(go(1), plain(2), plain(3))
        """,
        [],
    ),
    "global state in nested func def after": (
        """
        def d(f):
            def w(*a): return f(*a)
            def reset(): w.n = 0
            w.reset = reset
            w.n = 3
            return w
        @d
        def go(k): return load(k)
        @d
        def plain(k): return k
        def main():
            print(go(1), plain(2), go.n)
            go.reset()
            print(go.n)
        """,
        [],
    ),
    "conditional decorator value": (
        """
        def d(f):
            def w(*a): return f(*a) + 1
            return w

        import os
        def e(f): return f
        dd = d if os.environ.get("NOPE") else e
        @dd
        def go(k): return load(k)
        def main(): print(go(1))
        """,
        ["AW210"],
    ),
    "try import fallback": (
        """
        try:
            from nonexisting import d
        except ImportError:
            def d(f):
                def w(*a): return f(*a) + 1
                return w
        @d
        def go(k): return load(k)
        def main(): print(go(1))
        """,
        ["AW210"],
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_with_decorators_is_changed_rightly_or_held_back(name: str) -> None:
    code, stops = PROGRAMS[name]
    main = f"from shop import *\n{textwrap.dedent(code)}{GUARD}"
    files = {"pyproject.toml": "", "shop.py": SHOP, "main.py": main}
    outcome, _ = check(files, Options(targets=("shop:Base.fetch",), format_with=Formatter.NONE))
    assert sorted({stop.code for stop in outcome.plan.stops}) == stops
