"""A typed table to regular series: frequency, grid, repairs, checks and panels."""
