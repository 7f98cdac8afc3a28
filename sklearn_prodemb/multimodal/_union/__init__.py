"""Vectors of several embedders, joined and weighed."""
