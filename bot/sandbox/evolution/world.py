"""An Evolution API server as it stands: its instance, the people, every message between them."""

import itertools
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.evolution.account import EvolutionAccount
from bot.sandbox.evolution.instance import Hook, Instance
from bot.sandbox.evolution.linking import Linking
from bot.sandbox.evolution.person import EvolutionPerson
from bot.sandbox.evolution.statuses import Statuses
from bot.sandbox.evolution.webhooks import Webhooks
from bot.sandbox.ledger import Ledger
from bot.sandbox.surroundings import Surroundings
from bot.sandbox.whatsapp.media import Media
from bot.sandbox.whatsapp.message import Message
from bot.sandbox.whatsapp.network import Holder
from bot.sandbox.whatsapp.person import digits_of
from bot.sandbox.whatsapp.phone_book import PhoneBook

Json = dict[str, Any]
Asked = Callable[[str, str, Mapping[str, str], Any], None]
# A message's own events say whose instance it is once more; the others do not.
_WITH_ID = frozenset({"messages.upsert", "messages.update", "send.message"})


class Evolution(PhoneBook[EvolutionPerson]):
    """The server. Tests and the page act through ``person`` and the deeds; the business over HTTP.

    ``zombie``: it says that it is open, and nothing leaves or arrives. ``time_locked``: no new
    chats. ``slow_code``: a code takes a moment. ``brings_bytes`` follows the webhook's setting.
    """

    verified_name = "EmDia"

    def __init__(self, account: EvolutionAccount, around: Surroundings) -> None:
        super().__init__(around.news)
        self.account, self.clock = account, around.clock
        self.display_phone = account.phone
        self.courier, self.faults = around.courier, around.faults
        self.ledger = Ledger()
        self.media = Media(around.clock)
        self.statuses = Statuses(self, around.agenda)
        self.webhooks = Webhooks(around)
        self.link = Linking(self, around.agenda)
        self.instance: Instance | None = None
        self.stored: dict[str, Json] = {}
        self.zombie = False
        self.time_locked = False
        self.slow_code = False
        self.buttons_visible = False
        self.echoes = False
        """Our own messages come back as ``messages.upsert`` too."""
        self.server_url = ""
        self.on_asked: Asked | None = None
        """Told of each request, before anything comes of it: verb, path, query and JSON body."""
        self._ids = itertools.count(1)

    @property
    def brings_bytes(self) -> bool:
        """Whether a file's bytes come with the news of it."""
        return bool(self.instance and self.instance.hook and self.instance.hook.base64)

    @property
    def is_open(self) -> bool:
        """Whether it says that it is connected."""
        return self.instance is not None and self.instance.state == "open"

    @property
    def hears(self) -> bool:
        """Whether what people write reaches the device: not while nobody's phone is linked."""
        return not self.zombie and self.instance is not None and bool(self.instance.owner)

    def _newcomer(self, phone: str, name: str) -> EvolutionPerson:
        return EvolutionPerson(self, phone, name)

    def found(self, number: str) -> EvolutionPerson | None:
        """Whose phone or privacy id this is; a phone is always somebody's."""
        if number.endswith("@lid"):
            return next((one for one in self.people.values() if one.lid == number), None)
        return self.person(number.partition("@")[0])

    def next_id(self) -> str:
        """An id for a message, which looks as they do there."""
        return f"3EB0{next(self._ids):016X}"

    def make(self, name: str, token: str = "", number: str = "") -> Instance:
        """A new instance, waiting to be linked."""
        made = Instance(
            name, secrets.token_hex(16), token or secrets.token_hex(18).upper(), self.clock.now()
        )
        made.number = digits_of(number)
        self.instance = made
        self.news.tell()
        return made

    def ready(self, name: str, url: str, **headers: str) -> Instance:
        """One that is linked, with a webhook: as after a set-up."""
        made = self.make(name)
        made.hook = Hook(url, dict(headers))
        self.link.scans()
        return made

    def keep(self, message: Message, data: Json) -> None:
        """Remember what the server stores of a message."""
        self.stored[message.id] = data

    def tell(
        self, person: Holder, value: Json, kind: str, taken: Callable[[], None] | None
    ) -> None:
        """Post an event about one person; those about one person keep their order."""
        self._tell(value, kind, f"evolution:{person.phone}", taken)

    def tell_instance(self, event: str, data: Json) -> None:
        """Post an event about the instance itself."""
        self._tell({"event": event, "data": data}, "instance", "evolution:instance", None)
        self.news.tell()

    def _tell(self, value: Json, kind: str, lane: str, taken: Callable[[], None] | None) -> None:
        instance = self.instance
        if instance is None or instance.hook is None or not instance.hook.wants(value["event"]):
            return
        known = {"instanceId": instance.id} if value["event"] in _WITH_ID else {}
        event = {
            "event": value["event"],
            "instance": instance.name,
            "data": {**value["data"], **known},
            "sender": self.account.jid,
            "server_url": self.server_url,
        }
        self.webhooks.tell(instance.hook, event, kind, lane, taken)
