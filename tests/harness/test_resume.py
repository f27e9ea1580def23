"""What an interrupted run had finished is not done again, and the facts are the same."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from audit.data.release import Release
from audit.evidence.checkpoint import KeptFile, checkpoint_of, remove_checkpoint
from audit.facts.measurement import Status
from audit.facts.reasons import ReasonCode
from audit.harness.measure import measure
from audit.harness.options import MeasureOutcome, Options
from audit.harness.resume import run_key
from audit.metrics.identical_match import IdenticalMatch
from audit.testing import planted_release
from audit.wire.run import run_to_bytes

CHECKS = (
    "identical-match",
    "near-copy",
    "attribute-inference-nearest",
    "membership-closest-record",
    "membership-worst-case",
)
# The worst cases must make again what they need of attacks whose results are known.
OPTIONS = Options(
    only=CHECKS,
    jobs=1,
    parameters=MappingProxyType({"attribute-inference-model": {"trees": 2, "rounds": 2}}),
)
STEPS = (*CHECKS, "controls")


class Killed(BaseException):
    pass


@pytest.fixture(scope="module")
def release() -> Release:
    return planted_release(n=40)


@pytest.fixture(scope="module")
def whole(release: Release) -> bytes:
    return run_to_bytes(measure(release, options=OPTIONS).run)


def resumed(release: Release, folder: Path, options: Options = OPTIONS) -> MeasureOutcome:
    return measure(release, options=options, keeper=KeptFile(folder, resume=True))


def interrupted(release: Release, folder: Path, before: str, options: Options = OPTIONS) -> None:
    def stop(step: object) -> None:
        if step.check_id == before:  # type: ignore[attr-defined]
            raise Killed

    with pytest.raises(Killed):
        measure(
            release,
            options=replace(options, on_progress=stop),
            keeper=KeptFile(folder, resume=False),
        )


@pytest.mark.parametrize("before", ["membership-worst-case", "controls"])
def test_a_resumed_run_has_the_bytes_of_a_whole_one(
    release: Release, whole: bytes, tmp_path: Path, before: str
) -> None:
    interrupted(release, tmp_path / "out", before)
    done = resumed(release, tmp_path / "out")
    assert run_to_bytes(done.run) == whole
    assert done.reused == STEPS[: STEPS.index(before)]
    assert set(done.seconds).isdisjoint(done.reused)


def test_a_run_that_was_measured_to_its_end_is_taken_over_whole(
    release: Release, whole: bytes, tmp_path: Path
) -> None:
    measure(release, options=OPTIONS, keeper=KeptFile(tmp_path / "out", resume=False))
    done = resumed(release, tmp_path / "out")
    assert run_to_bytes(done.run) == whole
    assert done.reused == STEPS


def test_without_being_asked_nothing_is_taken_over(release: Release, tmp_path: Path) -> None:
    few = replace(OPTIONS, only=CHECKS[:2], controls="off")
    interrupted(release, tmp_path / "out", "near-copy", few)
    keeper = KeptFile(tmp_path / "out", resume=False)
    assert measure(release, options=few, keeper=keeper).reused == ()


def changed_cell(release: Release, side: str) -> Release:
    table = getattr(release, side)
    column = next(iter(table.numbers))
    values = table.numbers[column].copy()
    values[7] = np.nextafter(values[7], np.inf)
    return replace(release, **{side: replace(table, numbers={**table.numbers, column: values})})


def test_the_key_holds_everything_that_facts_depend_on(release: Release) -> None:
    def key(of: Release = release, seed: int = 1, **options: object) -> str:
        return run_key(of, replace(OPTIONS, **options), seed=seed, plugins=())(b"salt")

    first = next(iter(release.schema)).name
    others = {
        "real": key(changed_cell(release, "real")),
        "synthetic": key(changed_cell(release, "synthetic")),
        "holdout": key(changed_cell(release, "holdout")),
        "no holdout": key(replace(release, holdout=None)),
        "reference": key(replace(release, reference=release.holdout)),
        "alias": key(replace(release, aliases={first: "C1"})),
        "split": key(replace(release, split=replace(release.split, how="temporal"))),
        "population": key(replace(release, population=9)),
        "seed": key(seed=2),
        "parameters": key(parameters={}),
        "checks": key(only=CHECKS[:1]),
        "controls": key(controls="full"),
    }
    assert len({key(), *others.values()}) == len(others) + 1
    # What no fact depends on may differ.
    assert key(replace(release, name="x"), jobs=7, timeout=9.0, check_timeout=1.0) == key()


def test_the_key_cannot_be_tried_without_its_salt(release: Release) -> None:
    key_of = run_key(release, OPTIONS, seed=1, plugins=())
    assert key_of(b"a") != key_of(b"b")


def test_other_data_are_measured_anew(release: Release, tmp_path: Path) -> None:
    few = replace(OPTIONS, only=CHECKS[:2], controls="off")
    interrupted(release, tmp_path / "out", "near-copy", few)
    assert resumed(changed_cell(release, "real"), tmp_path / "out", few).reused == ()


def test_what_failed_is_tried_again(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(OPTIONS, only=CHECKS[:2], controls="off")

    def crashes(self: object, lab: object) -> object:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(IdenticalMatch, "run", crashes)
        first = measure(release, options=few, keeper=KeptFile(tmp_path / "out", resume=False))
    assert first.run.result("identical-match").status is Status.FAILED
    again = resumed(release, tmp_path / "out", few)
    assert again.reused == ("near-copy",)
    assert again.run.result("identical-match").status is Status.MEASURED


def test_evidence_about_people_is_gathered_again(release: Release, tmp_path: Path) -> None:
    options = replace(OPTIONS, only=("membership-worst-case",), people=True, controls="off")
    first = measure(release, options=options, keeper=KeptFile(tmp_path / "out", resume=False))
    again = resumed(release, tmp_path / "out", options)
    assert again.people == first.people is not None
    assert again.reused == ()


def test_a_full_disk_costs_the_checkpoint_and_not_the_run(
    release: Release, whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = KeptFile(tmp_path / "out", resume=False)

    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("audit.evidence.checkpoint.os.write", full)
    done = measure(release, options=replace(OPTIONS, only=CHECKS[:2]), keeper=keeper)
    assert done.run.result("near-copy").status is Status.MEASURED
    monkeypatch.undo()
    assert resumed(release, tmp_path / "out", replace(OPTIONS, only=CHECKS[:2])).reused == ()


def test_the_file_is_for_its_owner_and_goes_when_the_run_is_over(
    release: Release, tmp_path: Path
) -> None:
    few = replace(OPTIONS, only=CHECKS[:1], controls="off")
    measure(release, options=few, keeper=KeptFile(tmp_path / "out", resume=False))
    file = checkpoint_of(tmp_path / "out")
    assert file.name == "out.resume"
    assert file.stat().st_mode & 0o777 == 0o600
    remove_checkpoint(tmp_path / "out")
    remove_checkpoint(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_check_that_takes_too_long_is_skipped_and_the_others_go_on(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(self: object, lab: object) -> object:
        while True:
            lab.checkpoint()  # type: ignore[attr-defined]

    monkeypatch.setattr(IdenticalMatch, "run", endless)
    options = replace(OPTIONS, only=CHECKS[:2], controls="off", check_timeout=0.05)
    run = measure(release, options=replace(options, check_timeout=0.05)).run
    first = run.result("identical-match")
    assert (first.status, first.reason_code) == (Status.SKIPPED, ReasonCode.TIMEOUT)
    longer = measure(release, options=replace(options, check_timeout=30.0, only=CHECKS[1:2])).run
    assert longer.result("near-copy").status is Status.MEASURED


def test_a_check_that_takes_too_much_is_skipped_and_leaves_room(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(self: object, lab: object) -> object:
        lab.kept["mine"] = np.zeros(1)  # type: ignore[attr-defined]
        raise MemoryError

    kept = []

    def looks(self: object, lab: object) -> object:
        kept.append("mine" in lab.kept)  # type: ignore[attr-defined]
        return iter(())

    monkeypatch.setattr(IdenticalMatch, "run", greedy)
    monkeypatch.setattr("audit.metrics.near_copy.NearCopy.run", looks)
    run = measure(release, options=replace(OPTIONS, only=CHECKS[:2], controls="off")).run
    assert run.result("identical-match").reason_code is ReasonCode.OUT_OF_MEMORY
    assert kept == [False]
