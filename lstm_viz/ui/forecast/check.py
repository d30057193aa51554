"""The data check: the series with what was found in it, and in plain words whether it can be trained."""

import streamlit as st

from lstm_viz.figures.forecast_charts import data_check_chart
from lstm_viz.figures.layout import MAX_POINTS
from lstm_viz.tables import SHOWN_FIRST, Finding, Series, when
from lstm_viz.ui.forecast.questions import missing_button, open_questions, show_questions
from lstm_viz.ui.forecast.result_view import counted, title_of
from lstm_viz.ui.forecast.state import ForecastPage
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.theme import CHART_CONFIG, current_palette, sized

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
    "duplicates": "shared dates",
    "order": "order",
    "level": "shift of the level",
    "outliers": "outliers",
    "constant": "constant stretch",
    "sentinel": "marks for nothing",
    "unit": "change of unit",
    "short": "too short",
    "future": "unknown future",
}


def show_data_check(page: ForecastPage, address: Address) -> None:
    """Draw the series with what was found in it and what will be held out, then say what that means."""
    if page.run_error is not None:
        show_error(page.run_error)
    series = page.series
    if series is None:
        st.info("The series appears here as soon as the file and its columns give one.", icon=":material/show_chart:")
        return
    st.subheader(literal(_heading(page, series)), anchor=False)
    _draw_series(page, series)
    with st.container(gap="xsmall"):
        st.markdown(f"**Data check:** {verdict(page.findings, series)}")
        _show_findings(page, address)


def _heading(page: ForecastPage, series: Series) -> str:
    """Name what is shown: the series among others, its target, its file."""
    title = title_of(page.source.name, series.name)
    return f"{series.unique_id} · {title}" if page.panel and page.panel.layout == "long" else title


def _draw_series(page: ForecastPage, series: Series) -> None:
    palette = current_palette()
    findings = page.findings
    holdout = page.settings.config.holdout if page.settings else 0
    figure = data_check_chart(series, findings, palette, holdout)
    marked = [NAMES[finding.kind] for finding in findings if finding.places]
    alt = f"The series as it was read, {len(series):,} steps; marked: {', '.join(marked) or 'nothing'}."
    st.plotly_chart(sized(figure), key="series-chart", config=CHART_CONFIG, theme=None, alt=alt)
    thinned = " Drawn with fewer points, every high and low among them." if len(series) > MAX_POINTS else ""
    if holdout:
        sentence = (
            "The model first learns from everything before the shaded part, and is judged on the last "
            f"{counted(holdout, series)}, which it has not seen; then it learns from all, for the forecast.{thinned}"
        )
        st.markdown(small(sentence))


def verdict(findings: tuple[Finding, ...], series: Series) -> str:
    """Say in a few words whether the series can be trained; where rows are lost or in doubt, also on what."""
    problems = [finding for finding in findings if finding.severity == "problem"]
    warnings = [finding for finding in findings if finding.severity == "warning"]
    if problems:
        return f"{ICONS['problem']} cannot be trained like this"
    if not warnings:
        return f"{ICONS['fine']} ready to train"
    things = "1 thing" if len(warnings) == 1 else f"{len(warnings)} things"
    if any(finding.kind in SHOWN_FIRST for finding in warnings):
        span = f"{counted(len(series), series)}, {when(series, 0)} to {when(series, -1)}"
        return f"{ICONS['warning']} read, but look: {things}. It would train on {span}"
    return f"{ICONS['warning']} can be trained; {things} to look at"


def check_line(page: ForecastPage) -> None:
    """Say beside the columns what the check found, by name."""
    kinds = [NAMES[finding.kind] for finding in page.findings if finding.severity in ("problem", "warning")]
    if page.series is None:
        return
    st.markdown(f"Data check: {verdict(page.findings, page.series)}" + (f" ({', '.join(kinds)})" if kinds else ""))


def _show_findings(page: ForecastPage, address: Address) -> None:
    """List what was found, what matters most first, with what one click can do about it; what is fine stays folded."""
    findings = page.findings
    open_findings = [finding for finding in findings if finding.severity != "fine"]
    asked = open_questions(page)
    kinds = [finding.kind for finding in open_findings]
    show_questions(page, address, [question for question in asked if question.about not in kinds])
    for place, finding in enumerate(open_findings):
        st.markdown(f"{ICONS[finding.severity]} **{NAMES[finding.kind].capitalize()}.** {with_names(finding.sentence)}")
        if finding.kind == "sentinel" and finding.value is not None:
            missing_button(page, address, finding.value)
        if finding.kind not in kinds[place + 1 :]:
            show_questions(page, address, [question for question in asked if question.about == finding.kind])
    fine = [finding for finding in findings if finding.severity == "fine"]
    if fine:
        names = ", ".join(NAMES[finding.kind] for finding in fine)
        with st.expander(f"Checks passed: {names}", icon=":material/check:"):
            st.markdown("\n".join(f"- {with_names(finding.sentence)}" for finding in fine))
