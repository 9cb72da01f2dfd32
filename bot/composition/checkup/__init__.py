"""A look at everything that must be right, each part with what to do about it."""
