"""The output folder: written whole, sealed, and read back only if it belongs together."""
