"""The samples, and what is made of them once for all tests."""

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from audit.report.html import to_html
from audit.report.shapes import View
from audit.report.view import build_view

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}{% raw %}",
    "</style><b>",
    "]]></title></svg>",
    "javascript:alert(1)",
    "[/]\x1b]8;;http://x\x07",
    "::set-output name=x::y",
    "=cmd|' /C calc'!A0",
    "![x](http://evil.example)",
    "@everyone <!-- --> *bold*",
    "abc\u202egnp.exe",
    "%(x)s {0} {secret} *not bold*",
    "x" * 5_000,
)


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    path = Path(__file__).with_name("sample.py")
    spec = importlib.util.spec_from_file_location("report_sample", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["report_sample"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def views(sample: ModuleType) -> dict[str, View]:
    return {name: build_view(*s.parts) for name, s in sample.all_samples().items()}


@pytest.fixture(scope="session")
def pages(views: dict[str, View]) -> dict[str, bytes]:
    return {name: to_html(view) for name, view in views.items()}


@pytest.fixture(scope="session")
def hostile_view(sample: ModuleType) -> View:
    """The audit that is not met, with a payload in every name that comes from outside."""
    made = sample.not_met()
    names = [c.name for c in made.run.release.columns]
    swap = dict(zip(names, HOSTILE, strict=True))
    run = _renamed(made.run, swap)
    run = replace(run, release=replace(run.release, name=HOSTILE[0] + HOSTILE[3]))
    findings = tuple(
        replace(f, worst_scope={k: swap.get(v, v) for k, v in f.worst_scope.items()})
        for f in made.verdict.findings
    )
    declared = replace(
        made.declared,
        assigned_by=HOSTILE[1],
        split_stated_by=HOSTILE[2],
        generator={"name": HOSTILE[7], "version": HOSTILE[4], "candidates": HOSTILE[0]},
    )
    verdict = replace(made.verdict, findings=findings)
    return build_view(run, verdict, made.policy, declared)


def _renamed(run, swap: dict[str, str]):
    columns = tuple(replace(c, name=swap[c.name]) for c in run.release.columns)
    results = tuple(_renamed_result(r, swap) for r in run.results)
    preflight = tuple(
        replace(p, columns=tuple(swap.get(c, c) for c in p.columns)) for p in run.preflight
    )
    release = replace(run.release, columns=columns)
    return replace(run, release=release, results=results, preflight=preflight)


def _renamed_result(result, swap: dict[str, str]):
    return replace(
        result,
        measurements=tuple(
            replace(m, scope={k: swap.get(v, v) for k, v in m.scope.items()})
            for m in result.measurements
        ),
        caveats=tuple(
            replace(c, columns=tuple(swap.get(x, x) for x in c.columns)) for c in result.caveats
        ),
        figures=tuple(_renamed_figure(f, swap) for f in result.figures),
        params={**result.params, HOSTILE[0]: HOSTILE[5]},
    )


def _renamed_figure(figure, swap: dict[str, str]):
    if not hasattr(figure, "bars"):
        return figure
    bars = tuple(replace(b, label=swap.get(b.label, b.label)) for b in figure.bars)
    return replace(figure, bars=bars)


@pytest.fixture(scope="session")
def first_page() -> Callable[[bytes], bytes]:
    """Cut a report down to its decision page; the targets of its links stay."""

    def cut(html: bytes) -> bytes:
        start = html.index(b"</article>") + len(b"</article>")
        anchors = ("copies", "singling_out", "linkability", "inference", "membership", "identity")
        rest = (*anchors, "other", "sign", "rules", "columns", "method")
        targets = "".join(f'<p id="{a}"></p>' for a in rest)
        return html[:start] + targets.encode() + b"</main></body></html>"

    return cut
