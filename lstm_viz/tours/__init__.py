"""Guided tours as data: what to say, what to point at, which address to open, and questions that a model answers."""
