"""The layouts of SDV metadata; structures follow its specification at SDV 1.38."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.data.faults import Faulty
from audit.data.metadata import choose_table, parse_metadata
from audit.facts.project import ColumnPlan
from audit.facts.schema import Kind, Role

GUESTS = {
    "primary_key": "guest_email",
    "alternate_keys": ["card", ["first", "last"]],
    "columns": {
        "guest_email": {"sdtype": "email", "pii": True},
        "card": {"sdtype": "credit_card_number"},
        "first": {"sdtype": "first_name", "pii": True},
        "last": {"sdtype": "last_name", "pii": True},
        "city": {"sdtype": "city", "pii": False},
        "has_rewards": {"sdtype": "boolean"},
        "room": {"sdtype": "categorical", "order": ["BASIC", "SUITE"]},
        "floor": {"sdtype": "categorical", "order_by": "numerical_value"},
        "fee": {"sdtype": "numerical", "computer_representation": "Float"},
        "nights": {"sdtype": "numerical", "computer_representation": "Int64"},
        "checkin": {"sdtype": "datetime", "datetime_format": "%d %b %Y"},
        "misc": {"sdtype": "unknown", "pii": True},
    },
    "column_relationships": [{"type": "address", "column_names": ["city"]}],
}
HOTELS = {"primary_key": "hotel_id", "columns": {"hotel_id": {"sdtype": "id"}}}
VERSION = {"METADATA_SPEC_VERSION": "V1"}
TWO = {"tables": {"guests": GUESTS, "hotels": HOTELS}, "relationships": [], **VERSION}


def written(content: object) -> bytes:
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"tables": {"guests": GUESTS}, "relationships": [], **VERSION}, id="V1"),
        pytest.param(TWO, id="several tables"),
        pytest.param(
            {**TWO, "METADATA_SPEC_VERSION": "SINGLE_TABLE_V1"}, id="tables under a wrong version"
        ),
        pytest.param({**GUESTS, "METADATA_SPEC_VERSION": "SINGLE_TABLE_V1"}, id="SINGLE_TABLE_V1"),
    ],
)
def test_every_layout_gives_the_same_plans(content: dict[str, object]) -> None:
    metadata = parse_metadata(written(content))

    plans = choose_table(metadata, "guests", list(GUESTS["columns"])).columns

    personal = frozenset({Role.DIRECT_IDENTIFIER})
    assert metadata.n_unknown_keys == 0
    assert plans == {
        "guest_email": ColumnPlan(Kind.IDENTIFIER, personal, stated_by="metadata"),
        "card": ColumnPlan(Kind.IDENTIFIER, personal, stated_by="metadata"),
        "first": ColumnPlan(Kind.IDENTIFIER, personal, stated_by="metadata"),
        "last": ColumnPlan(Kind.IDENTIFIER, personal, stated_by="metadata"),
        "city": ColumnPlan(stated_by="metadata"),
        "has_rewards": ColumnPlan(Kind.BOOLEAN, stated_by="metadata"),
        "room": ColumnPlan(Kind.ORDINAL, order=("BASIC", "SUITE"), stated_by="metadata"),
        "floor": ColumnPlan(Kind.ORDINAL, stated_by="metadata"),
        "fee": ColumnPlan(Kind.CONTINUOUS, stated_by="metadata"),
        "nights": ColumnPlan(Kind.INTEGER, stated_by="metadata"),
        "checkin": ColumnPlan(Kind.DATETIME, datetime_format="%d %b %Y", stated_by="metadata"),
        "misc": ColumnPlan(stated_by="metadata"),
    }


def test_unknown_keys_are_counted_and_ignored() -> None:
    content = {**GUESTS, "colour": 1, "columns": {"a": {"sdtype": "id", "x_note": 1}}}

    assert parse_metadata(written({"tables": {"t": content}, "extra": 2})).n_unknown_keys == 3


def test_the_table_is_chosen_by_name_or_by_its_columns() -> None:
    metadata = parse_metadata(written(TWO))

    assert "hotel_id" in choose_table(metadata, "hotels", ["a"]).columns
    assert "hotel_id" in choose_table(metadata, "release", ["hotel_id", "city"]).columns
    with pytest.raises(Faulty, match="describes 2 tables and none of them is this"):
        choose_table(metadata, "release", ["a", "b"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no JSON (line 1)"),
        (b'{\n"a": ZQ7}', "is no JSON (line 2)"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"[" * 200_000, "is nested too deeply"),
        (b"[]", "must be a JSON object"),
        (b'{"columns": {}, "columns": {}}', "has the key `columns` twice"),
        (b"{}", "no table in it has `columns`"),
        (b'{"tables": []}', "no table in it has `columns`"),
        (b'{"tables": {"t": {"fields": {}}}}', "before version 1.0"),
        (b'{"fields": {"a": {"type": "id"}}}', "before version 1.0"),
        (b'{"columns": {"a": 5}}', "column `a` has no `sdtype`"),
        (b'{"columns": {"a": {"sdtype": "categorical", "order": "ZQ7"}}}', "no list of levels"),
        (b'{"columns": {"a": {"sdtype": "categorical", "order_by": "x"}}}', "`order_by`"),
        (b'{"columns": {"a": {"sdtype": "datetime", "datetime_format": 5}}}', "is no text"),
    ],
)
def test_faulty_metadata_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(Faulty) as caught:
        parse_metadata(content)

    assert said in str(caught.value)
    assert "ZQ7" not in str(caught.value)


def test_all_faulty_columns_are_told_at_once() -> None:
    with pytest.raises(Faulty) as caught:
        parse_metadata(b'{"columns": {"a": {}, "b": {"sdtype": "id"}, "c": []}}')

    assert [f.what for f in caught.value.faults] == [
        "table `table` column `a` has no `sdtype`",
        "table `table` column `c` has no `sdtype`",
    ]


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(["id", "a", "columns"])),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(["tables", "columns", "sdtype", "order"]), inner),
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused_and_nothing_else(content: object) -> None:
    metadata, faults = None, ()
    try:
        metadata = parse_metadata(written(content))
    except Faulty as caught:
        faults = caught.faults

    assert bool(faults) != (metadata is not None and len(metadata.tables) > 0)
