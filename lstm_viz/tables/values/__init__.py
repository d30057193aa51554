"""What a single cell of text can mean: numbers, units, dates, and the arithmetic of time steps."""
