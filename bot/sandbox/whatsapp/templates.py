"""The templates of the account: made, reviewed, changed, deleted."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.clock import Agenda, SandboxClock
from bot.sandbox.whatsapp.errors import GraphError, bad_parameter
from bot.sandbox.whatsapp.template_rules import check_components, check_head

_EDITABLE = ("APPROVED", "REJECTED", "PAUSED")
_EXISTS = 2388024


@dataclass(slots=True)
class Template:
    """One template in one language."""

    id: str
    name: str
    language: str
    category: str
    named: bool
    components: list[dict[str, Any]]
    status: str = "PENDING"
    reason: str = "NONE"
    ttl: int | None = None
    edited_at: datetime | None = None

    def component(self, kind: str) -> dict[str, Any]:
        """One part of it; an empty one if it has none."""
        return next((part for part in self.components if part["type"] == kind), {})

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """Its buttons in order."""
        return list(self.component("BUTTONS").get("buttons", []))

    def wire(self) -> dict[str, Any]:
        """As the management API lists it."""
        return {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "parameter_format": "NAMED" if self.named else "POSITIONAL",
            "components": self.components,
            "quality_score": {"score": "UNKNOWN"},
            "rejected_reason": self.reason,
        }


@dataclass(slots=True)
class Review:
    """How the network decides; by default it approves at once."""

    after: timedelta | None = None
    """Approve so much later, by the sandbox's clock; None is in the answer itself."""
    hold: bool = False
    """Decide nothing until told to."""
    as_category: str = ""
    """Approve, but as this category whatever was asked for."""


class Templates:
    """The store. ``on_decided`` hears of every decision that was not in the answer itself."""

    def __init__(self, clock: SandboxClock, agenda: Agenda) -> None:
        self._clock, self._agenda = clock, agenda
        self._all: dict[str, Template] = {}
        self._ids = itertools.count(55_501)
        self.review = Review()
        self.on_decided: Callable[[Template], None] | None = None

    def all(self) -> list[Template]:
        """Every template that stands, oldest first."""
        return list(self._all.values())

    def by_id(self, template_id: str) -> Template | None:
        """One of them."""
        return self._all.get(template_id)

    def find(self, name: str, language: str) -> Template | None:
        """One of them."""
        return next((t for t in self.all() if (t.name, t.language) == (name, language)), None)

    def create(self, body: dict[str, Any]) -> Template:
        """Take a new one in and review it."""
        check_head(body)
        named = str(body.get("parameter_format", "POSITIONAL")).upper() == "NAMED"
        components = check_components(body.get("components"), named=named)
        name, language = body["name"], body["language"]
        if self.find(name, language):
            raise bad_parameter(f"{name} already exists in {language}", _EXISTS)
        category = self.review.as_category or body["category"]
        template = Template(str(next(self._ids)), name, language, category, named, components)
        template.ttl = body.get("message_send_ttl_seconds")
        self._all[template.id] = template
        self._submit(template)
        return template

    def edit(self, template: Template, body: dict[str, Any]) -> None:
        """Change it; it goes back to review."""
        if template.status not in _EDITABLE:
            raise bad_parameter(f"a template that is {template.status} cannot be edited")
        now, last = self._clock.now(), template.edited_at
        if template.status == "APPROVED" and last and now - last < timedelta(days=1):
            raise bad_parameter("an approved template can be edited once in 24 hours")
        if "components" in body:
            template.components = check_components(body["components"], named=template.named)
        template.edited_at, template.status = now, "PENDING"
        self._submit(template)

    def delete(self, name: str, template_id: str) -> None:
        """Forget one by its id, or all languages of a name."""
        gone = [t for t in self.all() if t.name == name and template_id in ("", t.id)]
        if not gone:
            raise GraphError(100, f"no template {name}", subcode=2593002)
        for template in gone:
            del self._all[template.id]

    def decide(self, name: str, event: str, language: str = "", reason: str = "NONE") -> None:
        """Let the network decide: APPROVED, REJECTED, PAUSED, DISABLED, PENDING."""
        for template in self.all():
            if template.name == name and language in ("", template.language):
                self._set(template, event, reason)

    def decide_all(self, event: str = "APPROVED") -> None:
        """The same about everything that waits."""
        for template in self.all():
            if template.status == "PENDING":
                self._set(template, event)

    def _submit(self, template: Template) -> None:
        if self.review.hold:
            return
        if self.review.after is None:
            self._set(template, "APPROVED", tell=False)
            return
        self._agenda.after(self.review.after, lambda: self._approve_if_pending(template))

    def _approve_if_pending(self, template: Template) -> None:
        if template.status == "PENDING" and template.id in self._all and not self.review.hold:
            self._set(template, "APPROVED")

    def _set(
        self, template: Template, event: str, reason: str = "NONE", *, tell: bool = True
    ) -> None:
        template.status, template.reason = event, reason
        if tell and self.on_decided:
            self.on_decided(template)
