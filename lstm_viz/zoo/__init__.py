"""Small trained models that ship with the app, and the command that retrains them: `python -m lstm_viz.zoo`."""
