import pytest

from audit.errors import DataError
from audit.wire.faults import Fault, did_you_mean, json_path, line_of, names_at, raise_all
from audit.wire.policy import PolicyV1


def test_a_path_is_written_as_in_json():
    assert json_path(("results", 2, "check", "id")) == "results[2].check.id"
    assert json_path(("a\x1b[0m",)) == "a[0m"


def test_a_fault_has_the_line_of_the_nearest_thing_that_stands_in_the_file():
    lines = {(): 1, ("rules",): 4, ("rules", 0): 5}
    assert line_of(("rules", 0, "limit", "tabel"), lines) == 5
    assert line_of(("intent",), lines) == 1
    assert line_of(("intent",), {}) is None


def test_no_fault_is_no_error_and_many_are_cut():
    raise_all([], "x", DataError)
    with pytest.raises(DataError) as caught:
        raise_all([Fault(str(i)) for i in range(60)], "x", DataError)
    lines = caught.value.message.splitlines()
    assert len(lines) == 51
    assert lines[-1] == "x: and 10 more"


def test_names_are_known_behind_references_lists_and_unions():
    schema = PolicyV1.model_json_schema(by_alias=True)
    assert "limit" in names_at(schema, ("rules", 3))
    looked_up = ["above_null", "context", "declared", "table"]
    assert names_at(schema, ("rules", 3, "limit")) == looked_up
    assert names_at(schema, ("citations", "ANY-1")) == ["dated", "text", "verified"]
    assert names_at(schema, ("nowhere",)) == []


def test_a_near_name_is_proposed_and_a_far_one_not():
    assert did_you_mean("linkabilty", ["linkability", "x"]) == " (did you mean linkability?)"
    assert did_you_mean("qqq", ["linkability"]) == ""
