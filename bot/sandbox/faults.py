"""Trouble on demand: what goes wrong next, by the method it goes wrong in."""

import random
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import Any

BEFORE = frozenset({"throttle", "own_error", "html", "drop"})
"""Nothing is accepted: refused in the network's own words, by a gateway, or by a closed line."""
AFTER = frozenset({"hang", "drop_after", "html_after", "slow"})
"""It is accepted, and the sender does not hear so, or hears it late."""
OF_WEBHOOKS = frozenset({"duplicate", "reorder", "delay", "lose", "batch"})
"""``batch``: it goes in one request with what comes next, or alone after ``seconds``."""
KINDS = BEFORE | AFTER | OF_WEBHOOKS


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. What a kind does not use, it ignores."""

    kind: str
    code: int | None = None
    """The network's own error number, for ``own_error`` and ``throttle``."""
    status: int | None = None
    retry_after: int = 1
    seconds: float | None = None
    """How long ``slow`` and ``delay`` wait (0.5), and ``hang`` at most (till the caller leaves)."""
    text: str = ""

    @property
    def wait_s(self) -> float:
        """How long ``slow`` and ``delay`` wait."""
        return 0.5 if self.seconds is None else self.seconds

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind!r}; there are {sorted(KINDS)}")


@dataclass(frozen=True, slots=True)
class _Mix:
    shares: dict[str, float]
    details: dict[str, Any]
    dice: random.Random

    def roll(self) -> Fault | None:
        roll = self.dice.random()
        for kind, share in self.shares.items():
            roll -= share
            if roll < 0:
                return Fault(kind, **self.details)
        return None


class Faults:
    """What to do wrong, method by method.

    A method is ``telegram.sendmessage``, ``whatsapp.messages``, ``whatsapp.media``,
    ``whatsapp.templates``, ``whatsapp.other``; for webhooks ``whatsapp.status``,
    ``whatsapp.inbound``, ``telegram.update``; ``telegram.*`` and ``whatsapp.*`` are every
    request of that network, webhooks not among them.
    """

    def __init__(self) -> None:
        self._next: dict[str, deque[Fault]] = defaultdict(deque)
        self._mixes: dict[str, _Mix] = {}
        self.happened: Counter[str] = Counter()

    def next(self, method: str, kind: str, times: int = 1, **details: Any) -> None:
        """Let the next so many calls of the method go wrong like this, after those set before."""
        fault = Fault(kind, **details)
        self._next[method.lower()].extend([fault] * times)

    def mix(self, method: str, shares: dict[str, float], seed: int, **details: Any) -> None:
        """Let a share of the calls go wrong, the same ones for the same seed; {} ends it."""
        for kind in shares:
            Fault(kind, **details)
        self._mixes[method.lower()] = _Mix(shares, details, random.Random(seed))  # noqa: S311 - dice

    def clear(self) -> None:
        """Let everything go right again."""
        self._next.clear()
        self._mixes.clear()

    def take(self, method: str, *, webhook: bool = False) -> Fault | None:
        """What goes wrong with this call, if anything does."""
        method = method.lower()
        every = () if webhook else (method.split(".")[0] + ".*",)
        for name in (method, *every):
            fault = self._pick(name)
            if fault:
                self.happened[f"{name}:{fault.kind}"] += 1
                return fault
        return None

    def waiting(self) -> dict[str, int]:
        """How many faults still lie in wait, by method."""
        return {method: len(queue) for method, queue in self._next.items() if queue}

    def _pick(self, name: str) -> Fault | None:
        if queue := self._next.get(name):
            return queue.popleft()
        mix = self._mixes.get(name)
        return mix.roll() if mix else None
