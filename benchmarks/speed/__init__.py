"""The same work, done by us and by others, in turns."""
