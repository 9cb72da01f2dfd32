"""A private repository at GitHub, where backups and rules go: over its REST API."""
