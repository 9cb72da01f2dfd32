"""What WhatsApp tells of the account's templates, and what of it is nothing to us."""

from typing import Any

from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.reasons import Reason
from bot.channels.whatsapp.wire import TEMPLATE_STORY
from bot.domain.template import APPROVED, TemplateNews

PREFIX = "emdia_"  # so that ours are told apart from others of the same account

# Fields that are nothing to us, so that they are not counted as riddles.
IGNORED = frozenset(
    (
        "account_review_update",
        "account_settings_update",
        "business_username_updates",
        "flows",
        "history",
        "message_echoes",
        "payment_configuration_update",
        "phone_number_name_update",
        "smb_app_state_sync",
        "smb_message_echoes",
        "template_correct_category_detection",
        "user_id_update",
    )
)
TEMPLATE_FIELDS = frozenset(
    (
        "message_template_status_update",
        "message_template_quality_update",
        "message_template_components_update",
        "template_category_update",
    )
)
_BACK_IN_USE = frozenset(("REINSTATED", "UNARCHIVED", "UNPAUSED"))
_STILL_IN_USE = frozenset(("FLAGGED",))


def template_news(value: Any) -> TemplateNews | None:
    """What befell a template of ours; none if it is somebody else's."""
    story = TEMPLATE_STORY.validate_python(value)
    name = story["message_template_name"]
    if not name.startswith(PREFIX):
        return None
    event = story.get("event", "")
    status = APPROVED if event in _BACK_IN_USE else "" if event in _STILL_IN_USE else event
    reason = story.get("reason") or ""
    rejection, aside = story.get("rejection_info") or {}, story.get("other_info") or {}
    new, was = story.get("new_category"), story.get("previous_category")
    # A change of category is announced a day before; it has happened once there is a previous one.
    coming = "" if was else story.get("correct_category") or new
    return TemplateNews(
        name=clean(name.removeprefix(PREFIX)),
        language=clean(story["message_template_language"]),
        status=clean(status),
        category=clean((was and new) or story.get("message_template_category") or ""),
        reason="" if reason == "NONE" else clean(reason),
        quality=clean(story.get("new_quality_score") or ""),
        coming=clean(coming or ""),
        advice=clean(rejection.get("recommendation") or rejection.get("reason") or ""),
        pause=clean(aside.get("title") or ""),
    )


def quality_alarm(value: Any) -> str | None:
    """The alarm in a template that people dislike."""
    if value.get("new_quality_score") == "RED":
        return Reason.QUALITY_LOW
    return None
