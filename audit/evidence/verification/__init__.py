"""Looking at a finished folder: was anything changed since it was sealed, and does it still hold?

Each module looks at one thing and yields what it notices; `whole` puts them together. Nothing here
stops at the first difference, and nothing here writes.
"""
