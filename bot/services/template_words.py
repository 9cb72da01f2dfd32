"""How an approved form stands, in words: what happened to it, why, and what to do."""

from bot.domain.own_text import TextKey
from bot.domain.template import PENDING, TemplateStatus
from bot.domain.template_names import has_button, named
from bot.domain.text import Text, plain, t

# What reviewers hold against a text, by the provider's own words.
_REASONS = frozenset(
    {
        "abusive_content",
        "incorrect_category",
        "invalid_format",
        "promotional",
        "scam",
        "tag_content_mismatch",
    }
)
DECIDED_AGAINST = frozenset({"rejected", "refused", "paused", "disabled", "gone"})


def called(status: TemplateStatus) -> Text:
    """What people call it, with the version where it is the owner's own text."""
    known = named(status.name, status.language)
    key, version = known or (TextKey(status.name, status.language), 0)
    name = t("texts.called", name=key.called, version=version) if version else key.called
    return t("pix_button.called", name=name) if has_button(status.name) else name


def state_of(status: TemplateStatus) -> Text:
    """Where it stands, in a word or two."""
    against = [one for one in status.worries if one in DECIDED_AGAINST]
    if against:
        return t(f"texts.state.{against[0]}")
    if status.status == PENDING:
        return t("texts.state.pending")
    dear = "marketing" in status.worries
    return t("texts.state.marketing") if dear else t("texts.state.approved")


def troubles(status: TemplateStatus) -> list[Text]:
    """Each thing that is not as it should be, and what to do about it."""
    return [trouble(status, worry) for worry in status.worries]


def trouble(status: TemplateStatus, worry: str) -> Text:
    """One of them."""
    about = {"name": called(status), "language": t(f"language.{status.language}")}
    if worry in {"rejected", "refused"}:
        why = why_refused(status)
        advice = t("texts.advice", advice=plain(status.advice)) if status.advice else plain("")
        return t(f"texts.news.{worry}", why=why, advice=advice, **about)
    if worry == "paused" and status.paused_until:
        return t("texts.news.paused_until", until=status.paused_until, **about)
    return t(f"texts.news.{worry}", **about)


def why_refused(status: TemplateStatus) -> Text:
    """The reason in words, where it is one that we know."""
    if status.reason.startswith("whatsapp."):
        return t(f"reason.{status.reason}")
    if status.reason.lower() in _REASONS:
        return t(f"texts.reason.{status.reason.lower()}")
    return plain(status.reason) if status.reason else t("texts.reason.none")
