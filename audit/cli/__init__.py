"""The command line: thin commands over `audit.api`, and the only place that prints."""
