"""From a name to a resolved policy: parents, overrides, citations, digest."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from audit.errors import PolicyError
from audit.facts.judgement import Policy, Tier
from audit.facts.measurement import Card
from audit.policy.loosening import loosening_faults
from audit.policy.merge import cited, merged
from audit.policy.sources import (
    Origin,
    builtin_citations,
    builtin_ids,
    find,
    is_there,
    no_policy,
)
from audit.policy.validate import validate
from audit.wire.faults import Fault, line_of, raise_all
from audit.wire.policy import CitationV1, PolicyV1, sealed

LONGEST_CHAIN = 8


def profiles() -> tuple[str, ...]:
    """Return the ids of the built-in profiles that a run can be graded against."""
    return tuple(name for name in builtin_ids() if not find(name, None).written.model.abstract)


def resolve(
    id_or_path: str,
    *,
    base: Path | None = None,
    plugins: Collection[Card] = (),
) -> Policy:
    """Return a policy with nothing left to look up elsewhere.

    Parameters
    ----------
    id_or_path
        Id of a built-in profile, or the path of a YAML file.
    base
        Folder where a relative path starts; the working folder if not given.
    plugins
        Cards of checks that are not ours and that a rule may rest on.

    Raises
    ------
    PolicyError
        With every fault and, where it stands in the file, its line.
    """
    chain = _chain(id_or_path, base)
    child = chain[-1]
    if child.written.model.abstract:
        _refuse(child, "abstract", "is abstract; use a profile that extends it")
    sources = builtin_citations()
    for parent in chain[:-1]:
        faults = (_placed(fault, parent) for fault in _file_faults(parent, sources))
        raise_all(faults, parent.written.what, PolicyError)
    steps = [_fact(chain[: end + 1], sources) for end in range(len(chain))]
    found = [
        *_file_faults(child, sources),
        *_incomplete(_whole(chain)),
        *validate(steps[-1], plugins),
        *_loosenings(chain, steps),
    ]
    raise_all((_placed(fault, child) for fault in found), child.written.what, PolicyError)
    return sealed(steps[-1])


def _chain(name: str, base: Path | None) -> list[Origin]:
    """Return the policy and its parents, the remotest first."""
    chain = [find(name, base)]
    while (extends := chain[0].written.model.extends) is not None:
        parent_name, _, version = extends.partition("@")
        if not is_there(parent_name, chain[0].folder):
            _refuse(chain[0], "extends", *no_policy(parent_name))
        parent = find(parent_name, chain[0].folder)
        found = parent.written.model
        if version and version != found.version:
            _refuse(chain[0], "extends", f"extends version {version}, but found {found.version}")
        if len(chain) == LONGEST_CHAIN or found.id in {o.written.model.id for o in chain}:
            _refuse(chain[0], "extends", "the chain of parents does not end")
        chain.insert(0, parent)
    return chain


def _refuse(origin: Origin, key: str, text: str, hint: str = "") -> None:
    written = origin.written
    fault = Fault(text, line=line_of((key,), written.lines))
    raise_all([fault], written.what, PolicyError, hint)


def _whole(chain: list[Origin]) -> PolicyV1:
    model = chain[0].written.model
    for origin in chain[1:]:
        model = merged(model, origin.written.model)
    return model


def _loosenings(chain: list[Origin], steps: list[Policy]) -> Iterator[Fault]:
    for index in range(1, len(chain)):
        written = chain[index].written.model
        yield from loosening_faults(steps[index - 1], steps[index], written)


def _fact(chain: list[Origin], sources: Mapping[str, CitationV1]) -> Policy:
    """Return the complete rules of a policy, with the sources that they cite."""
    model = _whole(chain)
    known = {**model.citations, **sources}
    allowed = set(model.contexts_allowed or Tier)
    rules = tuple(
        rule
        for rule in model.rules
        # What is asked in other contexts alone is never asked.
        if not rule.missing() and (not rule.contexts or allowed & set(rule.contexts))
    )
    asked = model.model_copy(update={"rules": rules, "sha256": None})
    return asked.model_copy(update={"citations": cited(asked, known)}).fact()


def _file_faults(origin: Origin, sources: Mapping[str, CitationV1]) -> Iterator[Fault]:
    model = origin.written.model
    for name in ("derived_from", "sha256"):
        if getattr(model, name) is not None:
            yield Fault("is written by this tool, never by hand", (name,))
    if model.extends is None:
        for key in model.loosens:
            yield Fault("loosens nothing, for the policy extends none", ("loosens", key))
    for key in model.citations.keys() & sources.keys():
        yield Fault("is a citation of the built-in profiles", ("citations", key))
    seen: set[str] = set()
    for index, rule in enumerate(model.rules):
        if rule.id in seen:
            yield Fault(f"the rule {rule.id} comes twice", ("rules", index))
        seen.add(rule.id)


def _incomplete(model: PolicyV1) -> Iterator[Fault]:
    for name in ("intent", "legal_snapshot", "expires_months", "contexts_allowed"):
        if not getattr(model, name):
            yield Fault("is missing", (name,))
    if model.attack_probability is not None:
        for name in model.attack_probability.missing():
            yield Fault(f"{name} is missing", ("attack_probability",))
    for rule in model.rules:
        for name in rule.missing():
            yield Fault(f"{name} is missing", (rule.id,))


def _placed(fault: Fault, origin: Origin) -> Fault:
    """Give a fault the line of its rule, or of what it names, in the file of the user."""
    written = origin.written
    positions = {rule.id: ("rules", i) for i, rule in enumerate(written.model.rules)}
    path = fault.path
    if path and path[0] in positions:
        path = positions[str(path[0])]
    elif path[:1] not in written.lines:
        path = ("extends",) if ("extends",) in written.lines else ()
    return replace(fault, line=fault.line or line_of(path, written.lines))
