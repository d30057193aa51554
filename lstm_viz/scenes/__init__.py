"""What the browser gets: one sequence through several cells, and the way of its gradient back."""
