"""What a text is called at the provider: the form, its plan, its version, so that none is a gap.

A changed text is a new template beside the old one, which goes on until the new one is approved.
EmDia's own words have the form's bare name. The same words with the button that copies a Pix code
stand beside them, under the same name with ``_pix`` behind it.
"""

import re

from bot.domain.ids import PlanId
from bot.domain.own_text import OwnText, TextKey
from bot.domain.wording import WORDING

_NAME = re.compile(r"(?P<form>[a-z_]+?)(?:_p(?P<plan>\d+))?(?:_v(?P<version>\d+))?(?:_pix)?")
_WITH_BUTTON = "_pix"


def name_of(text: OwnText) -> str:
    """``reminder_today_v2``; for those on plan 3 ``reminder_today_p3_v1``."""
    plan = "" if text.key.plan_id is None else f"_p{text.key.plan_id}"
    return f"{text.key.form}{plan}_v{text.version}"


def with_button(name: str) -> str:
    """What the same words are called that have the button: ``reminder_today_v2_pix``."""
    return name + _WITH_BUTTON


def has_button(name: str) -> bool:
    """Whether a name is that of a text with the button."""
    return name.endswith(_WITH_BUTTON)


def named(name: str, language: str) -> tuple[TextKey, int] | None:
    """Which text a name stands for, and its version: 0 for EmDia's words. None: no name of ours."""
    found = _NAME.fullmatch(name)
    if found is None or found["form"] not in WORDING:
        return None
    if (found["version"] is None) and found["plan"]:
        return None
    plan = PlanId(int(found["plan"])) if found["plan"] else None
    return TextKey(found["form"], language, plan), int(found["version"] or 0)
