"""Checks of others: which are loaded, which are refused, and what they cannot do to a run."""

import hashlib
import re
import sys

import pytest

from audit.errors import PluginError, TerminatedError, UsageError
from audit.facts.measurement import Status
from audit.facts.reasons import ReasonCode
from audit.harness import measure as harness
from audit.harness.options import Options
from audit.harness.plugins import load
from audit.harness.registry import BUILTIN, configured, find
from audit.testing import planted_release
from audit.wire.run import run_from_bytes, run_to_bytes
from tests.harness.installed import check, site

QUIET = {"acme-checks": "acme_one:Theirs"}
LEFT_OUT = tuple(c.card.id for c in BUILTIN if c.card.id != "identical-match")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    with site(tmp_path / "site", monkeypatch) as here:
        yield here


@pytest.fixture
def quiet(installed):
    installed.install("acme_one", check("acme-quiet"), entries=QUIET)
    return installed


@pytest.fixture(scope="module")
def release():
    return planted_release(n=40)


def run(release, **options):
    given = {"controls": "off", "jobs": 1, "skip": LEFT_OUT, **options}
    return harness.measure(release, options=Options(**given)).run


def refused(*names):
    with pytest.raises(PluginError) as caught:
        load(names)
    assert caught.value.exit_code == 3
    return caught.value


class TestLoading:
    def test_what_is_not_named_is_not_imported(self, quiet):
        assert load(()).checks == ()
        refused("acme-absent")
        assert "acme_one" not in sys.modules
        assert [c.card.id for c in load(("acme-checks",)).checks] == ["acme-quiet"]
        assert "acme_one" in sys.modules

    def test_a_plug_in_may_bring_several_checks(self, installed):
        source = check("acme-b", name="B") + check("acme-a", name="A") + "CHECKS = (B, A)\n"
        installed.install("acme_one", source, entries={"acme": "acme_one:CHECKS"})
        loaded = load(("acme",))
        assert [c.card.id for c in loaded.checks] == ["acme-b", "acme-a"]
        assert loaded.facts[0].checks == ("acme-b", "acme-a")

    def test_the_order_of_the_names_is_no_fact(self, quiet):
        quiet.install(
            "zeta_one",
            check("zeta-quiet"),
            entries={"zeta": "zeta_one:Theirs"},
            distribution="zeta",
        )
        names = ("acme-checks", "zeta")
        assert load(names).facts == load(names[::-1]).facts

    def test_all_faults_of_all_plug_ins_are_told_at_once(self, quiet):
        said = refused("acme-absent", "acme-checks", "acme-checks", "zeta")
        assert said.message.splitlines() == [
            "plugin acme-checks: is named twice",
            "plugin acme-absent: is not installed",
            "plugin zeta: is not installed",
        ]
        assert said.hint == "Installed here: acme-checks."

    def test_a_name_that_two_distributions_offer_is_nobodys(self, quiet):
        quiet.install("acme_two", check("acme-two"), entries=QUIET, distribution="other")
        assert "offered by more than one distribution" in refused("acme-checks").message
        assert not {"acme_one", "acme_two"} & set(sys.modules)

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("raise ValueError('17.25')", r"cannot be imported \(ValueError at acme_one.py:\d+\)"),
            ("raise SystemExit('17.25')", r"\(SystemExit at acme_one.py:\d+\)"),
            ("class Odd(BaseException): ...\nraise Odd('17.25')", r"\(Odd at acme_one.py:\d+\)"),
            ("import nowhere_to_be_found", r"ModuleNotFoundError at acme_one.py:\d+"),
            ("17.25 = x", r"cannot be imported \(SyntaxError"),
            ("", r"cannot be imported \(AttributeError"),
            ("Theirs = 17.25", "no check, but of type float"),
            ("Theirs = ()", "offers no check"),
            ("class Theirs: ...", "no check, but of type Theirs"),
            ("class Theirs(Check): ...", "Theirs: does not say how it does run"),
            (
                check("acme-x").replace("@dataclass(frozen=True)", "@dataclass"),
                "Theirs: is no frozen dataclass",
            ),
            (check("acme-x").replace("    card:", "    other:"), "Theirs: has no card"),
            (check("acme-x", said="lifecycle=17.25"), "lifecycle"),
            (check("acme-x").replace("Family.IDENTITY", "'17.25'"), "family"),
            (check("acme-x").replace("float = 0.25", "float"), "made without arguments"),
            (check("acme-x").replace("version=1", "version=0"), "the version starts at 1"),
            (check("acme-x").replace('"share",)', '"a share",)'), "names of measurements"),
            (check("acme-x").replace("IDENTITY", "DISTANCE"), "say clears=False"),
            (check("acme-worst-case"), "made by the audit alone"),
            (check("other-x"), "the id must be acme-NAME"),
            (check("acme"), "the id must be acme-NAME"),
            (check("acme-x.y").replace("'acme-x.y'", "'acme-X'"), "not kebab-case"),
            (check("linkability"), "linkability is the id of a built-in check"),
            (
                check("acme-x", name="A") + check("acme-x", name="B") + "Theirs = [A, B]",
                "acme-x: is the id of two checks",
            ),
        ],
    )
    def test_what_is_no_valid_check_is_refused_without_a_value(self, installed, source, expected):
        installed.install("acme_one", source, entries=QUIET)
        said = refused("acme-checks")
        assert re.search(expected, said.message), said.message
        assert "17.25" not in said.message + said.hint

    @pytest.mark.parametrize("vendor", ["membership", "linkability", "synthgate", "declared"])
    def test_nobody_speaks_under_a_name_of_ours(self, installed, vendor):
        entries = {f"{vendor}-more": "acme_one:Theirs"}
        installed.install("acme_one", check(f"{vendor}-odd"), entries=entries)
        assert f"{vendor} is a name of our own" in refused(f"{vendor}-more").message
        assert "acme_one" not in sys.modules

    @pytest.mark.parametrize("ending", [KeyboardInterrupt(), TerminatedError(15)])
    def test_an_interrupt_is_meant_for_the_process(self, installed, ending):
        source = f"from audit.errors import TerminatedError\nraise {ending!r}"
        installed.install("acme_one", source, entries=QUIET)
        with pytest.raises(type(ending)):
            load(("acme-checks",))


