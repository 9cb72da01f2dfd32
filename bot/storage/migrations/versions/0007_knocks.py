"""Remember who brought wrong codes, and which strangers were answered, while it counts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "knocks",
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_knocks"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_knocks_person_id"),
    )
    op.create_index("ix_knocks_person_id_what_at", "knocks", ["person_id", "what", "at"])
    op.create_index("ix_knocks_what_at", "knocks", ["what", "at"])


def downgrade() -> None:
    op.drop_table("knocks")
