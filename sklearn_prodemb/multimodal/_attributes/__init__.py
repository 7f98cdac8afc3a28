"""Attributes of products: their values as numbers, and vectors of them."""
