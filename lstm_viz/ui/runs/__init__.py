"""The parts of *Runs*."""
