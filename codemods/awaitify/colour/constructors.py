"""Constructors that must await: ``Repo(url)`` → ``await Repo.create(url)``, where a person decides on ``create``.

The body of ``__init__`` moves into ``async def _init``, whole and in its order; ``create`` makes the object and awaits that.
A call of ``super().__init__`` that awaits becomes one of ``super()._init``. ``__init__`` stays and raises TypeError: a
construction that nobody saw fails at once, and gives no object without its attributes. Objects are made without
``__init__`` by ``copy`` and ``pickle`` too, so these work as before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from awaitify.colour.action import Action, Ending, Handling, Refused, Rewrite, Where, left
from awaitify.colour.reached import Reached
from awaitify.index.builtin import BASES_WITHOUT_MEMBERS
from awaitify.index.references import Mention, Use
from awaitify.index.resolve import Resolver
from awaitify.index.summary import BindingKind, Class, Function, FunctionNode
from awaitify.index.values import ClassValue, FunctionValue, TypeExpression, Value, Values

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites

CREATE, INIT = "create", "_init"
_ASKED_ABOUT = frozenset({"builtins.isinstance", "builtins.issubclass"})
_TYPED = frozenset(
    f"{module}.{name}"
    for module in ("typing", "typing_extensions")
    for name in ("cast", "TypeVar", "assert_type", "NewType", "reveal_type")
)


@dataclass(frozen=True, slots=True, eq=False)
class Construct(Rewrite):
    """``Repo(url)`` → ``await Repo.create(url)``"""

    call: ast.Call


@dataclass(frozen=True, slots=True, eq=False)
class Initialise(Rewrite):
    """``super().__init__(url)`` → ``await super()._init(url)``"""

    call: ast.Call


def is_constructor(function: Function) -> bool:
    """Whether constructing an object runs the function."""
    return function.owner is not None and function.node.name == "__init__"


def constructed_by(function: Function, resolver: Resolver) -> Iterator[Class]:
    """The classes whose objects *function* initialises: its own, and those below that have no constructor."""
    if function.owner is not None:
        for cls in (function.owner, *resolver.hierarchy.below(function.owner)):
            if _constructor_of(cls, resolver) is function:
                yield cls


def with_constructors(values: Values, resolver: Resolver) -> Values:
    """*values*, with the constructor of each class instead of the class."""
    return frozenset(_constructor_value(value, resolver) for value in values)


def handle_constructor(reached: Reached, sites: Sites) -> Handling | Refused:
    """What is done at a mention of a class, or of ``__init__`` itself, if objects of it are made by ``create``."""
    mention = reached.mention
    node, call = mention.node, mention.call
    where = (Where(node, mention.module, mention.around, mention.function, call),)
    is_init = isinstance(node, ast.Attribute) and node.attr == "__init__"
    match mention.use:
        case Use.CALLED if call is not None:
            rewrite = Initialise(call) if is_init else Construct(call)
            return Handling(Action.REWRITE, Ending.AWAITED, "awaited", where, rewrite)
        case Use.MEMBER if not is_init:
            return left(Ending.OTHER, "an attribute of the class")
        case Use.PASSED if not is_init and is_only_a_type(mention, sites.resolver):
            return left(Ending.OTHER, "a type")
        case Use.NAMED:
            return Refused("AW304", "a string names the class")
    return Refused("AW301", f"the class is {mention.use.value}: who makes objects of it isn't known")


def why_no_create(function: Function, sites: Sites) -> str | None:
    """What stands against making the objects by ``create``; None where nothing does."""
    return next(_reasons(function, sites), None)


def _reasons(function: Function, sites: Sites) -> Iterator[str]:
    owner, resolver = function.owner, sites.resolver
    if owner is None or not is_constructor(function):
        yield f"{function.node.name} is called by others than who makes the object"
        return
    yield from _of_the_function(function, resolver)
    below = resolver.hierarchy.below(owner)
    for cls in (*resolver.hierarchy.order(owner), *below):
        yield from _of_a_class(cls, function, resolver)
    for cls in below:
        yield from _of_other_bases(cls, function, resolver)
    yield from _of_mentions(function, sites)
    yield from types_asked_for({owner, *below}, resolver)


def _of_the_function(function: Function, resolver: Resolver) -> Iterator[str]:
    assert function.owner is not None
    arguments = function.node.args
    defaults = [*arguments.defaults, *(default for default in arguments.kw_defaults if default is not None)]
    if function.node.decorator_list or len(function.owner.functions["__init__"]) > 1:
        yield "__init__ is decorated or overloaded"
    if resolver.scopes.is_generator(function) or not [*arguments.posonlyargs, *arguments.args]:
        yield "__init__ isn't a plain method"
    if any(isinstance(node, ast.Call | ast.NamedExpr) for default in defaults for node in ast.walk(default)):
        yield "a default value of __init__ is the result of a call"
    if any(argument.arg in ("cls", CREATE) for argument in ast.walk(arguments) if isinstance(argument, ast.arg)):
        yield "a parameter of __init__ is called cls"
    if next(resolver.program.stub_twins(function), None) is not None:
        yield "there is a stub of the class"


def _of_a_class(cls: Class, constructor: Function, resolver: Resolver) -> Iterator[str]:
    """What a class of the hierarchy has that makes objects in another way, or hands the class on."""
    foreign = sorted(resolver.hierarchy.foreign_bases(cls) - (BASES_WITHOUT_MEMBERS - {"enum.Enum"}))
    if foreign:
        yield f"{cls.name} has a base that isn't known" if foreign[0] == "?" else f"{cls.name} is a {foreign[0]}"
    if cls.node.decorator_list:
        yield f"{cls.name} is given to a decorator"
    for keyword in cls.node.keywords:
        if keyword.arg != "metaclass" or resolver.dotted(keyword.value, cls.module) != "abc.ABCMeta":
            yield f"{cls.name} has a metaclass or says something to its base"
    yield from _of_what_it_has(cls)
    for function in (function for functions in cls.functions.values() for function in functions):
        if not uses_its_class(function, resolver):
            continue
        if not only_calls_its_class(function, resolver):
            yield f"{function.name} does more with the class it is called on than make objects of it"
        elif any(_constructor_of(one, resolver) is not constructor for one in (cls, *resolver.hierarchy.below(cls))):
            yield f"{function.name} makes objects of a class that has another constructor, too"


def _of_what_it_has(cls: Class) -> Iterator[str]:
    for name in ("__new__", "__init_subclass__"):
        if name in cls.scope.bindings:
            yield f"{cls.name} has {name}"
    for name in (CREATE, INIT):
        if name in cls.scope.bindings or name in cls.attributes:
            yield f"{cls.name} has {name} already"
    if any(binding.kind is not BindingKind.FUNCTION for binding in cls.scope.bindings.get("__init__", ())):
        yield f"{cls.name} gives __init__ another meaning than a def"


def _of_other_bases(cls: Class, constructor: Function, resolver: Resolver) -> Iterator[str]:
    """What the other bases of a class below have: they are in the order of inheritance too."""
    owner = constructor.owner
    assert owner is not None
    for other in resolver.hierarchy.order(cls):
        if other not in resolver.hierarchy.order(owner) and owner not in resolver.hierarchy.order(other):
            yield from _of_a_class(other, constructor, resolver)


def uses_its_class(method: Function, resolver: Resolver) -> bool:
    """Whether a classmethod does more with its class than look at its attributes: ``cls(…)``, ``registry.append(cls)``"""
    return any(True for _ in _uses_of_its_class(method, resolver))


def only_calls_its_class(method: Function, resolver: Resolver) -> bool:
    """Whether a classmethod does nothing with its class but ``cls(…)``, and look at its attributes."""
    parents = method.module.parents
    calls = ((parents.get(use), use) for use in _uses_of_its_class(method, resolver))
    return all(isinstance(call, ast.Call) and call.func is use and isinstance(use.ctx, ast.Load) for call, use in calls)


def names_of_its_class(constructor: Function, resolver: Resolver) -> set[str]:
    """What the classmethods call the class that they make objects of with the constructor: ``cls``."""
    methods = (
        method
        for cls in constructed_by(constructor, resolver)
        for functions in cls.functions.values()
        for method in functions
    )
    return {use.id for method in methods for use in _uses_of_its_class(method, resolver)}


def _uses_of_its_class(method: Function, resolver: Resolver) -> Iterator[ast.Name]:
    arguments = [*method.node.args.posonlyargs, *method.node.args.args]
    if not arguments or not resolver.has_decorator(method, "classmethod"):
        return
    parents, name = method.module.parents, arguments[0].arg
    for node in ast.walk(method.node):
        if isinstance(node, ast.Name) and node.id == name and not isinstance(parents.get(node), ast.Attribute):
            yield node


def _of_mentions(function: Function, sites: Sites) -> Iterator[str]:
    """Where the class is mentioned, and objects of it may be made in a way that can't be seen."""
    for name in sorted(sites.spellings(function)):
        for reached in sites.reaching(name):
            mention = reached.mention
            if function not in reached.functions:
                is_a_name = name not in ("__init__", *names_of_its_class(function, sites.resolver))
                if is_a_name and reached.has_unknown and isinstance(mention.node, ast.Attribute):
                    yield f"{mention.place} may mean the class"
            elif mention.use is Use.AWAITED:
                yield f"{mention.place} awaits the object"
            elif isinstance(handling := handle_constructor(reached, sites), Refused):
                yield f"{mention.place}: {handling.reason}"


