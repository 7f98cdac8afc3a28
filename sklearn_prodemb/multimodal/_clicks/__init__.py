"""The closed form of vectors of product ids."""
