"""Who inherits from whom, and which methods must have one colour."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from awaitify.index.program import Program
from awaitify.index.questions import Questions
from awaitify.index.summary import Binding, BindingKind, Class, Function
from awaitify.index.text import ClassLine
from awaitify.index.values import ClassValue, Foreign, Unknown, Values, in_order

_FEW = 60
"""Classes below one are looked at for what they give an attribute, where they stand in no more files."""
TOGETHER = {name: pair for pair in (("__enter__", "__exit__"), ("__iter__", "__next__")) for name in pair}
"""Special methods of which a class has both or neither, so that they have one colour."""
Bases = Callable[[Class], tuple[Values, ...]]


class Hierarchy:
    """The project's classes in their order of inheritance; *bases* resolves what stands between a class's parentheses, and
    *questions* tells whether that is settled."""

    def __init__(self, program: Program, bases: Bases, questions: Questions) -> None:
        self.program = program
        self._bases = bases
        self._questions = questions
        self._open: set[Class] = set()
        self._orders: dict[Class, tuple[Class, ...]] = {}
        self._foreign: dict[Class, frozenset[str]] = {}
        self._families: dict[tuple[Class, str], tuple[Function, ...]] = {}
        self._members: dict[tuple[Class, str], tuple[Class, ...]] = {}
        self._alike: dict[Function, tuple[Function, ...]] = {}
        self._below: dict[tuple[Class, str | None], tuple[Class, ...]] = {}

    def parents(self, cls: Class) -> tuple[Class, ...]:
        """The direct bases that are classes of the project."""
        found = (value for values in self._bases(cls) for value in in_order(values))
        return tuple(
            dict.fromkeys(value.cls for value in found if isinstance(value, ClassValue) and value.cls is not cls)
        )

    def order(self, cls: Class) -> tuple[Class, ...]:
        """The class and its ancestors in the project in method resolution order (C3; depth-first where C3 has no answer)."""
        if cls in self._open:
            return (cls,)  # an inheritance cycle ends here
        return self._questions.kept(self._orders, cls, lambda: self._order(cls))

    def _order(self, cls: Class) -> tuple[Class, ...]:
        self._open.add(cls)
        try:
            parents = self.parents(cls)
            merged = _merge([*(list(self.order(parent)) for parent in parents), list(parents)])
            if merged is None:
                merged = list(dict.fromkeys(a for parent in parents for a in self.order(parent)))
        finally:
            self._open.discard(cls)
        return (cls, *(a for a in merged if a is not cls))

    def foreign_bases(self, cls: Class) -> frozenset[str]:
        """The dotted names of the ancestors that are not the project's; ``?`` for one that couldn't be followed."""
        return self._questions.kept(self._foreign, cls, lambda: self._foreign_bases(cls))

    def _foreign_bases(self, cls: Class) -> frozenset[str]:
        values = (values for ancestor in self.order(cls) for values in self._bases(ancestor))
        return frozenset(name for some in values for name in _foreign_names(some))

    def below(self, cls: Class, mentioning: str | None = None) -> tuple[Class, ...]:
        """The classes of the project that have *cls* among their ancestors; with *mentioning*, only those in files with that word."""
        return self._questions.kept(self._below, (cls, mentioning), lambda: self._find_below(cls, mentioning))

    def _find_below(self, cls: Class, mentioning: str | None) -> tuple[Class, ...]:
        paths = None if mentioning is None else set(self.program.text.mentioning(mentioning))
        lines = self.program.text.subclass_lines(cls.qualname.rpartition(".")[2])
        wanted = sorted(line for line in lines if paths is None or line.path in paths)
        candidates = (c for line in wanted for c in self._classes_of(line))
        return tuple(c for c in candidates if c is not cls and cls in self.order(c))

    def few_below(self, cls: Class, name: str) -> tuple[Class, ...]:
        """The classes below *cls* whose body defines *name*; none where there are too many to look at each."""
        lines = self.program.text.subclass_lines(cls.node.name)
        if not lines or len({line.path for line in lines}) > _FEW:
            return ()
        return tuple(c for c in self.below(cls, mentioning=name) if name in c.functions or name in c.attributes)

    def givers_below(self, cls: Class, name: str) -> Iterator[Class]:
        """The classes that give objects of classes below *cls* an attribute *name*: those themselves, or their mixins."""
        own = self.order(cls)
        lines = self.program.text.subclass_lines(cls.node.name)
        if lines and len({line.path for line in lines}) <= _FEW:
            for below in self.below(cls):
                yield from (c for c in self.order(below) if c not in own and name in c.attributes)

    def suppliers(self, cls: Class, attribute: str) -> Iterator[Class]:
        """The classes below *cls* whose objects have an attribute which it hasn't itself, of their own or from another base."""
        for path in self.program.text.may_supply(cls.qualname.rpartition(".")[2], attribute):
            module = self.program.module_at(path)
            for candidate in module.classes if module else ():
                if candidate is not cls and (attribute in candidate.functions or attribute in candidate.attributes):
                    if cls in self.order(candidate):
                        yield candidate
                    else:
                        yield from self._meetings(cls, candidate)

    def find(self, cls: Class, name: str, after: Class | None = None) -> tuple[Class, list[Function]] | None:
        """The first class in *cls*'s order (behind *after*, for ``super()``) whose body defines the method *name*."""
        order = self.order(cls)
        if after is not None and after in order:
            order = order[order.index(after) + 1 :]
        for ancestor in order:
            if name in ancestor.functions:
                return ancestor, ancestor.functions[name]
            if name in ancestor.scope.bindings:
                return None
        return None

    def family(self, function: Function) -> tuple[Function, ...]:
        """The functions that must have one colour with *function*: what it overrides, what overrides it, siblings,
        mixins that meet it in some class's order, ``@overload``s and stubs. A plain function's family are the
        other definitions of its name in the same module, under an ``if`` for instance.

        ``__enter__`` and ``__exit__`` are of one family, and so are ``__iter__`` and ``__next__``: Python looks for both.
        """
        if function.owner is None:
            return self._defined_alike(function)
        key = (function.owner, function.node.name)
        if key not in self._families:
            names = TOGETHER.get(function.node.name, (function.node.name,))
            classes = self._family_classes(function.owner, names)
            members = [f for cls in classes for name in names for f in cls.functions.get(name, ())]
            members += [twin for member in list(members) for twin in self.program.stub_twins(member)]
            members = list(dict.fromkeys(members))
            members.sort(key=lambda member: member.place)
            for cls in classes:
                for name in names:
                    self._families[cls, name] = tuple(members)
                    self._members[cls, name] = classes
        return self._families[key]

    def _defined_alike(self, function: Function) -> tuple[Function, ...]:
        if function not in self._alike:
            alike = [f for f in function.module.functions if f.qualname == function.qualname and f.owner is None]
            self._alike[function] = (*alike, *self.program.stub_twins(function))
        return self._alike[function]

    def _family_classes(self, start: Class, names: tuple[str, ...]) -> tuple[Class, ...]:
        if "__init__" in names or names[0].startswith("__") and not names[0].endswith("__"):
            return (start,)  # who constructs names the class; and what Python mangles no other class can override
        outside = list(dict.fromkeys(cls for name in names for cls in self._definers(name) if cls is not start))
        family = [start]
        while True:
            joined = self._joined_by_descent(family, outside) or self._joined_by_meeting(family, outside)
            if not joined:
                return tuple(family)
            family += joined
            outside = [cls for cls in outside if cls not in joined]

    def _joined_by_descent(self, family: list[Class], outside: list[Class]) -> list[Class]:
        members = set(family)
        above = {ancestor for cls in family for ancestor in self.order(cls)}
        return [cls for cls in outside if cls in above or not members.isdisjoint(self.order(cls))]

    def _joined_by_meeting(self, family: list[Class], outside: list[Class]) -> list[Class]:
        """Mixins: classes that stand beside a member in the order of a class below both."""
        tops = [cls for cls in family if set(self.order(cls)[1:]).isdisjoint(family)]
        return [cls for cls in outside if any(next(self._meetings(top, cls), None) for top in tops)]

    def _meetings(self, one: Class, other: Class) -> Iterator[Class]:
        """The classes that have both among their ancestors."""
        below_other = self.program.text.subclass_lines(other.node.name)
        shared = below_other & self.program.text.subclass_lines(one.node.name) if below_other else frozenset()
        for line in sorted(shared):
            yield from (cls for cls in self._classes_of(line) if {one, other} <= set(self.order(cls)))

    def _classes_of(self, line: ClassLine) -> Iterator[Class]:
        module = self.program.module_at(line.path)
        for cls in module.classes if module else ():
            if cls.qualname.rpartition(".")[2] == line.name:
                yield cls

    def _definers(self, name: str) -> tuple[Class, ...]:
        """The classes whose body defines *name* as a function or in any other way."""
        return tuple(
            cls for module in self.program.defining(name) for cls in module.classes if name in cls.scope.bindings
        )

    def other_meanings(self, function: Function) -> Iterator[tuple[Class, Binding]]:
        """The places in the family's classes where the method's name gets another meaning than a ``def``."""
        if function.owner is None:
            return
        names = TOGETHER.get(function.node.name, (function.node.name,))
        self.family(function)
        for cls in self._members[function.owner, function.node.name]:
            for binding in (b for name in names for b in cls.scope.bindings.get(name, ())):
                if binding.kind is not BindingKind.FUNCTION and not _is_declaration(binding):
                    yield cls, binding


def _is_declaration(binding: Binding) -> bool:
    """``fetch: Callable[[str], str]`` without a value."""
    return binding.kind is BindingKind.OTHER and binding.annotation is not None


def _foreign_names(values: Values) -> Iterator[str]:
    for value in values:
        if isinstance(value, Foreign):
            yield value.name
        elif isinstance(value, Unknown):
            yield "?"


def _merge(sequences: list[list[Class]]) -> list[Class] | None:
    """The C3 merge of the orders of the bases; None where they contradict each other."""
    result: list[Class] = []
    sequences = [s for s in sequences if s]
    while sequences:
        head = next((s[0] for s in sequences if not any(s[0] in other[1:] for other in sequences)), None)
        if head is None:
            return None
        result.append(head)
        sequences = [rest for s in sequences if (rest := [c for c in s if c is not head])]
    return result
