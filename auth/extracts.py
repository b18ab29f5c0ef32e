"""What clerks may extract of the ways residents sign in."""

from __future__ import annotations

from auth.identities import Identity
from portal.core.errors import N_
from portal.core.extracting import MOMENT, TEXT, Column, Subject

WAYS_IN = Subject(
    "ways_in",
    N_("Ways residents sign in"),
    Identity.__table__,
    (
        Column("resident", N_("Resident's number"), TEXT, Identity.resident_id, personal=True),
        Column("way", N_("Way to sign in"), TEXT, Identity.issuer),
        Column("address", N_("Address there"), TEXT, Identity.subject, personal=True),
        Column("at", N_("Registered at"), MOMENT, Identity.verified_at),
    ),
    (Identity.id,),
    resident=Identity.resident_id,
)
SUBJECTS = (WAYS_IN,)
