"""Labelled sequences: digits, IDX, archives and tables."""
