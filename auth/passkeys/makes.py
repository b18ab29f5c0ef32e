"""What keeps a passkey, by its AAGUID, as far as people know it by name."""

from __future__ import annotations

from uuid import UUID

MAKES = {
    UUID("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"): "Apple",
    UUID("dd4ec289-e01d-41c9-bb89-70fa845d4bf2"): "Apple",
    UUID("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"): "Google",
    UUID("08987058-cadc-4b81-b6e1-30de50dcbe96"): "Windows Hello",
    UUID("9ddd1817-af5a-4672-a2b9-3e3dd95000a9"): "Windows Hello",
    UUID("6028b017-b1d4-4c02-b4b3-afcdafc96bb2"): "Windows Hello",
    UUID("53414d53-554e-4700-0000-000000000000"): "Samsung Pass",
    UUID("bada5566-a7aa-401f-bd96-45619a55120d"): "1Password",
}


def make_of(aaguid: UUID) -> str:
    """ "Apple", "Google" …; "" when it is not known."""
    return MAKES.get(aaguid, "")
