"""Every generator of the zoo gets the verdict that it deserves, for the reasons that it should."""

import pytest

from benchmarks.zoo_audit import audited, faults
from benchmarks.zoo_external import EXTERNAL, has_external
from fixtures.generators.zoo.registry import BY_NAME

pytestmark = [pytest.mark.study, pytest.mark.timeout(3_600)]


@pytest.mark.parametrize("name", BY_NAME)
def test_the_verdict_fits_the_truth(name):
    assert list(faults(audited(name))) == []


@pytest.mark.shared_data
@pytest.mark.skipif(not has_external(), reason="SYNTHGATE_DATA names no folder")
@pytest.mark.parametrize("name", EXTERNAL)
def test_releases_that_others_made_get_the_verdict_that_they_deserve(name):
    assert list(faults(audited(name))) == []
