"""What the buttons of an open form do; each carries the serial of its round."""

from typing import Final

ANSWER: Final = "form.answer"
SKIPPED: Final = "form.skip"
WENT_BACK: Final = "form.back"
CANCELLED: Final = "form.cancel"
SAVED: Final = "form.save"
CHANGED: Final = "form.change"
RESUMED: Final = "form.resume"
BUTTONS = frozenset({ANSWER, SKIPPED, WENT_BACK, CANCELLED, SAVED, CHANGED, RESUMED})
