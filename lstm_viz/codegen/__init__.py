"""A model as PyTorch, Keras and NumPy source, with its weights."""
