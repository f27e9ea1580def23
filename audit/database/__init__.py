"""The only door to databases: where they are, how they are reached, what may be said of them.

Nothing that a database or its driver says leaves this room: their messages quote statements, cells,
hosts and passwords.
"""
