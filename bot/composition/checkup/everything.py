"""The whole check-up, what does not depend on each other side by side."""

import asyncio
from functools import partial

from bot.composition.checkup import chats, machine
from bot.composition.checkup.backups import backups
from bot.composition.checkup.findings import Finding, in_time
from bot.composition.checkup.store import Store
from bot.config import Settings
from bot.words import Catalogues


async def check_up(settings: Settings, words: Catalogues) -> list[Finding]:
    """Every finding, in the order in which one stands on the other."""
    store = Store(settings, words)
    outside = asyncio.gather(
        in_time("telegram", partial(chats.telegram, settings, words)),
        in_time("whatsapp", partial(chats.whatsapp, settings, words)),
        in_time("address", partial(chats.address, settings)),
        in_time("redis", store.redis),
    )
    found = await in_time("settings", machine.settings_file)
    found += await in_time("folder", partial(machine.folder, settings))
    found += await in_time("database", store.database)
    telegram, whatsapp, address, redis = await outside
    found += redis + telegram + whatsapp + address
    try:
        found += await in_time("clock", partial(machine.clock, settings, store.office))
        if store.office:
            found += await in_time("redis", store.crew)
            found += await in_time("owner", store.owner)
            found += await in_time("queue", store.queue)
            found += await in_time("backup", partial(backups, settings, store.office))
    finally:
        if store.office:
            await store.office.close()
    return found
