"""What is stepped on the page: a model, a sequence, what was changed, and all of it as bytes for the browser."""
