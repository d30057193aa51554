"""How good the forecasts are: the recipe of the app against its peers on public series. See `__main__.py`."""
