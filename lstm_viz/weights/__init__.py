"""A model rebuilt from a file of weights."""
