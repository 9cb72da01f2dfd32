"""Let nobody change or take away what stands in the record of who did what."""

from bot.storage.migrations.triggers import hold_rows, release_rows

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    hold_rows("audit")


def downgrade() -> None:
    release_rows("audit")
