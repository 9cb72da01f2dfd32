"""Conversations without a channel: forms, lists, actions and the switchboard between them."""
