"""Terms of a model taken apart: name | label | meaning, for the glossary.

A term that other pages use otherwise begins with `anatomy_`; see `glossary.anatomy_term`.
"""

ANATOMY_TERMS = """
anatomy_part | View | Which part of the page is open: the layer as a diagram, its parameters and cost, its code, one
    step by hand, or common misconceptions.
anatomy_layer | Layer diagram | Every tensor of the layers with its name and its shape, to scale.
anatomy_count | Parameters and cost | How many numbers the layer learns, and what one step costs.
anatomy_code | Code | The same model in PyTorch, Keras and NumPy, with its weights. It runs.
anatomy_hand | One step by hand | Every product in one step of one cell, with numbers that you can edit.
anatomy_myths | Misconceptions | Claims that many tutorials repeat, each with the number that settles it.
input_size | Input size | Numbers that the first layer reads at every step: a row of 28 pixels, 3 prices.
anatomy_sizes | Units per layer | Hidden units of each layer, first layer first, separated by commas: 75, or 128, 64,
    32.
output_size | Output size | Numbers that the linear layer after the last recurrent layer gives: one per class.
anatomy_bidirectional | Bidirectional | A second cell with weights of its own reads the sequence from its end.
bias | Bias | Whether every gate of every unit has a bias.
batch_first | batch_first | PyTorch’s option: whether the batch axis of `input` and `output` comes before the steps.
    `h_n` and `c_n` are not affected.
anatomy_batch | Batch | Sequences at once; 0 is a single sequence without a batch axis, which PyTorch accepts.
anatomy_steps | Steps | Number of steps of each sequence: an image of 28 rows has 28.
anatomy_state | Load your own weights | The state dict of a PyTorch model as safetensors, or the weights of a Keras
    model as npz. The architecture is inferred from names and shapes. Nothing is ever unpickled.
anatomy_pooling | Output layer reads | What the linear layer is applied to. The weights do not say; choose it if you
    know.
anatomy_every | Every state | The linear layer gives an output at every step, as in a model that predicts the next
    token.
anatomy_forward | Forward pass | The layer reads a sequence, as it does when it predicts.
anatomy_training | Training step | The layer reads a sequence, and the gradient of all its weights is computed.
anatomy_double | In float64 | With double-precision numbers no cell has a faster kernel than the others, so the gates
    decide.
"""
