"""Would this audit have noticed? Its own positive and negative control, in every audit.

The null control deals out real and holdout people anew: every check must be quiet. The planted
controls put verbatim and jittered copies of N people into the release: how many it takes until a
check notices is printed beside what it found. Sizes and release stay as they are (DESIGN section 4,
point 12).
"""

from audit.harness.controls.able import full_copy, noticed
from audit.harness.controls.effort import EFFORTS, Controls, Effort
from audit.harness.controls.trying import Trial

__all__ = ["EFFORTS", "Controls", "Effort", "Trial", "full_copy", "noticed"]
