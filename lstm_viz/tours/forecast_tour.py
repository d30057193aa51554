"""From a CSV to a forecast: data, check, settings, training, verdict, back-test, reasons."""

from typing import Any

from lstm_viz.tours.tour import Question, Stop, Tour


def _forecast_stop(title: str, words: str, part: str, **more: Any) -> Stop:
    return Stop(title, words, "forecast", f".st-key-{part}", **more)


FORECAST_TOUR = Tour(
    "forecast",
    "From my CSV to a forecast",
    "Bring a table, watch a network learn it, and find out when to believe what it says.",
    8,
    (
        _forecast_stop(
            "A table is enough",
            "One row for each moment: one column says when, another holds the number to forecast. Bring a file of your own "
            "here, CSV, Excel or Parquet; or go on with the sample, airline passengers month by month.",
            "uploader",
            parameters={"data": "airline_passengers"},
        ),
        _forecast_stop(
            "Look before you train",
            "This is what was read. Does it look the way you know it? Whatever had to be decided, such as gaps, odd values "
            "or rows that share a date, is told beside the chart, and you can decide otherwise.",
            "series-chart",
        ),
        _forecast_stop(
            "One number to choose",
            "The horizon is how many steps ahead you want to know. All other settings are suggested from the data. "
            "The newest steps are kept from the networks that are scored, so that they can be checked on what really came.",
            "setting-horizon",
        ),
        _forecast_stop(
            "Something to beat",
            "A forecast is worth something only if it beats a simple rule. For airline passengers one rule is: every month "
            "as one year ago. The small LSTM of the film on Home read eleven years of them and never saw the twelfth.",
            "series-chart",
            question=Question(
                "Which of them misses the twelfth year by less?",
                {"lstm": "The LSTM", "rule": "The rule", "same": "About the same: less than 5% apart"},
                "last_year_or_lstm",
                "On average of {months} months the LSTM misses by {lstm} thousand passengers, the rule by {rule}.",
            ),
        ),
        _forecast_stop(
            "Train",
            "Press the button and watch the training loss fall: the error on the rows that teach. A low training loss by "
            "itself promises nothing, since a network can learn its rows by heart. What counts is how it does on rows that "
            "it never saw. Go on when it has ended.",
            "train",
        ),
        _forecast_stop(
            "The verdict",
            "When a run has ended, one sentence says first whether the network did better than the simple rules, on steps "
            "that it had not seen. If it did not, believe the rule: that happens, and it is good to know.",
            "verdict",
        ),
        _forecast_stop(
            "Was it luck?",
            "One good stretch may be luck. So everything is repeated from earlier moments, each time with what was known "
            "then and nothing more. Look whether it wins most of the time, and whether the band held as often as it "
            "promises.",
            "fold-before",
        ),
        _forecast_stop(
            "Why this forecast?",
            "Open this to see which of the values that it read weighed most. And “Look inside this model” steps through "
            "the very network that you have trained, gate by gate.",
            "fold-why",
        ),
    ),
)
