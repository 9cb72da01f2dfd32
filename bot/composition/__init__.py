"""Builds every object once and hands it its parts; the only room that knows who is who."""
