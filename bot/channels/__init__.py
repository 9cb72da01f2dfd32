"""Bytes in, Incoming out; Outgoing in, bytes out. Siblings never meet."""
