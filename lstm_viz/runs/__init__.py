"""Where training happens (worker processes) and what it leaves (folders of runs)."""
