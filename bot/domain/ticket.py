"""What a button really carries: a short random id for a deed that lies in the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.ids import PersonId

About = Mapping[str, object]  # plain JSON values

# Buttons outlive their screens; after this long the matter has been settled some other way.
LIFE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One button's deed: who may use it, what it does, what it is about, until when."""

    id: str
    person_id: PersonId
    deed: str
    about: About
    expires_at: datetime
