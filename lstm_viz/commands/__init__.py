"""Commands of `python -m lstm_viz` that have a file of their own."""
