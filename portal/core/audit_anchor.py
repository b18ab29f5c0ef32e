"""The newest seal as a small file that leaves with monthly exports, and whether the log has it yet.

Whoever could write the whole chain anew, with the city's signing key, cannot change what the city
keeps elsewhere: the number, place and hash of a seal of that day.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit_records import AuditCut, AuditLink, AuditSeal
from portal.core.audit_sealing import newest_seal
from portal.core.db import transaction
from portal.core.signing import BadSignature, Signature, signing_keys, verify

NAME = "audit-seal.json"
FORMAT = "mado-audit-anchor-1"


class NoAnchor(Exception):
    """The file holds no seal of ours; the text says what is wrong."""


@dataclass(frozen=True)
class Held:
    """Whether today's chain has the seal, in words for whoever asks."""

    good: bool
    words: str


def anchor() -> bytes | None:
    """The newest seal with its own signature; None before the first one."""
    with transaction() as session:
        newest = newest_seal(session)
        if newest is None:
            return None
        kept = {"key": newest.key, "signature": base64.b64encode(newest.signature).decode()}
        said = {"format": FORMAT} | newest.said() | kept
    return (json.dumps(said, indent=1) + "\n").encode()


def read(file: Path) -> dict[str, Any]:
    """What an anchor says; `file` is the anchor or a ZIP it lies in."""
    try:
        content = file.read_bytes()
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                content = packed.read(NAME)
        said: dict[str, Any] = json.loads(content)
        if said.pop("format") != FORMAT:
            raise KeyError(FORMAT)
        made = Signature(said.pop("key"), base64.b64decode(said.pop("signature")))
        verify(signing_keys().trusted, "audit-seal", said, made)
    except BadSignature as fault:
        raise NoAnchor(f"{file.name}: {fault}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise NoAnchor(f"{file.name}: there is no seal of the audit log in it") from None
    return said


def held(said: dict[str, Any]) -> Held:
    """Look for the seal of an anchor in the chain of this database."""
    with transaction() as session:
        fault = _missing(session, said["number"], said["position"], said["hash"])
    name = f"seal {said['number']} at place {said['position']}"
    if fault.startswith("its time"):
        return Held(True, f"{name}: {fault}")
    if fault:
        return Held(False, f"{name} is not in this log: {fault}")
    return Held(True, f"{name} is in this log, unchanged")


def _missing(session: Session, number: int, position: int, kept: str) -> str:
    """What speaks against it, or ""."""
    cut = session.scalars(select(AuditCut).order_by(AuditCut.position.desc()).limit(1)).first()
    if cut is not None and cut.position > position:
        return "its time was over, what it sealed was deleted by a signed cut"
    seal = session.get(AuditSeal, number)
    if seal is None:
        newest = newest_seal(session)
        return f"the newest here is {newest.number}" if newest else "there are no seals here"
    link = session.get(AuditLink, position)
    ends = {seal.hash.hex()} | ({link.hash.hex()} if link else set())
    if seal.position != position or ends != {kept}:
        return "the chain before it was written anew"
    if link is None and (cut is None or cut.position != position):
        return "the entry it ends with was removed"
    return ""
