"""Gradients on their way back through time: which models, which loss, and what is shown of them."""
