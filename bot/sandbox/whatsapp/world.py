"""WhatsApp as it stands: one business number, the people, and every message between them."""

import base64
import itertools
from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.ledger import Ledger
from bot.sandbox.surroundings import Surroundings
from bot.sandbox.whatsapp.account import Account
from bot.sandbox.whatsapp.displeasure import Displeasure
from bot.sandbox.whatsapp.limits import Limits
from bot.sandbox.whatsapp.media import Media
from bot.sandbox.whatsapp.network import Holder
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.sandbox.whatsapp.phone_book import PhoneBook
from bot.sandbox.whatsapp.statuses import Statuses
from bot.sandbox.whatsapp.template import Template
from bot.sandbox.whatsapp.templates import Templates
from bot.sandbox.whatsapp.webhooks import Webhooks

# The method, the path behind the version, the query, and the JSON of the body, if it has one.
Asked = Callable[[str, str, Mapping[str, str], Any], None]


class WhatsApp(PhoneBook[WhatsAppPerson]):
    """The network. Tests and the page act through ``person``; the business through HTTP."""

    display_phone = "5511940000000"
    verified_name = "EmDia"

    def __init__(self, account: Account, around: Surroundings) -> None:
        super().__init__(around.news)
        self.account, self.clock = account, around.clock
        self.courier, self.faults = around.courier, around.faults
        self.ledger = Ledger()
        self.media = Media(around.clock)
        self.limits = Limits(around.clock)
        self.templates = Templates(around.clock, around.agenda)
        self.templates.on_story = self._tell_story
        self.displeasure = Displeasure(self.templates, around.agenda)
        self.statuses = Statuses(self, around.agenda)
        self.webhooks = Webhooks(account, around)
        self.standing: dict[str, Any] = {
            "quality_rating": "GREEN",
            "status": "CONNECTED",
            "name_status": "APPROVED",
            "throughput": {"level": "STANDARD"},
            "whatsapp_business_manager_messaging_limit": "TIER_2K",
        }
        """What the network says of the number."""
        self.scopes = {"whatsapp_business_messaging", "whatsapp_business_management"}
        """What the token may do."""
        self.token_ends = 0
        """When it ends, in seconds since 1970; zero: never."""
        self.refuses_at_once = False
        """Whether free words outside the window are refused at once; else they fail afterwards."""
        self.on_asked: Asked | None = None
        """Hears every request before it is judged; for tests that do so by other rules."""
        self.subscribed = False
        self.override = ""
        """Where this account's webhooks go instead of where the app says."""
        self._ids = itertools.count(1)

    def _newcomer(self, phone: str, name: str) -> WhatsAppPerson:
        return WhatsAppPerson(self, phone, name)

    def by_user_id(self, user_id: str) -> WhatsAppPerson | None:
        """Whose business-scoped id this is."""
        return next((p for p in self.people.values() if p.user_id == user_id), None)

    def next_id(self) -> str:
        """An id for a message, which looks as they do there."""
        raw = f"{self.account.phone_number_id}:{next(self._ids):012}".encode()
        return f"wamid.{base64.b64encode(raw).decode()}"

    def tell(
        self,
        person: Holder,
        value: dict[str, Any],
        kind: str,
        taken: Callable[[], None] | None,
    ) -> None:
        """Post a webhook about one person; those about one person keep their order."""
        whole = {"messaging_product": "whatsapp", "metadata": self._metadata()} | value
        change = {"field": "messages", "value": whole}
        self.webhooks.tell(person.phone, self._envelope({"changes": [change]}), kind, taken)

    def advertising(self, person: WhatsAppPerson, *, wanted: bool) -> None:
        """They ask for no more marketing, or for it again."""
        person.no_advertising = not wanted
        wish = {
            "wa_id": person.wa_id,
            "detail": f"User requested to {'resume' if wanted else 'stop'} marketing messages",
            "category": "marketing_messages",
            "value": "resume" if wanted else "stop",
            "timestamp": int(self.clock.now().timestamp()),
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": self._metadata(),
            "contacts": [person.contact()],
            "user_preferences": [wish],
        }
        self.tell_of_account("user_preferences", value)

    def _tell_story(self, template: Template, field: str, told: dict[str, Any]) -> None:
        value = {
            "message_template_id": int(template.id),
            "message_template_name": template.name,
            "message_template_language": template.language,
            **told,
        }
        self.tell_of_account(field, value, "template")

    def tell_of_account(self, field: str, value: dict[str, Any], kind: str = "account") -> None:
        """What the network says of the account: ``account_update``, ``security``..."""
        change = {"field": field, "value": value}
        entry = {"time": int(self.clock.now().timestamp()), "changes": [change]}
        self.webhooks.tell("account", self._envelope(entry), kind)
        self.news.tell()

    def _metadata(self) -> dict[str, str]:
        return {
            "display_phone_number": self.display_phone,
            "phone_number_id": self.account.phone_number_id,
        }

    def _envelope(self, entry: dict[str, Any]) -> dict[str, Any]:
        whole = {"id": self.account.business_account_id} | entry
        return {"object": "whatsapp_business_account", "entry": [whole]}
