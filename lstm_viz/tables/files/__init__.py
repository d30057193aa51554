"""Bytes to a grid of text cells: encoding, dialect, header, Excel and Parquet, and the options of reading."""
