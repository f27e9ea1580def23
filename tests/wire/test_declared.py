import json
from dataclasses import replace

import pytest

from audit.errors import DataError
from audit.facts.judgement import Declared, Source, Tier
from audit.wire.declared import declared_from_bytes, declared_to_bytes
from tests.policy.sample import declared


@pytest.mark.parametrize("stated", [Declared(), declared(Tier.INTERNAL, "low")])
def test_statements_survive_the_way_to_bytes_and_back(stated: Declared):
    assert declared_from_bytes(declared_to_bytes(stated)) == stated


def test_who_audits_for_whom_stands_only_where_it_was_said():
    about = ("operator", "controller", "purpose", "contact", "computed_at", "retention")
    assert not set(about) & set(json.loads(declared_to_bytes(declared())))
    said = replace(declared(), **{name: f"the {name}" for name in about})
    assert json.loads(declared_to_bytes(said))["retention"] == "the retention"
    assert declared_from_bytes(declared_to_bytes(said)) == said


def test_a_tampered_file_is_refused():
    tree = json.loads(declared_to_bytes(declared()))
    tree["tier"] = "everyone"
    tree["recipient"] = tree.pop("recipients")
    with pytest.raises(DataError) as caught:
        declared_from_bytes(json.dumps(tree).encode())
    assert caught.value.message.splitlines() == [
        "declared.json: recipient: is not known here; did you mean recipients?",
        "declared.json: recipients: is missing",
        "declared.json: tier: must be public, trusted_third_party, internal or secure_enclave",
    ]


def test_a_file_from_before_there_were_groups_is_read():
    old = json.loads(declared_to_bytes(Declared()))
    del old["groups"]
    assert declared_from_bytes(json.dumps(old).encode()) == Declared()


def test_what_earlier_versions_did_not_know_is_left_out_and_comes_back():
    plain = Declared()
    written = json.loads(declared_to_bytes(plain))
    assert not {"p_attack", "earlier_releases_source"} & set(written)
    assert declared_from_bytes(json.dumps(written).encode()) == plain
    said = replace(plain, p_attack=0.25, earlier_releases_source=Source.DECLARED)
    assert declared_from_bytes(declared_to_bytes(said)) == said
