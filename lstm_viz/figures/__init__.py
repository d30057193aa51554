"""Data in, figure out: every chart works in a notebook with no app running."""
