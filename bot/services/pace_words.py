"""Why a number goes slowly, for whoever asks."""

from bot.domain.pace_state import NumberPace
from bot.domain.reasons import Reason
from bot.domain.text import Text, t


def why_slow(pace: NumberPace) -> Text:
    """What made it go slower, with figures where there are some."""
    if pace.why == Reason.PACE_LOST:
        return t("pace.lost_of", count=pace.lost, of=pace.out_of)
    if pace.why == Reason.PACE_SILENT:
        return t("pace.unanswered_of", count=pace.lost, of=pace.out_of)
    return t(f"reason.{pace.why}")
