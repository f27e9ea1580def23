"""What verify noticed, in lines."""

from collections.abc import Iterator, Mapping

from audit.facts.verification import Code, Remark, State, Step, Verification, Weight

_STEPS: Mapping[Step, str] = {
    Step.FILES: "Is every file the one that was listed, and is there no other?",
    Step.FORMATS: "Is every JSON file well formed and in its one form?",
    Step.GRADING: "Does the verdict follow from measurements, policy and statements?",
    Step.PAPER: "Are the facts attached to the PDF those beside it?",
    Step.RENDITIONS: "Is the report, made again, the same?",
    Step.ATTESTATION: "Is what is attested true of these files?",
    Step.SIGNATURES: "Has everybody signed who had to?",
    Step.PDF_SIGNATURES: "Are the signatures in the PDF unbroken?",
    Step.TABLES: "Are the tables those that were audited?",
    Step.LEDGER: "Does the ledger hold the verdict, and was nothing of it removed or edited?",
    Step.VALIDITY: "Do verdict and waivers still hold?",
}
_ANSWERS: Mapping[State, str] = {
    State.OK: "Yes.",
    State.MISMATCH: "NO.",
    State.WARNING: "See below.",
    State.NOT_CHECKED: "Not looked at.",
}
_SENTENCES: Mapping[Code, str] = {
    Code.MISSING: "{file} is missing",
    Code.EXTRA: "{file} was added: no list names it",
    Code.CHANGED: "{file} is not the file that was listed",
    Code.NOT_A_FILE: "{file} is no regular file",
    Code.UNREADABLE: "{file} cannot be read, or is too large",
    Code.UNLISTED: "{file} is not listed",
    Code.CHECKSUMS_DIFFER: "SHA256SUMS does not fit the files: {detail}",
    Code.MALFORMED: "{file} is malformed: {detail}",
    Code.NOT_CANONICAL: "{file} is not in the form in which it is written",
    Code.OTHER_RUN: "verdict.json was not made from this run.json",
    Code.OTHER_POLICY: "verdict.json was not made with this policy.json",
    Code.OTHER_CONTEXT: "verdict.json names another context than declared.json",
    Code.VERDICT_DIFFERS: "graded again, the verdict is another: {detail}",
    Code.VERDICT_WITHOUT_FACTS: "verdict.json stands without the files that it follows from",
    Code.CANNOT_BE_GRADED: "the run cannot be graded again: {detail}",
    Code.NO_VERDICT: "the run was measured and not graded; there is no verdict",
    Code.OTHER_HISTORY: "history.json is about another run or verdict",
    Code.NOT_THE_BUILTIN_POLICY: "policy.json goes by the name {detail}, and is not that policy",
    Code.UNKNOWN_POLICY_VERSION: "the policy is of a version that is not known here: {detail}",
    Code.OTHER_VERSION: "the folder was written by version {detail} of this program",
    Code.ATTACHMENT_DIFFERS: "{file} carries another {detail} than the one beside it",
    Code.ATTACHMENT_MISSING: "{file} does not carry {detail}",
    Code.ATTACHMENT_UNKNOWN: "{file} carries {detail}, which is not beside it",
    Code.PDF_UNREADABLE: "{file} is not built as this program builds a PDF",
    Code.RENDITION_DIFFERS: "{file} says something else than it would if it were made again",
    Code.PDF_DIFFERS: "{file}, made again, has other bytes: it was changed, or the text libraries "
    "of the system are others",
    Code.OTHER_LIBRARIES: "{file} has other bytes, and was made with other libraries: {detail}",
    Code.CANNOT_BE_RENDERED: "the report cannot be made again here: {detail}",
    Code.OTHER_SUBJECTS: "attestation.json is about other files: {detail}",
    Code.OTHER_PREDICATE: "attestation.json says something else than the files: {detail}",
    Code.NOT_COMPARED: "what is attested could not be compared with malformed files",
    Code.UNSIGNED: "nobody signed: whoever can write to the folder could have written all of it",
    Code.SIGNATURE_INVALID: "the signature of key {file} does not hold",
    Code.KEY_ID_DIFFERS: "the signature names another key than it carries: {file}",
    Code.NOT_SIGNED_BY: "the owner of key {file} did not sign this",
    Code.KEY_NOT_GIVEN: "signed by key {file}; only --public-key can tell whose that is",
    Code.KEY_UNKNOWN: "signed by key {file}, which nobody gave",
    Code.LIBRARY_MISSING: "signatures in {file} need a library that is not installed "
    "(synthgate[sign], synthgate[pades])",
    Code.PDF_SIGNATURE_BROKEN: "a signature in {file} does not hold: {detail}",
    Code.PDF_CHANGED_SINCE: "{file} was changed after the signature {detail}",
    Code.PDF_SIGNED: "{file} carries an unbroken signature, {detail}; whether to trust the "
    "certificate is for a PDF reader to tell",
    Code.OTHER_TABLE: "the {file} table is not the one that was audited",
    Code.NOT_BOUND: "the run holds no digest of the {file} table",
    Code.NOT_IN_RUN: "the run had no {file} table",
    Code.TABLES_NOT_GIVEN: "no table was given",
    Code.LEDGER_CHANGED: "in the ledger: {detail}",
    Code.NOT_RECORDED: "no entry of the ledger is about this verdict",
    Code.UNDATED: "no file says on which day the verdict was given",
    Code.NOT_YET_GRADED: "the verdict is of a later day: {detail}",
    Code.GRADED_BEFORE_MEASURED: "waivers were held against a day before the run: {detail}",
    Code.WAIVER_NOT_VALID_AT_RUN: "waiver {file} did not hold on the day of the run: {detail}",
    Code.WAIVER_EXPIRED: "waiver {file} has expired: {detail}",
    Code.TOO_OLD: "the period that the policy states is over; the verdict held until {detail}",
    Code.EVIDENCE_EXPIRED: "a statement on which the verdict rests has expired: {detail}",
    Code.POLICY_CHANGED: "the policy {detail} is another today",
    Code.CHECKS_CHANGED: "these checks measure otherwise today: {detail}",
}
_TITLES = {
    Weight.MISMATCH: "What differs:",
    Weight.WARNING: "What must be known before anybody relies on it:",
    Weight.NOT_CHECKED: "What was not looked at:",
}


def verification_lines(found: Verification) -> Iterator[str]:
    """Yield what was looked at, everything that differs, and what must be known."""
    for step in found.steps:
        yield f"- {_STEPS[step]} {_ANSWERS[found.state(step)]}"
    for weight, title in _TITLES.items():
        remarks = found.of(weight)
        if remarks:
            yield ""
            yield title
            yield from (f"- {_told(remark)}" for remark in remarks)
    yield ""
    yield _whole(found)


def _whole(found: Verification) -> str:
    if not found.intact:
        count = len(found.of(Weight.MISMATCH))
        things = "1 thing differs" if count == 1 else f"{count} things differ"
        return f"{found.folder}: {things}. Do not rely on this folder."
    if found.vouched:
        return f"{found.folder}: nothing differs, signed by {', '.join(found.vouched)}."
    if found.signed_by:
        return f"{found.folder}: nothing differs; signed, by a key that nobody named."
    return f"{found.folder}: nothing differs; not signed."


def _told(remark: Remark) -> str:
    return _SENTENCES[remark.code].format(file=remark.file, detail=remark.detail or "?")
