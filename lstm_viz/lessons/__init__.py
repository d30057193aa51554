"""One step of a cell by hand, and misconceptions measured."""
