"""What several pages have in common: settings as a form, launching and watching a training, code, tours."""
