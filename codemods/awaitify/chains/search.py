"""From every root through the code it runs to the calls that block: who reaches what, and by the shortest way."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from awaitify.chains.frame import Frame
from awaitify.chains.steps import Hit, Seen, Step, Steps


@dataclass(frozen=True, slots=True)
class Way:
    """One call that blocks: the frame in which it stands, and the steps that lead there from a root."""

    root: Frame
    steps: tuple[tuple[Frame, Step], ...]
    """Each frame with the step by which the next one is reached."""
    frame: Frame
    hit: Hit


class Graph:
    """All frames that can be reached from *roots*, with what was seen in each."""

    def __init__(self, roots: Iterable[Frame], steps: Steps) -> None:
        self.seen: dict[Frame, Seen] = {}
        self._callers: dict[Frame, list[tuple[Frame, Step]]] = {}
        queue = deque(roots)
        known = set(queue)
        while queue:
            frame = queue.popleft()
            seen = self.seen[frame] = steps.look(frame)
            for step in seen.steps:
                self._callers.setdefault(step.target, []).append((frame, step))
                if step.target not in known:
                    known.add(step.target)
                    queue.append(step.target)

    def callers(self, frame: Frame) -> list[tuple[Frame, Step]]:
        """The frames from which *frame* is reached, each with the step."""
        return self._callers.get(frame, [])

    def hits(self) -> Iterator[tuple[Frame, Hit]]:
        """Every call that blocks, with each frame in which it was seen."""
        for frame, seen in self.seen.items():
            yield from ((frame, hit) for hit in seen.hits)

    def above(self, frame: Frame) -> dict[Frame, int]:
        """The frames from which *frame* can be reached, and by how few steps; its own distance is 0."""
        found = {frame: 0}
        queue = deque([frame])
        while queue:
            current = queue.popleft()
            for caller, _ in self.callers(current):
                if caller not in found:
                    found[caller] = found[current] + 1
                    queue.append(caller)
        return found

    def way(self, start: Frame, distances: Mapping[Frame, int]) -> tuple[tuple[Frame, Step], ...]:
        """The shortest way down from *start* to the frame of which the *distances* are: at each step the first in the text."""
        steps: list[tuple[Frame, Step]] = []
        current = start
        while distances[current] > 0:
            nearer = (s for s in self.seen[current].steps if distances.get(s.target, -1) == distances[current] - 1)
            step = min(nearer, key=lambda s: (s.node.lineno, s.node.col_offset))
            steps.append((current, step))
            current = step.target
        return tuple(steps)
