"""HTTP: webhooks, health, metrics."""
