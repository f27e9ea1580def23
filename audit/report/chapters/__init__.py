"""The sections of the report that are no family of checks, one file each."""
