"""From a regular series to a forecast with honest scores."""
