"""One file, one adversary with a goal."""
