"""The parts of *Classify*."""
