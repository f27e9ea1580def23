"""The verbs as a notebook calls them: one by one, and all in a row."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import audit
from audit.api import with_decision, with_roles, with_tables
from audit.api.measuring import effort_for
from audit.api.plan import Plan
from audit.errors import DataError
from audit.facts.judgement import Source
from audit.facts.project import ColumnPlan

QUICK = {"only": ("identical-match", "value-replay"), "controls": "off", "jobs": 1}


def frame(seed: int, n: int = 120) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 90, n),
            "sex": rng.choice(["M", "F"], n),
            "<b>income</b>": rng.normal(50, 10, n).round(3),
        }
    )


@pytest.fixture(scope="module")
def copied() -> audit.Assessment:
    real = frame(1)
    return audit.audit(real, real.copy(), **QUICK)


def test_a_copied_table_is_not_met(copied: audit.Assessment) -> None:
    assert copied.verdict.status is audit.VerdictStatus.NOT_MET
    assert copied.exit_code == 10
    assert next(f for f in copied.findings if f.rule.id == "COPY-1").status == "fail"


def test_findings_as_a_frame(copied: audit.Assessment) -> None:
    table = copied.to_frame()
    assert list(table["rule"]) == [f.rule.id for f in copied.findings]
    row = table.set_index("rule").loc["COPY-1"]
    assert row["status"] == "fail"
    # Everybody is copied and nobody of the holdout is: an excess of 1 against a limit of .001.
    assert row["value"] == 1.0
    assert row["limit"] == 0.001


def test_a_notebook_shows_the_summary_escaped(copied: audit.Assessment) -> None:
    named = replace(copied, declared=replace(copied.declared, recipients="<script>x</script>"))
    shown = named._repr_html_()
    assert shown.startswith("<div")
    assert "Criteria not met" in shown
    assert "<script>" not in shown
    assert "<b>" not in shown


def test_what_is_saved_can_be_loaded(copied: audit.Assessment, tmp_path: Path) -> None:
    saved = copied.save(tmp_path / "out", formats=["md"])
    assert "summary.md" in saved.files
    loaded = audit.load(saved.folder)
    assert loaded.verdict == copied.verdict
    assert loaded.run == copied.run
    assert loaded.policy == copied.policy
    assert loaded.declared == copied.declared


def test_the_verbs_one_by_one_give_what_all_in_a_row_give(copied: audit.Assessment) -> None:
    again = audit.grade(copied.run, policy=copied.policy, declared=copied.declared)
    assert again.verdict == copied.verdict


def test_paths_and_frames_give_the_same_measurements(tmp_path: Path) -> None:
    frames = [frame(seed) for seed in (1, 2)]
    paths = [tmp_path / f"{name}.csv" for name in ("real", "synthetic")]
    for table, path in zip(frames, paths, strict=True):
        table.to_csv(path, index=False)
    by_path = audit.audit(*paths, **QUICK)
    by_frame = audit.audit(*frames, **QUICK)
    assert by_path.run.results == by_frame.run.results
    assert by_path.run.provenance.seed == by_frame.run.provenance.seed


def test_paths_and_frames_are_not_mixed(tmp_path: Path) -> None:
    with pytest.raises(audit.UsageError, match="some tables are paths"):
        audit.audit(frame(1), tmp_path / "synthetic.csv")


def test_roles_unit_context_and_policy_are_declared_by_argument() -> None:
    assessment = audit.audit(
        frame(1).assign(who=range(120)),
        frame(2).assign(who=range(120)),
        roles={"age": ["quasi_identifier", "sensitive"], "sex": "ordinary"},
        unit="who",
        context="internal",
        policy="internal-sharing",
        **QUICK,
    )
    columns = {c.name: c for c in assessment.run.release.columns}
    assert columns["age"].roles == ("quasi_identifier", "sensitive")
    assert columns["age"].source == "declared"
    assert columns["<b>income</b>"].source == "assumed"
    assert assessment.run.release.unit == "who"
    assert assessment.declared.tier is audit.Tier.INTERNAL
    assert assessment.policy.id == "internal-sharing"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"context": "moon"}, "there is no context moon"),
        ({"roles": {"age": "quasi"}}, "column age: there is no role quasi"),
    ],
)
def test_misspelt_words_are_told(said: dict[str, object], error: str) -> None:
    with pytest.raises(audit.UsageError, match=error):
        audit.audit(frame(1), frame(2), **said)


def test_a_policy_that_does_not_fit_is_refused_before_anything_is_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(release: object, *, options: object) -> None:
        raise AssertionError

    monkeypatch.setattr("audit.harness.measure.measure", never)
    with pytest.raises(audit.PolicyError):
        audit.audit(frame(1), frame(2), policy="internal-sharing", context="public")


def test_arguments_win_over_the_project(tmp_path: Path) -> None:
    known = audit.Project(
        real="old.csv",
        holdout="held.csv",
        columns={"age": ColumnPlan(alias="C1", roles=frozenset({audit.Role.ORDINARY}))},
        parameters={"linkability": {"n_splits": 3, "n_targets": 50}},
    )
    plan = with_tables(Plan(known, tmp_path), real="new.csv")
    plan = with_roles(plan, roles={"age": "sensitive"})
    plan = with_decision(plan, context="internal")
    assert plan.project.real == str(Path.cwd() / "new.csv")
    assert plan.project.holdout == "held.csv"
    assert plan.project.columns["age"].roles == {audit.Role.SENSITIVE}
    assert plan.project.columns["age"].alias == "C1"
    assert plan.project.declared.tier_source is Source.DECLARED
    assert plan.project.declared.policy_source is Source.ASSUMED
    effort = effort_for(plan, {"parameters": {"linkability": {"n_splits": 5}}})
    assert effort["parameters"] == {"linkability": {"n_splits": 5, "n_targets": 50}}


def test_an_alias_takes_the_place_of_the_name_in_everything_written(tmp_path: Path) -> None:
    tables = [frame(seed).rename(columns={"age": "hiv_status"}) for seed in (1, 2)]
    project = audit.Project(columns={"hiv_status": ColumnPlan(alias="C7")})
    assessment = audit.audit(*tables, project=project, controls="off", jobs=1)
    assessment.save(tmp_path / "out", formats=["html", "md", "junit", "sarif", "json"])
    for file in (tmp_path / "out").iterdir():
        assert b"hiv_status" not in file.read_bytes(), file.name
    assert b"C7" in (tmp_path / "out" / "run.json").read_bytes()


def test_every_public_name_is_there_and_lazy() -> None:
    for name in audit.__all__:
        assert getattr(audit, name) is not None
    assert set(audit.__all__) <= set(dir(audit))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        audit.nothing  # noqa: B018 (looking it up is the test)


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = (
        "import sys, audit\n"
        "audit.Assessment, audit.grade, audit.render, audit.save, audit.load\n"
        "heavy = ('numpy', 'pandas', 'pyarrow', 'scipy', 'sklearn', 'faiss', 'matplotlib')\n"
        "assert not [m for m in heavy if m in sys.modules], sorted(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_reference_may_be_a_frame_or_a_path(tmp_path: Path) -> None:
    tables = [frame(seed) for seed in (1, 2, 3, 4)]
    paths = [tmp_path / f"{seed}.csv" for seed in range(4)]
    for table, path in zip(tables, paths, strict=True):
        table.to_csv(path, index=False)
    for real, synthetic, holdout, reference in (tables, paths):
        done = audit.audit(real, synthetic, holdout, reference=reference, **QUICK)
        assert done.run.provenance.inputs["reference"].rows == 120
        assert "beside a reference of 120 other records" in " ".join(done.summary())


def test_a_reference_is_of_the_same_make_as_the_other_tables() -> None:
    with pytest.raises(audit.UsageError, match="some tables are paths"):
        audit.audit(frame(1), frame(2), frame(3), reference="reference.csv", **QUICK)


def test_the_memory_that_is_allowed_bounds_the_tables_that_are_read(tmp_path: Path) -> None:
    table = tmp_path / "real.csv"
    table.write_text("a,b\n" + "1,2\n" * 400)
    with pytest.raises(DataError, match="larger than"):
        audit.audit(table, table, max_memory=4096)