def types_asked_for(classes: set[Class], resolver: Resolver) -> Iterator[str]:
    """Where a class is taken from an object, in words: ``type(self)(…)``, ``repo.__class__``, and more is done with it than
    to read its attributes or compare it."""
    for word in ("type", "__class__"):
        for module in resolver.program.mentioning(word):
            for node in module.mentions.get(word, ()):
                parent = module.parents.get(node)
                asked = parent if word == "type" else node
                if not isinstance(asked, ast.Call if word == "type" else ast.Name | ast.Attribute):
                    continue
                if isinstance(asked, ast.Call) and (asked.func is not node or len(asked.args) != 1):
                    continue
                if not _is_used(module.parents.get(asked)):
                    continue
                values = resolver.answer(asked, module).values
                if any(isinstance(value, ClassValue) and value.cls in classes for value in values):
                    yield f"{module.place(asked)} takes the class from an object"


def _is_used(parent: ast.AST | None) -> bool:
    """Whether more is done with a class than to read its attributes or compare it."""
    return not isinstance(parent, ast.Attribute | ast.Compare | ast.FormattedValue)


def _constructor_of(cls: Class, resolver: Resolver) -> Function | None:
    found = resolver.hierarchy.find(cls, "__init__")
    return found[1][-1] if found is not None else None


