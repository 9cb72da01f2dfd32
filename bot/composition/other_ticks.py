"""The ticks that only some houses have."""

from datetime import timedelta

from bot.jobs.linking import LinkRound
from bot.jobs.number_watch import WATCH_EVERY, NumberWatch
from bot.jobs.rule_pushes import PushRound
from bot.jobs.ticks import Tick

RULES_EVERY = timedelta(minutes=5)  # a request that costs nothing, if all is as it was
LINK_EVERY = timedelta(seconds=3)  # a look at our own table; somebody waits with their phone


def other_ticks(
    rules: PushRound | None, link: LinkRound | None, watch: NumberWatch | None
) -> list[Tick]:
    """What only some houses do."""
    ticks = [Tick("rules", RULES_EVERY, rules.run)] if rules else []
    ticks += [Tick("link", LINK_EVERY, link.run)] if link else []
    return [*ticks, Tick("pace", WATCH_EVERY, watch.run)] if watch else ticks
