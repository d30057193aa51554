"""What a recurrent model is made of: a step by hand, tensors, counts, costs, and code that runs without this program."""
