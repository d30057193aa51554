"""Terms of a model taken apart: name | label | meaning, for the glossary.

A term that other pages use otherwise begins with `anatomy_`; see `glossary.anatomy_term`.
"""

ANATOMY_TERMS = """
anatomy_part | Part | Which part of the page is open: the layer drawn, its numbers counted, its code, one step by hand,
    or what tutorials get wrong.
anatomy_layer | The layer, drawn | Every tensor of the layers with its name and its shape, to scale.
anatomy_count | Counting and cost | How many numbers it learns, and what a step costs.
anatomy_code | Code that runs | The same model in PyTorch, Keras and NumPy, with its weights.
anatomy_hand | One step, by hand | Every product of one step of one cell, with numbers that can be typed over.
anatomy_myths | What tutorials get wrong | Claims that many repeat, each with the number that settles it.
input_size | Inputs | Numbers that the first layer reads at every step: a row of 28 pixels, 3 prices.
anatomy_sizes | Units | Numbers in the hidden state of each layer, from the input on, with commas between: 75, or 128,
    64, 32.
output_size | Answers | Numbers that the linear layer behind the last recurrent one gives: one a class.
anatomy_bidirectional | Both directions | A second cell with weights of its own reads the sequence from its end.
bias | Bias | Whether a number of its own is added in every gate of every unit.
batch_first | batch_first | PyTorch’s option: whether the batch axis of `input` and `output` comes before the steps.
    `h_n` and `c_n` do not care.
anatomy_batch | Batch | Sequences at once; 0 is one sequence without a batch axis, which PyTorch takes.
anatomy_steps | Steps | Length of the sequences: a picture of 28 rows has 28.
anatomy_state | Bring your own weights | The state of a PyTorch model as safetensors, or the weights of a Keras model as
    npz: what it is made of is read off names and shapes. Nothing is ever unpickled.
anatomy_pooling | The head reads | What the linear layer is applied to. Weights do not tell; say it if you know.
anatomy_every | Every state | The linear layer answers after every step, as in a model that names the next token.
anatomy_forward | Reading | A layer reads a sequence, as when it answers.
anatomy_training | Training | A layer reads a sequence, and the gradient of all its weights is worked out.
anatomy_double | In float64 | Numbers of twice the length: no cell has a faster way through the library than the others,
    so that the gates decide.
"""
