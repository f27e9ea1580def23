"""For whom a report is: for those who may know everything, or for anybody."""

from enum import StrEnum


class Edition(StrEnum):
    """One of the two editions of a report."""

    INTERNAL = "internal"
    EXTERNAL = "external"
