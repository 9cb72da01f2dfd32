"""What becomes of a template that people block and report: it rests, rests longer, and ends."""

from datetime import timedelta

from bot.sandbox.clock import Agenda
from bot.sandbox.whatsapp.template import Template
from bot.sandbox.whatsapp.templates import Templates

_RESTS = (("FIRST_PAUSE", timedelta(hours=3)), ("SECOND_PAUSE", timedelta(hours=6)))


class Displeasure:
    """Counts how often each was too much for people."""

    def __init__(self, templates: Templates, agenda: Agenda) -> None:
        self._templates, self._agenda = templates, agenda
        self._times: dict[str, int] = {}

    def grows(self, name: str, language: str) -> None:
        """Too many have blocked the business because of this one; only what goes out can do so."""
        template = self._templates.find(name, language)
        if template is None or template.status != "APPROVED":
            raise LookupError(f"{name} in {language} goes to nobody")
        times = self._times.get(template.id, 0)
        self._times[template.id] = times + 1
        self._templates.rate(name, "RED", language)
        if times >= len(_RESTS):
            self._become(template, "DISABLED", "DISABLED")
            return
        title, rest = _RESTS[times]
        self._become(template, "PAUSED", title)
        self._agenda.after(rest, lambda: self._goes_on(template))

    def _goes_on(self, template: Template) -> None:
        if template.status == "PAUSED" and self._templates.by_id(template.id):
            self._become(template, "APPROVED", "UNPAUSE")

    def _become(self, template: Template, event: str, title: str) -> None:
        told = {"title": title, "description": "what people think of it"}
        self._templates.decide(template.name, event, template.language, other_info=told)
