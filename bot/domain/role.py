"""Who may do what. Rights are checked when a thing is done, not when its button is drawn."""

from enum import IntEnum


class Role(IntEnum):
    """From nobody to owner; each may do what those before may."""

    STRANGER = 0
    CLIENT = 1
    VIEWER = 2
    MANAGER = 3
    OWNER = 4

    @property
    def is_staff(self) -> bool:
        """Whether they are of the house."""
        return self >= Role.VIEWER
