"""The commands of `python -m lstm_viz`, one file each, and what they share."""
