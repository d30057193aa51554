"""The parts of *Anatomy*."""
