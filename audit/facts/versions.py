"""Which version of each check this attack suite holds.

A check whose numbers change gets a higher version. A run names the versions that made it, so that
grading can tell an old number from what would be measured today, without importing any check.
"""

from collections.abc import Mapping

from audit.facts.names import MEASURES

_LATER: Mapping[str, int] = {
    "attribute-inference-nearest": 2,
    "attribute-inference-worst-case": 2,
    "linkability": 2,
    "singling-out-multivariate": 2,
    "singling-out-univariate": 2,
    "value-replay": 2,
}
"""Every check that is past its first version."""
VERSIONS: Mapping[str, int] = {check: _LATER.get(check, 1) for check in MEASURES}
"""Check id -> version; a check of a plug-in has none here."""
NO_VERSIONS: Mapping[str, int] = {}
