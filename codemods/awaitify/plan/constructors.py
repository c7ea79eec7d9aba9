"""The edits at a constructor whose objects are made by an async ``create``, and at each construction."""

from __future__ import annotations

import ast
import copy
import tokenize
from collections.abc import Iterator

from awaitify.colour.constructors import CREATE, INIT, Construct, Initialise
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module
from awaitify.plan.edit import AddImport, AddToClass, AwaitCall, Edit, ReplaceExpression, RunCall, SplitFunction
from awaitify.plan.entry_points import passed_on

_SELF = ("typing:Self", "typing_extensions:Self")


def constructor_edits(function: Function, resolver: Resolver) -> Iterator[Edit]:
    """The body of ``__init__`` moves into ``_init``, which ``create`` awaits; ``__init__`` itself raises."""
    assert function.owner is not None
    module, arguments = function.module, function.node.args
    first = [*arguments.posonlyargs, *arguments.args][0].arg
    returns = f" -> {ast.unparse(function.node.returns)}" if function.node.returns is not None else ""
    refusal = f'raise TypeError(f"make one with: await {{type({first}).__name__}}.{CREATE}(...)")'
    header = f"async def {INIT}({first}{_after_the_first(function)}){returns}:"
    yield SplitFunction(module.span(function.node), refusal, header)
    yield AddToClass(module.span(function.owner.node), _create(function, first, resolver))


def construct_edits(rewrite: Construct | Initialise, module: Module, *, runs: bool) -> Iterator[Edit]:
    """``Repo(url)`` → ``await Repo.create(url)``, ``super().__init__(url)`` → ``await super()._init(url)``; *runs*: a loop is started there."""
    called = rewrite.call.func
    holes = (module.span(called.value),) if isinstance(called, ast.Attribute) else ()
    match rewrite, called:
        case Initialise(), _:
            template = f"{{0}}.{INIT}"
        case Construct(), ast.Attribute(attr=name):
            template = f"{{0}}.{name}.{CREATE}"
        case _:
            template = f"{ast.unparse(called)}.{CREATE}"
    yield ReplaceExpression(module.span(called), template, holes)
    if runs:
        yield from (RunCall(module.span(rewrite.call)), AddImport("asyncio"))
    else:
        yield AwaitCall(module.span(rewrite.call))


def _create(function: Function, first: str, resolver: Resolver) -> str:
    arguments = function.node.args
    forwarded = passed_on(arguments).removeprefix(first).removeprefix(", ")
    return (
        f"@classmethod\nasync def {CREATE}(cls{_after_the_first(function)}){_returns(function, resolver)}:\n"
        f"    {first} = cls.__new__(cls)\n    await {first}.{INIT}({forwarded})\n    return {first}\n"
    )


def _after_the_first(function: Function) -> str:
    """The parameters behind the first, as they are written but on one line: ``, url: str, *, retries: int = 3``."""
    arguments, module = function.node.args, function.module
    start = module.span([*arguments.posonlyargs, *arguments.args][0])
    lines = [f"({module.lines[start.end_line - 1][start.end_column :]}", *module.lines[start.end_line :]]
    depth = 0
    for token in tokenize.generate_tokens(iter(f"{line.rstrip()}\n" for line in lines).__next__):
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and "\n" in token.string):
            break
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.string, 0)
        if depth == 0:
            line, column = token.start
            written = [*lines[: line - 1], lines[line - 1][:column]]
            return " ".join(piece.strip() for piece in written).removeprefix("(").strip().removesuffix(",")
    bare = copy.deepcopy(arguments)
    del (bare.posonlyargs or bare.args)[0]
    return f", {ast.unparse(bare)}"


def _returns(function: Function, resolver: Resolver) -> str:
    """``Self`` where the module has it; else the class, if none is below that would be made by the same ``create``."""
    owner, node = function.owner, function.node
    assert owner is not None
    for name, bindings in function.module.scope.bindings.items():
        if any(binding.source in _SELF for binding in bindings):
            return f" -> {name}"
    is_typed = node.returns is not None or any(a.annotation for a in ast.walk(node.args) if isinstance(a, ast.arg))
    if not is_typed or resolver.hierarchy.below(owner) or "." in owner.qualname:
        return ""
    return f' -> "{owner.node.name}"'
