"""What an audit will be able to say: asked before anything is attacked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Unpack

from audit.api.measuring import Effort, preflight
from audit.api.plan import Plan, policy_of
from audit.api.waiving import dated, with_waivers
from audit.facts.judgement import Declared, Policy
from audit.facts.measurement import AuditRun, Family
from audit.facts.outlook import Outlook, Prospect
from audit.facts.reasons import ReasonCode
from audit.policy.argument import argued
from audit.policy.outlook import chance_bounds, prospects
from audit.policy.outlook_steps import Assumed, Sampled, steps_of
from audit.policy.waivers import void_beforehand

if TYPE_CHECKING:
    from audit.contract.check import Check
    from audit.contract.lab import Lab
    from audit.data.release import Release
    from audit.harness.forecast import SizesForecast


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What was found before any attack, and what follows for the audit."""

    run: AuditRun
    outlook: Outlook
    policy: Policy
    declared: Declared


def foresee(
    release: "Release",
    plan: Plan,
    *,
    setting: str = "fast",
    as_of: date | None = None,
    **effort: Unpack[Effort],
) -> Foreseen:
    """Look at a release before anything is attacked, and say what an audit could decide.

    Parameters
    ----------
    setting
        Of the planted controls: `off`, `fast` or `full`: what the estimate of time counts.
    as_of
        The day against which waivers, terms and ages are held; today in UTC by default.

    Raises
    ------
    PolicyError
        If the policy does not exist, is faulty, or does not allow what was declared.
    UsageError
        If a check or a parameter does not exist.
    """
    from audit.contract.lab import Lab
    from audit.harness.forecast import forecast_of
    from audit.harness.registry import configured

    plan = with_waivers(plan)
    policy = policy_of(plan)
    declared = dated(plan.project.declared, policy, as_of)
    run = preflight(release, **effort)
    checks = configured(effort.get("parameters", {}))
    lab = Lab(release, seed=run.provenance.seed)
    room = _Room(lab, checks, effort, forecast_of(lab, checks), run, declared)
    return Foreseen(run, room.outlook(policy, controls=setting), policy, declared)


@dataclass(frozen=True)
class _Room:
    lab: "Lab"
    checks: "tuple[Check, ...]"
    effort: Effort
    forecast: "SizesForecast"
    run: AuditRun
    declared: Declared

    def outlook(self, policy: Policy, *, controls: str) -> Outlook:
        from audit.harness.cost import cost_of, size_of

        found = prospects(
            policy, self.declared, self.run, forecast=self.forecast, left_out=self.left_out
        )
        people = self.run.release.people
        steps = steps_of(
            found,
            policy=policy,
            people=(people.get("real", 0), people.get("holdout", 0)),
            assumed=self._assumed(),
            sampled=self._sampled(),
        )
        low, high = chance_bounds(found)
        will_run, all_of = self._families(only_run=True), self._families(only_run=False)
        void = void_beforehand(policy, self.run, self.declared)
        parts = {family: will_run[family] / n for family, n in all_of.items()}
        return Outlook(
            policy_id=policy.id,
            policy_version=policy.version,
            context=self.declared.tier.value,
            people=people,
            prospects=found,
            steps=steps,
            at_least=low,
            at_most=high,
            cost=cost_of(size_of(self.lab), parts, controls=controls),
            argument=argued(policy, self.declared),
            waivers=void,
            waivers_open=len(self.declared.waivers) - len(void),
        )

    def _sampled(self) -> Sampled | None:
        """Return what attacking everybody would change, where only some are attacked."""
        most = max(self.run.release.people.values(), default=0)
        if most <= self.forecast.targets:
            return None
        wide = replace(self.forecast, targets=most)

        def with_all(policy: Policy) -> Sequence[Prospect]:
            return prospects(policy, self.declared, self.run, forecast=wide, left_out=self.left_out)

        return Sampled(self.forecast.targets, with_all)

    def left_out(self, check_id: str) -> ReasonCode | None:
        """Return why a check will not be run, if it will not."""
        from audit.harness.measure import unmet

        only, skip = self.effort.get("only", ()), self.effort.get("skip", ())
        if check_id in skip or (only and check_id not in only):
            return ReasonCode.SKIPPED_ON_REQUEST
        check = next((c for c in self.checks if c.card.id == check_id), None)
        return ReasonCode.NOT_MEASURED if check is None else unmet(check, self.lab)

    def _families(self, *, only_run: bool) -> Counter[Family]:
        every = (c.card for c in self.checks)
        return Counter(c.family for c in every if not only_run or self.left_out(c.id) is None)

    def _assumed(self) -> Assumed | None:
        """Return what a single declared secret would change, where none was declared."""
        from audit.statistics.planning import inference_rates, planned_excess

        secrets = self.lab.schema.secrets()
        if not self.lab.has_holdout or any(c.roles_declared for c in secrets):
            return None
        one = inference_rates(inference_rates(self.forecast.rates)[:1])
        narrow = replace(self.forecast, rates=one, inferred=planned_excess(one, 2, 2))

        def with_one(policy: Policy) -> Sequence[Prospect]:
            return prospects(
                policy, self.declared, self.run, forecast=narrow, left_out=self.left_out
            )

        return Assumed(len(secrets), with_one)
