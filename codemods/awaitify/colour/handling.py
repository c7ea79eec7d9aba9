"""What would be done at a mention of a function if that became async: asked before any colour is known, and after."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from awaitify.colour.action import Action, Ending, Handling, Refused, Together, Where, left
from awaitify.colour.caches import ATTRIBUTES, caches_of
from awaitify.colour.callables import is_call_method
from awaitify.colour.constructors import Construct, handle_constructor, is_constructor
from awaitify.colour.consumers import Consumed, Consumer, Consumption
from awaitify.colour.consuming import Consuming, NoRuleError
from awaitify.colour.dispatch import is_reached_by_hand
from awaitify.colour.forms import ASYNC_NAMES, Form
from awaitify.colour.frameworks import awaits_what_it_is_given, mocks_by_colour
from awaitify.colour.lambdas import in_a_lambda
from awaitify.colour.mocks import is_mock_replacement
from awaitify.colour.passed import handle_passed
from awaitify.colour.properties import Read, handle_property
from awaitify.colour.reached import Reached
from awaitify.colour.unittests import new_name
from awaitify.index.references import Around, Mention, Use
from awaitify.index.resolve import Resolver
from awaitify.index.summary import Function, Module

if TYPE_CHECKING:
    from awaitify.colour.sites import Sites


_CALLED_THROUGH = frozenset({"__wrapped__", "__call__", "__func__", "__get__", "retry_with"})
"""Attributes of a function that call it, or give what it is made of."""


def handle(reached: Reached, function: Function, sites: Sites) -> Handling | Refused:
    """What is done at a mention that reaches the sync *function*, once that is async with its family."""
    if (form := sites.forms.of(function)) is not Form.COROUTINE:
        return _handle_form(reached, function, form, sites)
    mention, resolver = reached.mention, sites.resolver
    if resolver.members.is_property(function):
        return _wherever_it_stands(handle_property(reached, sites), mention, sites)
    if is_constructor(function):
        return _wherever_it_stands(handle_constructor(reached, sites), mention, sites)
    if is_call_method(function) and mention.use is Use.PASSED and not _is_named(mention, function):
        return left(Ending.FORWARDED, "an object that is followed to where it is called")
    match mention.use:
        case Use.CALLED:
            assert mention.call is not None
            found = _awaited(mention, mention.call, sites)
            return _by_new_name(found, mention, mention.call) if new_name(function, resolver) else found
        case Use.MEMBER:
            return _handle_member(reached, resolver)
        case Use.NAMED if mocks_by_colour(mention, resolver):
            return left(Ending.FORWARDED, "patch.object makes an AsyncMock by itself")
        case Use.NAMED | Use.ASSIGNED if is_mock_replacement(mention, resolver):
            return left(Ending.FORWARDED, "the mock becomes an AsyncMock")
        case Use.NAMED:
            return Refused("AW304", "a string names it")
        case Use.CLOSED:
            return Refused("AW301", "contextlib.closing closes it and awaits nothing; aclosing would call its aclose")
        case Use.PASSED:
            return handle_passed(reached, sites)
    return Refused("AW301", f"it is {mention.use.value}")


def _by_new_name(handling: Handling | Refused, mention: Mention, call: ast.Call) -> Handling | Refused:
    """``super().setUp()`` → ``await super().asyncSetUp()``"""
    if not isinstance(handling, Handling) or not isinstance(mention.node, ast.Attribute):
        return (
            Refused("AW301", "its name changes, and it isn't called by it")
            if isinstance(handling, Handling)
            else handling
        )
    rewrite = Consumed((), call, mention.node)
    return replace(handling, action=Action.REWRITE, rewrite=rewrite)


def _is_named(mention: Mention, function: Function) -> bool:
    """Whether the function is mentioned by its own name: an object that is called has no such name."""
    return isinstance(mention.node, ast.Attribute) and mention.node.attr == function.node.name


def _awaited(mention: Mention, call: ast.Call, sites: Sites) -> Handling | Refused:
    """``await f()``; in a generator expression that becomes an async one, if what takes it allows that."""
    if mention.around is Around.LAMBDA:
        return in_a_lambda(Consumed((), awaited=call), mention, sites)
    if mention.around is not Around.GENERATOR_EXPRESSION:
        where = Where(mention.node, mention.module, mention.around, mention.function, call)
        return Handling(Action.AWAIT, Ending.AWAITED, "awaited", (where,))
    consuming = Consuming(sites)
    try:
        consuming.spot(call, mention.module)
    except NoRuleError as error:
        return Refused("AW209", str(error))
    rewrite = Consumed(tuple(consuming.places), awaited=call)
    return Handling(Action.REWRITE, Ending.AWAITED, "awaited", tuple(consuming.spots), rewrite)


def _wherever_it_stands(handling: Handling | Refused, mention: Mention, sites: Sites) -> Handling | Refused:
    """The same where the await would stand in a generator expression, which becomes async by it, or in a lambda."""
    if not isinstance(handling, Handling) or handling.rewrite is None:
        return handling
    if mention.around is Around.LAMBDA:
        return in_a_lambda(handling.rewrite, mention, sites)
    if mention.around is not Around.GENERATOR_EXPRESSION:
        return handling
    consuming = Consuming(sites)
    try:
        consuming.spot(mention.call or mention.node, mention.module)
    except NoRuleError as error:
        return Refused("AW209", str(error))
    rewrite = Together((handling.rewrite, Consumed(tuple(consuming.places))))
    return replace(handling, awaits=tuple(consuming.spots), rewrite=rewrite)


def _handle_form(reached: Reached, function: Function, form: Form, sites: Sites) -> Handling | Refused:
    """What is done where a generator, a context manager or one of their special methods is mentioned."""
    mention = reached.mention
    node, module = mention.node, mention.module
    consuming = Consuming(sites)
    consuming.places += [Consumption(Consumer.ANNOTATED, annotation, where) for annotation, where in reached.past]
    renamed = node if isinstance(node, ast.Attribute) and node.attr in ASYNC_NAMES else None
    awaited = mention.call if form in (Form.ENTERING, Form.ADVANCING) or function in sites.awaiting else None
    if not sites.awaiting.isdisjoint(reached.functions) and not reached.functions <= sites.awaiting:
        return Refused("AW320", "some of what it may reach would have to be awaited before it gives an iterator")
    try:
        match mention.use:
            case Use.MEMBER:
                return _handle_member(reached, sites.resolver)
            case Use.ENTERED:
                consuming.entered(node, module, None)
            case Use.ITERATED:
                consuming.iterated(node, module, function)
            case Use.CALLED:
                assert mention.call is not None
                _follow_call(mention.call, module, function, form, consuming, is_awaited=awaited is not None)
            case Use.PASSED if awaits_what_it_is_given(mention, sites.resolver):
                return left(Ending.FORWARDED, "passed to something that takes async generators too")
            case Use.NAMED:
                return Refused("AW304", "a string names it")
            case _:
                return Refused("AW301", f"it is {mention.use.value}")
    except NoRuleError as error:
        return Refused("AW320", str(error))
    if consuming.was_async and not consuming.places and not consuming.spots:
        return left(Ending.ALREADY, "taken as an async one already")
    if not consuming.places and not consuming.spots:
        return left(Ending.FORWARDED, "what it gives is dropped, or goes to what takes an async one")
    rewrite = Consumed(tuple(consuming.places), awaited, renamed)
    return Handling(Action.REWRITE, Ending.AWAITED, "consumed as an async one", tuple(consuming.spots), rewrite)


def _follow_call(
    call: ast.Call, module: Module, function: Function, form: Form, consuming: Consuming, *, is_awaited: bool
) -> None:
    """What the call gives is consumed; it may be awaited before. Raises NoRuleError."""
    if is_awaited:
        consuming.spot(call, module)
    if form in (Form.GENERATOR, Form.ITERATING):
        consuming.iterated(call, module, function)
    elif form is Form.CONTEXT_MANAGER:
        consuming.entered(call, module, function)


def _handle_member(reached: Reached, resolver: Resolver) -> Handling | Refused:
    """What is done where an attribute of the function is read, through which it may be called: ``fetch.__wrapped__(city)``"""
    parent = reached.mention.module.parents[reached.mention.node]
    attr = parent.attr if isinstance(parent, ast.Attribute) else ""
    functions = [function for function in reached.functions if not is_call_method(function)]
    by_hand = is_reached_by_hand(reached.mention, attr, functions, resolver)
    if by_hand or functions and attr in _CALLED_THROUGH:
        return Refused("AW301", f"it is reached through {attr}")
    if attr not in ATTRIBUTES and any(True for function in functions for _ in caches_of(function, resolver)):
        return Refused("AW211", f"an async cache has no {attr}")
    return left(Ending.OTHER, "an attribute of the function itself")


def runs_in_a_loop(handling: Handling) -> bool:
    """Whether what is awaited is one expression, which ``asyncio.run`` could run as well."""
    match handling.rewrite:
        case Construct():
            return True
        case Read(method=method):
            return bool(method)  # a cached property gives an awaitable that is no coroutine
    return awaits_the_call(handling)


def awaits_the_call(handling: Handling | Refused) -> bool:
    """Whether it comes to an await of the call itself, so that ``asyncio.run`` of the call would do as well."""
    return isinstance(handling, Handling) and handling.action is Action.AWAIT
