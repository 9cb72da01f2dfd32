"""Let nobody change or take away what stands in the record of who did what."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQLITE = (
    """
    CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN
      SELECT RAISE(ABORT, 'the record is never changed');
    END
    """,
    """
    CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN
      SELECT RAISE(ABORT, 'the record is never changed');
    END
    """,
)
POSTGRES = (
    """
    CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the record is never changed' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()
    """,
)


def upgrade() -> None:
    statements = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES
    for statement in statements:
        op.execute(statement.strip())


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_keeps")
        op.execute("DROP TRIGGER audit_stays")
    else:
        op.execute("DROP TRIGGER audit_stays ON audit")
        op.execute("DROP FUNCTION audit_stays()")
