"""The parts of *Forecast*."""
