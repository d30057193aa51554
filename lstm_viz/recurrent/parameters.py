"""How large a model is."""

from torch import nn


def count_parameters(model: nn.Module) -> int:
    """Count the numbers that training changes."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def bytes_of_weights(model: nn.Module) -> int:
    """Count the bytes that all weights of a model take."""
    return sum(weights.nbytes for weights in model.state_dict().values())
