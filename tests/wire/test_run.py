import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from audit.errors import DataError
from audit.facts.estimate import Estimate
from audit.facts.measurement import AuditRun, Measurement
from audit.wire.run import run_from_bytes, run_to_bytes
from tests.policy.sample import safe_run, with_measurements
from tests.wire.facts import runs


@given(runs())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_run_survives_the_way_to_bytes_and_back(run: AuditRun):
    data = run_to_bytes(run)
    assert run_from_bytes(data) == run
    assert run_to_bytes(run_from_bytes(data)) == data


def test_the_layout_is_that_of_the_design():
    tree = json.loads(run_to_bytes(safe_run()))
    assert tree["schema"] == "synthgate.run/v1"
    assert set(tree) == {"schema", "provenance", "release", "preflight", "results", "controls"}
    result = next(r for r in tree["results"] if r["check"]["id"] == "linkability")
    assert {
        "check",
        "status",
        "reason_code",
        "params",
        "caveats",
        "measurements",
        "figures",
    } <= set(result)
    assert result["check"]["threat"] == {
        "knows": "The quasi-identifiers.",
        "sees": "The synthetic records.",
        "wins": "The target is found.",
    }
    assert {"name", "scope", "value", "low", "high", "confidence", "method", "n"} <= set(
        result["measurements"][0]
    )


def test_equal_runs_have_equal_bytes_whatever_the_order_of_their_mappings():
    run = safe_run()
    turned = replace(
        run,
        provenance=replace(
            run.provenance, inputs=dict(reversed(list(run.provenance.inputs.items())))
        ),
    )
    assert run_to_bytes(turned) == run_to_bytes(run)


def test_a_number_that_is_not_finite_is_not_written():
    run = safe_run()
    auc = Measurement("auc", Estimate(0.5, 0.4, 0.6, 0.95, "x"), 10, p_value=float("nan"))
    with pytest.raises(DataError) as caught:
        run_to_bytes(with_measurements(run, "membership-worst-case", auc))
    assert caught.value.message == "run.json: MeasurementV1.p_value: must be finite"


PLUGIN = {
    "name": "acme-checks",
    "distribution": "acme",
    "version": "1.0",
    "digest": "0b" * 32,
    "checks": ["acme-shadow"],
}
TAMPERED = {
    "a key too many": (
        lambda t: t["results"][0].update(verdikt=1),
        "results[0].verdikt: is not known",
    ),
    "a key too few": (lambda t: t["results"][0].pop("status"), "results[0].status: is missing"),
    "text for a number": (
        lambda t: t["results"][0]["measurements"][0].update(value="0.1"),
        "results[0].measurements[0].value: must be a number",
    ),
    "a yes for a number": (
        lambda t: t["results"][0]["measurements"][0].update(value=True),
        "results[0].measurements[0].value: must be a number",
    ),
    "ends that do not enclose": (
        lambda t: t["results"][0]["measurements"][0].update(low=9),
        "results[0].measurements[0]: the lower end lies above the value",
    ),
    "a p-value above 1": (
        lambda t: t["results"][0]["measurements"][0].update(p_value=2),
        "p_value: must be at most 1",
    ),
    "an unknown reason": (
        lambda t: t["results"][0].update(status="skipped", reason_code="felt_like_it"),
        "results[0].reason_code: must be no_holdout",
    ),
    "no reason": (
        lambda t: t["results"][0].update(status="skipped"),
        "a reason belongs to every result that was not measured",
    ),
    "a check twice": (
        lambda t: t["results"].append(t["results"][0]),
        "holds the result of a check twice",
    ),
    "a measurement twice": (
        lambda t: t["results"][0]["measurements"].append(t["results"][0]["measurements"][0]),
        "holds a measurement twice",
    ),
    "a measurement of another check": (
        lambda t: t["results"][0]["measurements"][0].update(name="auc"),
        "holds a measurement that its card does not name",
    ),
    "another table": (
        lambda t: t["provenance"]["inputs"].update(other=t["provenance"]["inputs"]["real"]),
        "inputs may be real, synthetic, holdout and reference only",
    ),
    "a plug-in twice": (
        lambda t: t["provenance"].update(plugins=[PLUGIN, PLUGIN]),
        "names a plug-in twice",
    ),
    "a digest that is none": (
        lambda t: t["provenance"].update(plugins=[{**PLUGIN, "digest": "0b"}]),
        "provenance.plugins[0].digest: has not the expected form",
    ),
    "another version": (
        lambda t: t.update(schema="synthgate.run/v9"),
        "schema: must be synthgate.run/v1",
    ),
    "a figure of no kind": (
        lambda t: t["results"][0]["figures"].append({"id": "x", "kind": "pie", "data": {}}),
        "results[0].figures[0]: is of no known kind",
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_file_is_refused(name: str):
    change, expected = TAMPERED[name]
    tree = json.loads(run_to_bytes(safe_run()))
    change(tree)
    with pytest.raises(DataError, match=r"run\.json: ") as caught:
        run_from_bytes(json.dumps(tree).encode())
    assert expected in caught.value.message


def test_all_faults_are_said_at_once_and_no_value():
    tree = json.loads(run_to_bytes(safe_run()))
    tree["release"]["unit"] = 77_001
    tree["results"][1]["status"] = "CANARY-77002"
    tree["results"][2]["measurements"][0]["n"] = -77_003
    tree["provenance"]["CANARY\x1b[31m"] = "CANARY-77004"
    with pytest.raises(DataError) as caught:
        run_from_bytes(json.dumps(tree).encode())
    lines = caught.value.message.splitlines()
    assert len(lines) == 4
    assert "7700" not in caught.value.message
    # The name of an unknown key is said, made harmless.
    assert "\x1b" not in caught.value.message


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b'{"a": 1, "a": 2}', "holds a key twice"),
        (b'{"a": NaN}', "not finite"),
        (b'{"a": 1e999}', "not finite"),
        (b"[" * 100_000, "is not JSON that this tool reads"),
        (b'{"a": ' + b"1" * 5_000 + b"}", "is not JSON that this tool reads"),
        (b'{"a": "\\ud800"}', "run.json"),
        (b"[]", "must be a mapping"),
        (b" " * (64 * 2**20 + 1), "is larger than 64 MiB"),
    ],
)
def test_what_is_no_sound_json_is_refused(data: bytes, expected: str):
    with pytest.raises(DataError, match=r"run\.json") as caught:
        run_from_bytes(data)
    assert expected in caught.value.message
