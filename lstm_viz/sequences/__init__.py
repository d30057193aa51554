"""What a model reads: a person's text as tokens, and made-up tasks of which every right answer is known."""
