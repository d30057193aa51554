"""How large a model is."""

from torch import nn


def count_parameters(model: nn.Module) -> int:
    """Count the numbers that training changes."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
