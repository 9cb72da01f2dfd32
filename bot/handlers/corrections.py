"""A message that somebody of the house corrected after it was acted on."""

from bot.domain.text import t
from bot.handlers.desk import Desk
from bot.services.ports.post import Notice


async def too_late(desk: Desk) -> None:
    """Say that the first version counts: it was used, or led to the next question.

    As a notice, so that the question they are at stays as it is. To strangers nothing is said.
    """
    if desk.role.is_staff:
        await desk.post.tell(desk.me, Notice("not_corrected", (t("correction.too_late"),)))
