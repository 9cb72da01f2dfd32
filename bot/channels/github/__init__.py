"""A private repository at GitHub, where backups go: over its REST API."""
