"""The steps, in order. Once released, a step is never changed: the next one mends it."""
