"""Recurrent cells and the models built on them."""
