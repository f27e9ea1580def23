"""Membership attacks beside the published ones: how strong, and how fast."""
