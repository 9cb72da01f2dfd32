"""Know how far the versions of the rules have come elsewhere, and what was changed there."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "rule_pushes",
        sa.Column("number", Id, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pushed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["rule_versions.number"], name=op.f("fk_rule_pushes_number")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rule_pushes")),
    )
    op.create_table(
        "rule_edits",
        sa.Column("id", Id, sa.Identity(always=False), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name=op.f("fk_rule_edits_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_edits")),
    )


def downgrade() -> None:
    op.drop_table("rule_edits")
    op.drop_table("rule_pushes")
