"""Token sequences with known answers."""
