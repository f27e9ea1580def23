"""Mixed rows as points, and exact neighbours among them."""
