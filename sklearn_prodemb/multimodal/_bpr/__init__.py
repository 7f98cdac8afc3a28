"""Bayesian personalised ranking."""
