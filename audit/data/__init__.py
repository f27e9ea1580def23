"""The room that reads: files become three tables under one schema, or one error that says why not.

The only door to pandas and pyarrow. Both quote cells in their messages, so no exception of theirs
leaves this room, not even as a cause.
"""
