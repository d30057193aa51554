"""A grid to a typed table: column types, time columns, series ids, roles and proposals."""
