import hashlib

import pytest

from audit.errors import DataError
from audit.wire.canonical import sha256_of, to_canonical


def test_keys_are_ordered_and_numbers_shortest():
    # RFC 8785, section 3.2.2.3: 1.0 is written 1, 1e-7 as 1e-7, 0.002 as 0.002.
    tree = {"b": 1.0, "a": [1e-7, 0.002, True, None], "€": "\n"}
    assert to_canonical(tree) == '{"a":[1e-7,0.002,true,null],"b":1,"€":"\\n"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {1}])
def test_what_json_cannot_hold_is_refused_without_being_quoted(value: object):
    with pytest.raises(DataError, match=r"x\.json: cannot be written as canonical JSON") as caught:
        to_canonical({"a": value}, "x.json")
    assert caught.value.__context__ is None
    assert str(2**53) not in str(caught.value)


def test_the_digest_is_that_of_the_bytes():
    assert sha256_of(b"abc") == hashlib.sha256(b"abc").hexdigest()