def _constructor_value(value: Value, resolver: Resolver) -> Value:
    constructor = _constructor_of(value.cls, resolver) if isinstance(value, ClassValue) else None
    return value if constructor is None or not isinstance(value, ClassValue) else FunctionValue(constructor, value.cls)


def is_only_a_type(mention: Mention, resolver: Resolver) -> bool:
    """Whether the class stands in an annotation, among bases, in ``isinstance`` or a pattern: nothing is made there."""
    module = mention.module
    child: ast.AST = mention.node
    parent = module.parents.get(child)
    while isinstance(parent, ast.Subscript | ast.Tuple | ast.List | ast.BinOp | ast.Starred):
        if isinstance(parent, ast.Subscript):
            values = resolver.answer(parent, module).values
            if child is parent.value:
                return False
            if values and all(isinstance(value, TypeExpression) for value in values):
                return True
        child, parent = parent, module.parents.get(parent)
    match parent:
        case ast.arg() | ast.MatchClass() | ast.ExceptHandler():
            return True
        case ast.AnnAssign(annotation=annotation):
            return child is annotation
        case ast.ClassDef(bases=bases):
            return child in bases
        case ast.Compare():
            return True
        case ast.keyword(arg="bound"):
            return True
        case ast.Call(func=func, args=args) if child in args:
            name = resolver.dotted(func, module)
            return name in _TYPED or (name in _ASKED_ABOUT and len(args) == 2 and child is args[1])
    return isinstance(parent, FunctionNode) and child is parent.returns
