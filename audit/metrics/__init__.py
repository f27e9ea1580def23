"""One file, one measurement without an adversary."""
