"""Terms of classifying sequences: name | label | meaning, for the glossary.

A term that other pages use otherwise begins with `classify_`; see `glossary.classify_term`.
"""

CLASSIFY_TERMS = """
classify_preset | Preset | All settings at once: those that suit the data, or those of a well-known tutorial.
suited | Suggested for this data | What suits the number of examples and the length of the sequences.
sizes | Units per layer | Hidden units of each layer, first layer first, separated by commas: 64, or 128, 64, 32.
bidirectional | Bidirectional | A second set of layers, with weights of its own, reads the sequence from its end. The
    output sees both final states.
normalization | Normalisation | Rescales the output of each layer to mean 0 and standard deviation 1 before passing it
    on.
classify_none | None | No change.
batch | Batch norm | Each unit is normalised over the examples and steps of a batch (Ioffe & Szegedy 2015).
classify_layer | Layer norm | Each step is normalised over all units of the layer (Ba, Kiros & Hinton 2016).
pooling | Pooling | What the output layer reads of the last recurrent layer: its final state, or all of its states.
classify_last | Final state | The hidden state after the last step, which must hold everything that matters.
mean | Mean of states | The mean of the hidden states of all steps.
attention | Attention | A weighted mean of all hidden states with learned weights (Yang et al. 2016).
class_weights | Class weights | Whether every example counts equally, or every class: then the examples of a rare
    class count more.
balanced | Balanced | A class with few examples counts as much as one with many.
validation_share | Validation share | Share of the training examples that is not trained on, but decides which epoch
    is best and when to stop early.
classify_dropout | Dropout | Share of each layer's output that is set to zero during training, to reduce overfitting.
    It works with one layer too.
classify_batch_size | Batch size | Sequences per update. Larger batches are faster and less noisy; smaller ones
    explore more.
classify_epochs | Epochs | Maximum number of passes over all training sequences.
classify_keep | Weights kept | Those of the epoch with the lowest validation loss, or simply the last ones.
classify_train_loss | Training loss | Cross-entropy in nats on the training sequences: 0 is certain and correct, ln C
    is guessing among C classes.
classify_validation_loss | Validation loss | The same on sequences that are not trained on.
train_accuracy | Training accuracy | Share of the training sequences classified correctly while the weights change.
validation_accuracy | Validation accuracy | Share of the validation sequences classified correctly.
recall | Recall | Of the sequences of this class, the share that is classified as such.
precision | Precision | Of the sequences classified as this class, the share that belongs to it.
f1 | F1 | Harmonic mean of recall and precision.
calibration_error | Calibration error | Average gap between confidence and accuracy. 0 means that of all predictions
    made with 80% confidence, 80% are correct (Guo et al. 2017).
layout | Layout | How the table is laid out: one row per picture, per series, or per step.
pixels | One row per picture | Each row is a picture: its label, then the grey values of a square image.
classify_series | One row per series | Each row is a series: its label, before or after its values (as in the UCR
    archive).
long | One row per step | Each row is one step: the id of its sequence, its numbers, and the label.
classify_label | Label | The column with the class.
"""
