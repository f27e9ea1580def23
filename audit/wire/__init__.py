"""Facts as bytes and bytes as facts: versioned, strict, canonical."""
