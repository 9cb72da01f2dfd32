"""Retry, breaker, limiter; they have never heard of a client."""
