"""Empty signature fields in the PDF, one in each cell that waits for a hand.

A signer finds them by name and fills them without moving a byte of the page. Each field is part of
the tag tree (ISO 14289-1:2014 7.18.4) and has an appearance of its own, though an empty one (ISO
19005-3:2012 6.3.3).
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import pydyf

Foreign: TypeAlias = Any
"""WeasyPrint and pydyf carry no types."""
ATTRIBUTE = "data-signature"
"""Of a table cell: what is to be signed, for those who listen. Its id names the field."""
_POINTS = 0.75
"""Of a CSS pixel."""
_PRINTED = 4
_SIGNATURES_EXIST = 1
_INSET = 1.5


def add_signature_fields(document: Foreign, pdf: Foreign) -> int:
    """Place a signature field in every cell that asks for one; return how many there are."""
    fields = pydyf.Array()
    for number, page in enumerate(document.pages):
        for box in _cells(page._page_box):
            fields.append(_field(box, page, pdf, number))
    if fields:
        form = pydyf.Dictionary({"Fields": fields, "SigFlags": _SIGNATURES_EXIST})
        pdf.catalog["AcroForm"] = form
    return len(fields)


def _cells(box: Foreign) -> Iterator[Foreign]:
    # Only the cell itself knows its place in the tag tree; anonymous boxes in it do not.
    if getattr(box, "mark", None) is not None and box.element.get(ATTRIBUTE):
        yield box
        return
    for child in box.all_children():
        yield from _cells(child)


def _field(box: Foreign, page: Foreign, pdf: Foreign, number: int) -> Foreign:
    rectangle = _rectangle(box, page)
    field = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(box.element.get("id")),
            "TU": pydyf.String(box.element.get(ATTRIBUTE)),
            "F": _PRINTED,
            "Rect": pydyf.Array(rectangle),
            "P": pdf.page_references[number],
            "AP": pydyf.Dictionary({"N": _appearance(rectangle, pdf)}),
        }
    )
    pdf.add_object(field)
    _tag(field, box.mark, pdf, number)
    dictionary = _object(pdf, pdf.page_references[number])
    dictionary.setdefault("Annots", pydyf.Array()).append(field.reference)
    return field.reference


def _rectangle(box: Foreign, page: Foreign) -> tuple[float, float, float, float]:
    """Return the cell in points from the lower left of the page, a little smaller."""
    left, top, width, height = box.hit_area()
    bottom = page.height - top - height
    corners = (left + _INSET, bottom + _INSET, left + width - _INSET, bottom + height - _INSET)
    x0, y0, x1, y1 = (round(_POINTS * corner, 2) for corner in corners)
    return x0, y0, x1, y1


def _appearance(rectangle: tuple[float, float, float, float], pdf: Foreign) -> Foreign:
    x0, y0, x1, y1 = rectangle
    extra = {
        "Type": "/XObject",
        "Subtype": "/Form",
        "BBox": pydyf.Array((0, 0, round(x1 - x0, 2), round(y1 - y0, 2))),
        "Resources": pydyf.Dictionary(),
    }
    drawn = pydyf.Stream(extra=extra)
    pdf.add_object(drawn)
    return drawn.reference


def _tag(field: Foreign, cell: Foreign, pdf: Foreign, number: int) -> None:
    """Hang the field into the tag tree, under its cell."""
    page = pdf.page_references[number]
    pointer = pydyf.Dictionary({"Type": "/OBJR", "Obj": field.reference, "Pg": page})
    pdf.add_object(pointer)
    element = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "K": pydyf.Array([pointer.reference]),
            "Pg": page,
            "P": cell.reference,
        }
    )
    pdf.add_object(element)
    cell["K"].append(element.reference)
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    field["StructParent"] = max(numbers[::2]) + 1
    numbers.extend((field["StructParent"], element.reference))


def _object(pdf: Foreign, reference: bytes) -> Foreign:
    return pdf.objects[int(reference.split()[0])]
