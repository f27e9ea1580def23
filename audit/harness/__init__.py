"""Runs the checks, guards what they yield, and asks whether they would have noticed."""
