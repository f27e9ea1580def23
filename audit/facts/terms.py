"""The closed sets in which a policy speaks."""

from enum import StrEnum


class Tier(StrEnum):
    """To whom the release goes."""

    PUBLIC = "public"
    TRUSTED_THIRD_PARTY = "trusted_third_party"
    INTERNAL = "internal"
    SECURE_ENCLAVE = "secure_enclave"


class Basis(StrEnum):
    """On whose authority a limit stands."""

    LAW = "law"
    REGULATOR_GUIDANCE = "regulator_guidance"
    STANDARD = "standard"
    LITERATURE_CONVENTION = "literature_convention"
    INDUSTRY_CONVENTION = "industry_convention"
    PROJECT_DEFAULT = "project_default"
    ORGANISATION_POLICY = "organisation_policy"


class RuleSeverity(StrEnum):
    """How much a broken rule weighs when it was not required."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"
    ADVISORY = "advisory"


class Statistic(StrEnum):
    """Which number of the measurement meets the limit first."""

    HIGH = "high"
    LOW = "low"
    VALUE = "value"


class Operator(StrEnum):
    """How the number and the limit are compared."""

    AT_MOST = "<="
    EQUALS = "=="
    PRESENT = "present"
    COMPLETE = "complete"


class Decides(StrEnum):
    """Whether a rule can pass, or only fail."""

    BOTH = "both"
    FAIL_ONLY = "fail_only"


class Test(StrEnum):
    """How the interval and the limit decide."""

    INTERVAL = "interval"
    """Upper end within: pass. Lower end beyond: fail."""
    COPIES = "copies"
    """The census rule for copies (DESIGN section 4, point 7)."""
