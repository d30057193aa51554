"""The data check: the series with what was found in it, and in plain words whether it is fit for training."""

import streamlit as st

from lstm_viz import phrases
from lstm_viz.figures.forecast_charts import data_check_chart
from lstm_viz.figures.layout import MAX_POINTS
from lstm_viz.tables import SHOWN_FIRST, Finding, Series, when
from lstm_viz.ui.forecast.questions import missing_button, open_questions, show_questions
from lstm_viz.ui.forecast.result_view import counted, title_of
from lstm_viz.ui.forecast.state import ForecastPage
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.theme import current_palette, draw_chart

ICONS = {
    "problem": ":red[:material/error:]",
    "warning": ":orange[:material/warning:]",
    "note": ":blue[:material/info:]",
    "fine": ":green[:material/check:]",
}
NAMES = {
    "reading": "reading",
    "frequency": "steps",
    "span": "history",
    "gaps": "gaps",
    "left out": "rows left out",
    "duplicates": "repeated dates",
    "order": "order",
    "level": "level shift",
    "outliers": "outliers",
    "constant": "constant stretch",
    "sentinel": "codes for missing values",
    "unit": "change of unit",
    "short": "too short",
    "future": "unknown future",
}


def show_data_check(page: ForecastPage, address: Address) -> None:
    """Draw the series with what was found in it and what will be held out, and explain it."""
    if page.run_error is not None:
        show_error(page.run_error)
    series = page.series
    if series is None:
        st.info("The series appears here once the file and its columns define one.", icon=":material/show_chart:")
        return
    title = title_of(page.source.name, series.name)
    if page.panel and page.panel.layout == "long":
        title = f"{series.unique_id} · {title}"
    st.subheader(literal(title), anchor=False)
    _draw_series(page, series)
    with st.container(gap="xsmall"):
        st.markdown(f"**Data check:** {_verdict(page.findings, series)}")
        _show_findings(page, address)


def _draw_series(page: ForecastPage, series: Series) -> None:
    holdout = page.settings.config.holdout if page.settings else 0
    figure = data_check_chart(series, page.findings, current_palette(), holdout)
    marked = [NAMES[finding.kind] for finding in page.findings if finding.places]
    alt = f"The series as it was read, {len(series):,} steps; marked: {', '.join(marked) or 'nothing'}."
    draw_chart(figure, "series-chart", alt)
    if holdout:
        thinned = " The chart shows fewer points, with every peak and trough." if len(series) > MAX_POINTS else ""
        sentence = (
            "The model is first trained on everything before the shaded part and tested on the held-out "
            f"{counted(holdout, series)}; then it is trained on all rows, for the forecast.{thinned}"
        )
        st.markdown(small(sentence))


def _verdict(findings: tuple[Finding, ...], series: Series) -> str:
    """Say in a few words whether the series is fit for training; where rows are lost or in doubt, also which remain."""
    if any(finding.severity == "problem" for finding in findings):
        return f"{ICONS['problem']} cannot be used for training as it is"
    warnings = [finding for finding in findings if finding.severity == "warning"]
    if not warnings:
        return f"{ICONS['fine']} ready to train"
    things = phrases.counted(len(warnings), "thing")
    if any(finding.kind in SHOWN_FIRST for finding in warnings):
        span = f"{counted(len(series), series)}, {when(series, 0)} to {when(series, -1)}"
        return f"{ICONS['warning']} check before training: {things}. It would train on {span}"
    return f"{ICONS['warning']} can be used for training; {things} to check"


def check_line(page: ForecastPage) -> None:
    """Say next to the columns what the check found, by name."""
    kinds = [NAMES[finding.kind] for finding in page.findings if finding.severity in ("problem", "warning")]
    if page.series is not None:
        named = f" ({', '.join(kinds)})" if kinds else ""
        st.markdown(f"Data check: {_verdict(page.findings, page.series)}{named}")


def _show_findings(page: ForecastPage, address: Address) -> None:
    """List what was found, the most important first, with what one click can do about it; what is fine stays folded."""
    findings = page.findings
    open_findings = [finding for finding in findings if finding.severity != "fine"]
    questions = open_questions(page)
    kinds = [finding.kind for finding in open_findings]
    show_questions(page, address, [question for question in questions if question.about not in kinds])
    for place, finding in enumerate(open_findings):
        st.markdown(f"{ICONS[finding.severity]} **{NAMES[finding.kind].capitalize()}.** {with_names(finding.sentence)}")
        if finding.kind == "sentinel" and finding.value is not None:
            missing_button(page, address, finding.value)
        if finding.kind not in kinds[place + 1 :]:
            show_questions(page, address, [question for question in questions if question.about == finding.kind])
    fine = [finding for finding in findings if finding.severity == "fine"]
    if fine:
        names = ", ".join(NAMES[finding.kind] for finding in fine)
        with st.expander(f"Checks passed: {names}", icon=":material/check:"):
            st.markdown("\n".join(f"- {with_names(finding.sentence)}" for finding in fine))
