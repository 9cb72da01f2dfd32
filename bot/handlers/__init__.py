"""Conversations: one file a subject; each ends in a call to a service."""
