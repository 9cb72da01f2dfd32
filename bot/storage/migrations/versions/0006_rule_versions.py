"""Keep the book of rules version by version, none of which is ever changed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")

SQLITE = (
    """
    CREATE TRIGGER rule_versions_keeps BEFORE UPDATE ON rule_versions BEGIN
      SELECT RAISE(ABORT, 'the record is never changed');
    END
    """,
    """
    CREATE TRIGGER rule_versions_stays BEFORE DELETE ON rule_versions BEGIN
      SELECT RAISE(ABORT, 'the record is never changed');
    END
    """,
)
POSTGRES = (
    """
    CREATE FUNCTION rule_versions_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the record is never changed' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER rule_versions_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_versions
    FOR EACH STATEMENT EXECUTE FUNCTION rule_versions_stays()
    """,
)


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
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES
    for statement in statements:
        op.execute(statement.strip())


def downgrade() -> None:
    op.drop_table("rule_versions")  # with its triggers
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION rule_versions_stays()")
