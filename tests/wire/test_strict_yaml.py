import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import AuditError, DataError, PolicyError
from audit.wire.strict_yaml import load_yaml


def test_scalars_are_those_of_the_yaml_core_schema():
    text = "a: [1e-3, 1.5, -2, 0, true, false, ~, null, 'x', NO, 010, 12:30:45, 2020-01-01, .inf]"
    assert load_yaml(text, "x").tree == {
        "a": [
            *(0.001, 1.5, -2, 0, True, False, None, None, "x"),
            *("NO", "010", "12:30:45", "2020-01-01", ".inf"),
        ]
    }


def test_every_value_knows_its_line():
    document = load_yaml("a: 1\nb:\n  - c: 2\n    d: 3\n  - 4\n", "x")
    assert document.tree == {"a": 1, "b": [{"c": 2, "d": 3}, 4]}
    assert document.lines[("a",)] == 1
    assert document.lines[("b",)] == 2
    assert document.lines[("b", 0, "d")] == 4
    assert document.lines[("b", 1)] == 5


def test_a_byte_order_mark_changes_nothing():
    assert load_yaml(b"\xef\xbb\xbfa: 1", "x").tree == {"a": 1}


REFUSED = {
    "a: &x 1": "line 1: an anchor",
    "a: 1\nb: *x": "line 2: an alias",
    "a: !!python/object/apply:os.system [ls]": "line 1: a tag",
    "a: !!str 1": "line 1: a tag",
    "a: 1\n---\nb: 2": "line 2: a second document",
    "a: 1\nb: 2\na: 3": "line 3: a: comes twice",
    "1: a": "line 1: a key must be text",
    "true: a": "line 1: a key must be text",
    "[a]: b": "line 1: a key must be text",
    "a: 1e999": "line 1: a: is a number out of range",
    "a: 9007199254740992": "line 1: a: is a number out of range",
    "a: " + "9" * 5000: "line 1: a: is a number out of range",
    "[" * 5000: "nested deeper than 20",
    "a: {" * 30: "nested deeper than 20",
    "a: [1\nb: 2": "line 2: is not YAML from here on",
    "\ta: 1": "is not YAML from here on",
    "": "is empty",
    "# nothing": "is empty",
    "a: \x01": "a character that YAML does not allow",
    "a: \ud800": "is not UTF-8 text",
    "#" * (2**20 + 1): "is larger than 1024 KiB",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda t: t[:20])
def test_what_is_refused(text: str):
    with pytest.raises(DataError, match=r"audit\.yaml: ") as caught:
        load_yaml(text, "audit.yaml")
    assert REFUSED[text] in caught.value.message


def test_all_faults_are_said_at_once_in_the_order_of_the_file():
    with pytest.raises(PolicyError) as caught:
        load_yaml("a: 1\n2: x\na: 3\nb: 1e999\n", "p.yaml", error=PolicyError)
    assert caught.value.message.splitlines() == [
        "p.yaml: line 2: a key must be text; put it in quotes",
        "p.yaml: line 3: a: comes twice",
        "p.yaml: line 4: b: is a number out of range",
    ]


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_input_is_read_or_refused_without_being_quoted(text: str | bytes):
    outcome = "x: read"
    try:
        load_yaml(text, "x")
    except AuditError as error:
        outcome = error.message
    assert all(line.startswith("x: ") for line in outcome.splitlines())
