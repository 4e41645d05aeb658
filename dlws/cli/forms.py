"""The forms of a document that ``dlws report`` and ``dlws up`` write."""

from ..errors import DlwsError
from ..model.document import Document
from . import out
from .report import Format


def shown(one: Document, format: Format) -> str:
    """A document in one of the forms. Raises DlwsError where the form has no place for it."""
    if format is Format.HTML:
        return page(one)
    if format is Format.TEXT:
        return plain(one)
    if format is Format.JUNIT:
        from ..report import junit

        if one.findings is None:
            raise DlwsError(
                f"a document of kind {one.kind} holds no findings", fix="make them: dlws check --json"
            )
        return junit.suite(one.findings)
    from ..report import prometheus

    return prometheus.metrics(one.findings or (), one.inventory, one.measurements or ())


def page(one: Document) -> str:
    """One HTML file with everything that the document holds."""
    from ..report import html
    from ..report.title import title

    return html.page(
        title=title(one),
        made_at=one.made_at,
        inventory=one.inventory,
        findings=one.findings,
        requirements=one.requirements,
        measurements=one.measurements,
        stack=one.stack,
        outcome=one.outcome,
    )


def plain(one: Document) -> str:
    """Every part of the document, one under the other; the verdict comes last."""
    from ..report import text

    width, color = out.width(), out.color()
    parts = [
        text.inventory(one.inventory, width, color) if one.inventory else "",
        text.requirements(one.requirements, width, color) if one.requirements else "",
        text.stack(one.stack, width, color) if one.stack else "",
        text.plan(one.plan, width, color) if one.plan else "",
        text.outcome(one.outcome, width, color) if one.outcome else "",
        text.measurements(one.measurements, width, color) if one.measurements else "",
        text.findings(one.findings, width, color) if one.findings else "",
    ]
    return (
        "\n\n".join(part for part in parts if part) or f"a document of kind {one.kind} has nothing to report"
    )
