"""Vectors of offers, trained so that offers of one product are near each other."""
