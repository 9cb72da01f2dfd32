"""The templates of the account: made, reviewed, changed, deleted."""

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.clock import Agenda, SandboxClock
from bot.sandbox.whatsapp.errors import GraphError, bad_parameter
from bot.sandbox.whatsapp.payment_request import PAYMENT
from bot.sandbox.whatsapp.template import Template
from bot.sandbox.whatsapp.template_rules import check_components, check_head

_EDITABLE = ("APPROVED", "REJECTED", "PAUSED")
_EXISTS, _LIMIT_REACHED = 2388024, 2388019
MOST_AN_HOUR, MOST_UNVERIFIED, MOST = 100, 250, 6000
_MONTH = timedelta(days=30)
_EDITS_A_MONTH = 10


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
    """The store. ``on_story`` hears of whatever befalls one that was not in the answer itself."""

    def __init__(self, clock: SandboxClock, agenda: Agenda) -> None:
        self._clock, self._agenda = clock, agenda
        self._all: dict[str, Template] = {}
        self._ids = itertools.count(55_501)
        self.review = Review()
        self.payment_request = False
        """Whether the account has buttons that copy a Pix code; many have not yet."""
        self.verified = True
        """Whether Meta knows whose business it is."""
        self._made: deque[datetime] = deque()
        self._locked: dict[tuple[str, str], datetime] = {}
        self.on_story: Callable[[Template, str, dict[str, Any]], None] | None = None

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
        components = self._checked(body.get("components"), named=named)
        name, language = body["name"], body["language"]
        until = self._locked.get((name, language))
        self._check_room()
        if self.find(name, language) or (until and self._clock.now() < until):
            raise bad_parameter(f"{name} already exists in {language}", _EXISTS)
        category = self.review.as_category or body["category"]
        template = Template(str(next(self._ids)), name, language, category, named, components)
        template.ttl = body.get("message_send_ttl_seconds")
        self._all[template.id] = template
        self._made.append(self._clock.now())
        self._submit(template)
        return template

    def _check_room(self) -> None:
        """So many may be made within an hour, and so many may stand."""
        an_hour_ago = self._clock.now() - timedelta(hours=1)
        while self._made and self._made[0] <= an_hour_ago:
            self._made.popleft()
        if len(self._made) >= MOST_AN_HOUR:
            raise bad_parameter("too many templates made within an hour", _LIMIT_REACHED)
        if len(self._all) >= (MOST if self.verified else MOST_UNVERIFIED):
            raise bad_parameter("the account has as many templates as it may", _LIMIT_REACHED)

    def edit(self, template: Template, body: dict[str, Any]) -> None:
        """Change it; it goes back to review."""
        if template.status not in _EDITABLE:
            raise bad_parameter(f"a template that is {template.status} cannot be edited")
        now = self._clock.now()
        lately = [at for at in template.edits if now - at < _MONTH]
        if template.status == "APPROVED" and lately and now - lately[-1] < timedelta(days=1):
            raise bad_parameter("an approved template can be edited once in 24 hours")
        if template.status == "APPROVED" and len(lately) >= _EDITS_A_MONTH:
            raise bad_parameter("an approved template can be edited 10 times in 30 days")
        if template.status == "APPROVED" and body.get("category", template.category) != (
            template.category
        ):
            raise bad_parameter("the category of an approved template cannot be changed")
        if "components" in body:
            template.components = self._checked(body["components"], named=template.named)
        template.edits, template.status = [*lately, now], "PENDING"
        self._submit(template)

    def _checked(self, components: Any, *, named: bool) -> list[dict[str, Any]]:
        parts = check_components(components, named=named)
        buttons = [one for part in parts for one in part.get("buttons", [])]
        if not self.payment_request and any(one["type"] == PAYMENT for one in buttons):
            raise bad_parameter(f"buttons: type {PAYMENT} is not available for this account")
        return parts

    def delete(self, name: str, template_id: str) -> None:
        """Forget one by its id, or all languages of a name."""
        gone = [t for t in self.all() if t.name == name and template_id in ("", t.id)]
        if not gone:
            raise GraphError(100, f"no template {name}", subcode=2593002)
        for template in gone:
            del self._all[template.id]
            if template.status == "APPROVED":
                self._locked[template.name, template.language] = self._clock.now() + _MONTH

    def decide(
        self, name: str, event: str, language: str = "", reason: str = "NONE", **more: Any
    ) -> None:
        """Let the network decide: APPROVED, REJECTED, PAUSED, DISABLED, PENDING.

        ``more`` goes along in the webhook: ``other_info``, ``rejection_info``, ``disable_info``.
        """
        for template in self._called(name, language):
            self._set(template, event, reason, more)

    def rate(self, name: str, score: str, language: str = "") -> None:
        """Let people like it (GREEN) or not (YELLOW, RED)."""
        for template in self._called(name, language):
            was, template.quality = template.quality, score
            told = {"previous_quality_score": was, "new_quality_score": score}
            self._tell(template, "message_template_quality_update", told)

    def recategorise(self, name: str, category: str, *, announced: bool = False) -> None:
        """Call it MARKETING after all; or say a day before that it will be."""
        for template in self._called(name, ""):
            was = template.category
            told = {"new_category": was, "correct_category": category}
            if announced:
                template.coming = category
            else:
                template.category, template.coming = category, ""
                told = {"previous_category": was, "new_category": category}
            self._tell(template, "template_category_update", told)

    def _called(self, name: str, language: str) -> list[Template]:
        return [t for t in self.all() if t.name == name and language in ("", t.language)]

    def _tell(self, template: Template, field_: str, told: dict[str, Any]) -> None:
        if self.on_story:
            self.on_story(template, field_, told)

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
        self,
        template: Template,
        event: str,
        reason: str = "NONE",
        more: dict[str, Any] | None = None,
        *,
        tell: bool = True,
    ) -> None:
        template.status, template.reason = event, reason
        if tell:
            told = {
                "event": event,
                "reason": reason,
                "message_template_category": template.category,
                **(more or {}),
            }
            self._tell(template, "message_template_status_update", told)
