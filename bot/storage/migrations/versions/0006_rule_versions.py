"""Keep the book of rules version by version, none of which is ever changed."""

import sqlalchemy as sa
from alembic import op

from bot.storage.migrations.triggers import hold_rows, release_rows

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "rule_versions",
        sa.Column("number", Id, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_rule_versions_person_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rule_versions")),
    )
    hold_rows("rule_versions")


def downgrade() -> None:
    release_rows("rule_versions")
    op.drop_table("rule_versions")
