"""Every curve stands in a table as well."""

from dataclasses import replace
from types import ModuleType

from audit.facts.figures import Ecdf, Roc
from audit.report.curve_tables import curve_tables


def test_the_roc_is_read_off_where_it_was_measured(sample: ModuleType) -> None:
    made = sample.not_met()
    roc = Roc("roc", (0.0, 0.004, 0.012, 0.09, 0.4, 1.0), (0.0, 0.02, 0.05, 0.2, 0.6, 1.0), 9, 9)
    result = replace(made.run.result("membership-worst-case"), figures=(roc,))
    (table,) = curve_tables([result], made.run)
    # 1 % was not measured: the last point before it is shown, with its own rate.
    assert table.rows == (("0.4", "2.0"), ("1.2", "5.0"), ("9.0", "20.0"), ("40.0", "60.0"))
    assert table.caption == "The curve in numbers: Membership"


def test_distances_are_read_off_by_the_holdout(sample: ModuleType) -> None:
    made = sample.not_met()
    ecdf = Ecdf(
        "distances",
        x=(0.0, 0.1, 0.2, 0.3),
        real=(0.02, 0.1, 0.6, 1.0),
        holdout=(0.01, 0.06, 0.5, 1.0),
        n_real=900,
        n_holdout=900,
    )
    result = replace(made.run.result("closest-record"), figures=(ecdf,))
    (table,) = curve_tables([result], made.run)
    assert table.heads[1:] == ("real", "holdout")
    assert table.rows[0] == ("0", "2.0", "1.0")
    assert table.rows[1] == ("0.1000", "10.0", "6.0")
    assert [row[2] for row in table.rows] == ["1.0", "6.0", "50.0"]
