"""The parts of *Memory race*."""
