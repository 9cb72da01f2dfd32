"""Deliveries sorted by whom they are from: what is one person's is handled in its order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.message import Received
from bot.jobs.deliveries import ChannelIn
from bot.services.ports.inbox import RawRow

QUIET = "nobody in person"


@dataclass
class Pile:
    """Rows that are handled one after the other. ``names`` are whose they are."""

    names: set[str]
    rows: list[tuple[RawRow, Received]] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        """Whether nobody said anything in it: reports and the like, in no order."""
        return not any(received.incomings or received.news for _, received in self.rows)

    @property
    def in_turn(self) -> list[tuple[RawRow, Received]]:
        """Those that may be handled now: what must be tried again holds back what is behind it."""
        if self.is_quiet:
            return [each for each in self.rows if not each[0].waits]
        stop = next((n for n, (row, _) in enumerate(self.rows) if row.waits), len(self.rows))
        return self.rows[:stop]


def sorted_out(rows: Sequence[RawRow], channels: Mapping[str, ChannelIn]) -> list[Pile]:
    """A pile for each person; one delivery may hold words of several, who then share one."""
    piles: list[Pile] = []
    of: dict[str, Pile] = {}
    for row in rows:
        received = channels[row.channel].reader.read(row.body)
        whose = {each.sender for each in received.incomings} | {each.who for each in received.news}
        names = {f"{row.channel}:{who}" for who in whose or {QUIET}}
        theirs = list({id(of[name]): of[name] for name in names if name in of}.values())
        pile = theirs[0] if theirs else Pile(set())
        if not theirs:
            piles.append(pile)
        for other in theirs[1:]:
            piles.remove(other)
            pile.names |= other.names
            pile.rows += other.rows
        pile.names |= names
        pile.rows.append((row, received))
        pile.rows.sort(key=lambda each: each[0].id)
        of |= dict.fromkeys(pile.names, pile)
    return piles
