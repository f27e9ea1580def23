"""Exact nearest neighbours of mixed rows."""