class TestDigest:
    def expected(self, folder):
        content = hashlib.sha256((folder / "acme_one.py").read_bytes()).hexdigest()
        return hashlib.sha256(f"{content}  acme_one.py\n".encode()).hexdigest()

    @pytest.mark.parametrize("recorded", [True, False])
    def test_it_is_that_of_the_code_however_it_was_installed(self, installed, recorded):
        # Without a record of the module, as in an editable installation.
        installed.install("acme_one", check("acme-quiet"), entries=QUIET, recorded=recorded)
        (facts,) = load(("acme-checks",)).facts
        assert (facts.name, facts.distribution, facts.version) == ("acme-checks", "acme", "1.0")
        assert facts.digest == self.expected(installed.folder)
        # What an import leaves, and what an installer writes, is no part of it.
        (installed.folder / "__pycache__").mkdir(exist_ok=True)
        (installed.folder / "__pycache__" / "acme_one.odd.pyc").write_bytes(b"odd")
        (installed.folder / "acme-1.0.dist-info" / "INSTALLER").write_text("pip")
        assert load(("acme-checks",)).facts == (facts,)

    def test_a_changed_byte_is_another_digest(self, quiet):
        (before,) = load(("acme-checks",)).facts
        with (quiet.folder / "acme_one.py").open("a") as file:
            file.write("# changed\n")
        (after,) = load(("acme-checks",)).facts
        assert after.digest == self.expected(quiet.folder) != before.digest

    def test_a_package_is_every_file_in_it(self, installed):
        installed.install(
            "acme_one", check("acme-quiet"), entries={"acme": "acme_box:Theirs"}, recorded=False
        )
        box = installed.folder / "acme_box"
        (box / "deep").mkdir(parents=True)
        (installed.folder / "acme_one.py").rename(box / "__init__.py")
        (box / "deep" / "weights.bin").write_bytes(b"\0\1")
        (facts,) = load(("acme",)).facts
        files = {"acme_box/__init__.py": box / "__init__.py"}
        files["acme_box/deep/weights.bin"] = box / "deep" / "weights.bin"
        lines = (f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {n}\n" for n, p in files.items())
        assert facts.digest == hashlib.sha256("".join(lines).encode()).hexdigest()


class TestRegistry:
    def test_a_check_of_others_is_found_and_set_like_ours(self, quiet):
        theirs = load(("acme-checks",)).checks
        assert find("acme-quiet", theirs) is theirs[0]
        with pytest.raises(UsageError):
            find("acme-quiet")
        assert configured({"acme-quiet": {"share": 0.5}}, theirs)[-1].params == {"share": 0.5}
        with pytest.raises(UsageError, match="no parameter 'odd'"):
            configured({"acme-quiet": {"odd": 1}}, theirs)

    def test_a_value_that_it_does_not_take_is_a_wrong_usage(self, installed):
        source = check("acme-quiet") + (
            "    def __post_init__(self):\n"
            "        if self.share > 1:\n"
            "            raise ValueError('too much')\n"
        )
        installed.install("acme_one", source, entries=QUIET)
        with pytest.raises(UsageError, match="acme-quiet does not take these values of share"):
            configured({"acme-quiet": {"share": 2.0}}, load(("acme-checks",)).checks)

    def test_an_attack_of_others_never_competes_in_the_worst_case(self, installed):
        source = (
            "from audit.attacks.membership_closest_record import MembershipClosestRecord as M\n"
            "@dataclass(frozen=True)\n"
            "class Theirs(M):\n"
            "    card: ClassVar[Card] = replace(M.card, id='acme-near')\n"
        )
        installed.install("acme_one", source, entries=QUIET)
        theirs = load(("acme-checks",)).checks
        both = configured({}, theirs)
        assert [c.card.id for c in both] == [*(c.card.id for c in BUILTIN), "acme-near"]
        assert list(both[:-1]) == list(configured({}))


class TestRunning:
    def test_it_is_measured_after_ours_and_changes_none_of_them(self, quiet, release):
        alone, both = run(release), run(release, plugins=("acme-checks",))
        assert both.results[:-1] == alone.results
        assert both.result("acme-quiet").status is Status.MEASURED
        assert both.measurement("acme-quiet.share", {}).estimate.value == 0.25
        assert alone.provenance.plugins == ()
        assert both.provenance.plugins == load(("acme-checks",)).facts
        assert run_from_bytes(run_to_bytes(both)) == both

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            ("raise KeyError(repr(list(lab.table(Side.REAL).numbers['cost'])))", "KeyError"),
            ("raise SystemExit(0)", "SystemExit"),
            ("yield from (); raise GeneratorExit", "GeneratorExit"),
            ("raise type('Odd', (BaseException,), {})('17')", "Odd"),
            ("yield 17.25", "WrongYieldError"),
            ("return 17.25", "TypeError"),
            ("yield Measurement('share', exactly(float('nan')), 7)", "ValueError"),
            ("yield Measurement('share', exactly(0.5), 7, p_value=float('inf'))", "ValueError"),
            ("yield Measurement('share', exactly(0.5), -7)", "DataError"),
            ("yield Measurement('share', exactly(0.5), 7, {}, '17.25')", "TypeError"),
            ("yield from [Measurement('share', exactly(0.5), 7)] * 2", "DataError"),
            ("yield Measurement('excess', exactly(0.5), 7)", "UnnamedMeasurementError"),
            (
                "yield Measurement('share', exactly(0.5), 7, {'secret': 'Smith, 17.25 a year'})",
                "FreeTextError",
            ),
        ],
    )
    def test_a_crash_has_failed_with_type_and_place(self, installed, release, body, kind, capfd):
        source = check("acme-quiet", body=f"print('17.25'); {body}")
        installed.install("acme_one", source, entries=QUIET)
        found = run(release, plugins=("acme-checks",), controls="fast")
        failed = found.result("acme-quiet")
        assert (failed.status, failed.reason_code) == (Status.FAILED, ReasonCode.CHECK_FAILED)
        assert re.fullmatch(rf"{kind}( at [\w.]+:\d+)?", failed.failure)
        assert found.result("identical-match").status is Status.MEASURED
        # Neither in the run nor on the screen.
        assert b"17.25" not in run_to_bytes(found)
        assert capfd.readouterr() == ("", "")

    def test_the_place_is_the_line_of_the_plug_in(self, installed, release):
        source = check("acme-quiet", body="import numpy; yield numpy.zeros(3).reshape(7)")
        installed.install("acme_one", source, entries=QUIET)
        failure = run(release, plugins=("acme-checks",)).result("acme-quiet").failure
        lines = (installed.folder / "acme_one.py").read_text().splitlines()
        line = next(i for i, text in enumerate(lines, 1) if "reshape" in text)
        assert failure == f"ValueError at acme_one.py:{line}"

    def test_a_control_ends_no_process_either(self, installed, release):
        # It behaves until the real data stand in the place of the release.
        body = "sys.exit(0) if lab.release.synthetic is lab.release.real else None; yield "
        body += "Measurement('share', exactly(0.5), 7, null_value=0.0, p_value=0.5)"
        installed.install(
            "acme_one", "import sys\n" + check("acme-quiet", body=body), entries=QUIET
        )
        found = run(release, plugins=("acme-checks",), controls="fast")
        assert found.result("acme-quiet").status is Status.MEASURED
        theirs = {c.plan for c in found.controls if c.check == "acme-quiet"}
        ours = {c.plan for c in found.controls if c.check == "identical-match"}
        assert "full_copy" in ours - theirs

    def test_an_interrupt_still_ends_the_run(self, installed, release):
        installed.install(
            "acme_one", check("acme-quiet", body="raise KeyboardInterrupt"), entries=QUIET
        )
        with pytest.raises(KeyboardInterrupt):
            run(release, plugins=("acme-checks",))

    def test_memory_and_time_are_reasons_to_skip(self, installed, release):
        installed.install(
            "acme_one", check("acme-quiet", body="raise MemoryError('17.25')"), entries=QUIET
        )
        found = run(release, plugins=("acme-checks",)).result("acme-quiet")
        assert (found.status, found.reason_code) == (Status.SKIPPED, ReasonCode.OUT_OF_MEMORY)
