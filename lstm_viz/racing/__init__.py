"""Cells trained side by side on the same task, with the same examples and the same budget."""
