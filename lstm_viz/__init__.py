"""An interactive explainer of the long short-term memory (LSTM), with live training and forecasting."""

__version__ = "0.1.0"
