"""Sequences that each have a class: what is learned, how well, and how early a network knows."""
