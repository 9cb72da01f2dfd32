"""Find a client by any three letters of their name, phone or tags, however many there are."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The index holds no copy of the texts: it reads them from clients, and the triggers tell it what
# changed. To take a row out it must be told the old texts, word for word.
SQLITE = (
    """
    CREATE VIRTUAL TABLE client_search USING fts5(
      name_key, phone, tags, content='clients', content_rowid='id', tokenize='trigram'
    )
    """,
    """
    CREATE TRIGGER client_search_added AFTER INSERT ON clients BEGIN
      INSERT INTO client_search (rowid, name_key, phone, tags)
      VALUES (new.id, new.name_key, new.phone, new.tags);
    END
    """,
    """
    CREATE TRIGGER client_search_removed AFTER DELETE ON clients BEGIN
      INSERT INTO client_search (client_search, rowid, name_key, phone, tags)
      VALUES ('delete', old.id, old.name_key, old.phone, old.tags);
    END
    """,
    """
    CREATE TRIGGER client_search_changed AFTER UPDATE OF name_key, phone, tags ON clients BEGIN
      INSERT INTO client_search (client_search, rowid, name_key, phone, tags)
      VALUES ('delete', old.id, old.name_key, old.phone, old.tags);
      INSERT INTO client_search (rowid, name_key, phone, tags)
      VALUES (new.id, new.name_key, new.phone, new.tags);
    END
    """,
)
POSTGRES = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """
    CREATE INDEX ix_clients_search_trgm ON clients USING gin (
      name_key gin_trgm_ops, phone gin_trgm_ops, tags gin_trgm_ops
    )
    """,
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE:
            op.execute(statement)
        # Clients who are already there, when a database comes back up from 0001.
        op.execute("INSERT INTO client_search (client_search) VALUES ('rebuild')")
    else:
        for statement in POSTGRES:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER client_search_{trigger}")
        op.execute("DROP TABLE client_search")
    else:
        # The extension stays: others in the same database may have come to use it.
        op.execute("DROP INDEX ix_clients_search_trgm")
