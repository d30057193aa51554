"""The parts of *Step the cell* and *Gates over time*."""
