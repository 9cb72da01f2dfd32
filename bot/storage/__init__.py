"""The only room that speaks SQL and Redis; it fills the ports of the services."""
