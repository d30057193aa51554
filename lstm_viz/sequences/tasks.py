"""Every task by its key."""

from lstm_viz.sequences.agreement import Agreement
from lstm_viz.sequences.brackets import Brackets
from lstm_viz.sequences.counting import Counting
from lstm_viz.sequences.recall import Recall
from lstm_viz.sequences.task import Task

TASKS: dict[str, Task] = {task.key: task for task in (Counting(), Brackets(), Agreement(), Recall())}
