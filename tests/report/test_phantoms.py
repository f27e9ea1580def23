"""The sentence about disclosures that need nobody's data."""

from dataclasses import replace

from audit.facts.measurement import Measurement
from audit.report.phantoms import phantom_words


def test_the_secret_with_the_largest_excess_speaks(sample) -> None:
    result = sample.inference()[0]
    scopes = [{"secret": s, "knows": "others"} for s in ("cost_band", "diagnosis_group")]
    shares = tuple(
        Measurement("phantom_share", sample.estimate(v, v - 0.02, v + 0.02), 4_130, s)
        for v, s in zip((0.93, 0.78), scopes, strict=True)
    )
    result = replace(result, measurements=(*result.measurements, *shares))
    (sentence,) = phantom_words([result])
    assert "(diagnosis_group, knowing all other columns)" in sentence
    end = "of 4,130 apparent disclosures, an estimated 78.0\u202f% (76.0 to 80.0) would have "
    assert end + "happened without the person’s data." in sentence


def test_without_a_share_nothing_is_said(sample) -> None:
    assert phantom_words(sample.inference()) == ()
