"""Time and rows turned into deeds: ticks, the outbox worker, the intake of what came in."""
