"""Terms of classifying sequences: name | label | meaning, for the glossary.

A term that other pages use otherwise begins with `classify_`; see `glossary.classify_term`.
"""

CLASSIFY_TERMS = """
classify_preset | Settings of | All settings at once: those that suit the data, or those of a tutorial that many people
    know.
suited | This data | What suits the number of examples and the length of the sequences.
sizes | Hidden units | Units of each layer from the input on, with commas between: 64, or 128, 64, 32.
bidirectional | Read from both ends | A second set of layers reads the sequence from its end; the answer sees where both
    of them end up.
normalization | Normalisation | Brings what each layer shows to mean 0 and deviation 1 before it is handed on.
classify_none | None | Nothing is done.
batch | Batch | Each unit over the examples and steps of a batch (Ioffe & Szegedy 2015).
classify_layer | Layer | Each step over all units of the layer (Ba, Kiros & Hinton 2016).
pooling | The answer reads | What the last layer hands to the answer: the end of the sequence, or all of it.
classify_last | The last state | The hidden state after the last step, which must hold all that matters.
mean | The mean state | The mean of the hidden states of all steps.
attention | All, by attention | A mean of all hidden states, whose weights are learned (Yang et al. 2016).
class_weights | Class weights | Whether every example counts alike, or every class: then the examples of a rare class
    count more.
balanced | Balanced | A class of few examples weighs as much as one of many.
validation_share | Validation share | Share of the training examples that does not teach, but tells which epoch is best
    and when patience ends.
classify_dropout | Dropout | Share of what each layer shows that is set to zero in training, against learning by heart;
    it works with one layer too.
classify_batch_size | Batch size | Sequences per update: larger is smoother and faster, smaller explores more.
classify_epochs | Epochs | Passes over all sequences that teach, at most.
classify_keep | Weights kept | Those of the epoch with the lowest validation loss, or simply the newest.
classify_train_loss | Training loss | Cross-entropy in nats on the sequences that teach: 0 is certain and right, ln C is
    guessing among C classes.
classify_validation_loss | Validation loss | The same on sequences that do not teach.
train_accuracy | Training accuracy | Share of the sequences that teach that were named right, while weights moved.
validation_accuracy | Validation accuracy | Share of the sequences that do not teach that are named right.
recall | Found | Of the sequences of this class, the share that is called so (recall).
precision | Meant | Of the sequences called so, the share that is of this class (precision).
f1 | F1 | Harmonic mean of found and meant.
calibration_error | Calibration error | How far confidence and accuracy lie apart on average: 0 means that of all
    answers given with 80%, 80% are right (Guo et al. 2017).
layout | Layout | How the table is laid out: one picture a row, one series a row, or one step a row.
pixels | Pictures | A row is a picture: its label, then as many grey values as a square has.
classify_series | Series | A row is a series: its label, before or behind its values (the UCR archive).
long | Steps | A row is one step: the id of its sequence, numbers, and the label.
classify_label | Label | The column that names the class.
"""
