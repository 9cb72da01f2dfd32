"""A tap that has outlived what was behind it is understood by the words on its button."""

import pytest

from bot.domain.intent import Intent, intent_of
from bot.domain.text import t
from bot.words import Catalogues

WORDS = Catalogues()
REMINDERS = ("before", "today", "late", "last", "many")
LABELS = {
    "client.button.paid": Intent.PAID,
    "client.button.pix": Intent.PIX,
    "client.button.how_to_pay": Intent.PIX,
    "template.how_to_pay": Intent.PIX,
    "client.button.resume": Intent.RESUME,
    "template.claim_rejected.button.1": Intent.PAID,
    "template.claim_rejected.button.2": Intent.PIX,
    **{f"template.reminder_{one}.button.1": Intent.PAID for one in REMINDERS},
    **{f"template.reminder_{one}.button.2": Intent.PIX for one in REMINDERS},
    **{f"template.reminder_{one}.button.3": Intent.STOP for one in REMINDERS},
}


@pytest.mark.parametrize("language", WORDS.languages)
@pytest.mark.parametrize("key", LABELS)
def test_what_a_client_taps_may_also_be_written(key: str, language: str) -> None:
    assert intent_of(WORDS.say(t(key), language)) is LABELS[key]
