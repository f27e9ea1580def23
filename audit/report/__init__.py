"""From facts and a verdict to paper: what a page shows, and how each format writes it."""
