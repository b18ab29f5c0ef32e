"""Attack case 38: answers of a SAML issuer that do not hold are refused, logged, and open nothing.

Each case is right in everything but one thing, and signed by the issuer's own key where a
signature is not the point.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from sqlalchemy import text

from auth.saml import sp
from portal.core.db import read
from tests.auth import people
from tests.auth.staff import saml_issuer
from tests.auth.staff.saml_issuer import NS, Answer, Asked, encoded
from tests.auth.staff.test_saml_sign_in import ask, bring, leave, post
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST, STAFF_HOST

EVIL = "oid-evil"
WITH_COMMENTS = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0_WITH_COMMENTS
Forge = Callable[[Answer], str]


def good(question: Asked) -> Answer:
    """What would open the desk."""
    return saml_issuer.to(question).but(context=saml_issuer.MFA)


def unsigned(answer: Answer) -> str:
    return encoded(answer.response(answer.assertion(signed=False)))


def signed_message_only(answer: Answer) -> str:
    """A signature over the message does not stand for one over the assertion."""
    return encoded(answer.signed_message())


def changed(answer: Answer) -> str:
    root = answer.response()
    root.find(".//a:NameID", NS).text = EVIL
    return encoded(root)


def self_signed(answer: Answer) -> str:
    """The attacker's own key, with the certificate beside it in KeyInfo."""
    return answer.but(signed_by="attacker").encoded()


def evil_beside(answer: Answer) -> str:
    return encoded(answer.response(forged(answer), answer.assertion()))


def evil_after(answer: Answer) -> str:
    return encoded(answer.response(answer.assertion(), forged(answer)))


def wrapped_in_object(answer: Answer) -> str:
    """XSW: the signed assertion moves into the forged one's signature."""
    original, evil = answer.assertion(), forged(answer)
    signature = copy.deepcopy(original.find("ds:Signature", NS))
    box = etree.SubElement(signature, f"{{{NS['ds']}}}Object")
    box.append(original)
    evil.insert(1, signature)
    return encoded(answer.response(evil))


def wrapped_in_extensions(answer: Answer) -> str:
    """XSW: the signed assertion hides in the message's extensions."""
    original, evil = answer.assertion(), forged(answer)
    root = answer.response(evil)
    box = etree.Element(f"{{{NS['p']}}}Extensions")
    box.append(original)
    root.insert(1, box)
    return encoded(root)


def wrapped_with_same_id(answer: Answer) -> str:
    """XSW: two elements of one ID."""
    original = answer.assertion()
    evil = forged(answer)
    evil.set("ID", original.get("ID"))
    original.find("ds:Signature", NS).append(etree.Element(f"{{{NS['ds']}}}Object"))
    signature = original.find("ds:Signature", NS)
    inner = copy.deepcopy(original)
    signature.find("ds:Object", NS).append(inner)
    evil.insert(1, signature)
    return encoded(answer.response(evil))


def forged(answer: Answer) -> Any:
    return answer.but(name_id=EVIL).assertion(signed=False)


def other_reference(answer: Answer) -> str:
    """The signature is over something else of the message."""
    root = answer.response()
    reference = root.find(".//ds:Reference", NS)
    reference.set("URI", f"#{root.get('ID')}")
    return encoded(root)


def external_entity(answer: Answer) -> str:
    xml = etree.tostring(answer.response()).decode()
    return _raw('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + xml)


def billion_laughs(answer: Answer) -> str:
    xml = etree.tostring(answer.response()).decode()
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    document = f'<!DOCTYPE x [<!ENTITY e0 "ha">{lines}]>'
    return _raw(document + xml.replace("oid-0001", "&e11;"))


def in_utf_16(answer: Answer) -> str:
    """A document type that a search for its ASCII letters does not see."""
    import base64

    xml = etree.tostring(answer.response()).decode()
    document = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "x">]>{xml}'
    return base64.b64encode(document.encode("utf-16")).decode()


def _raw(text: str) -> str:
    import base64

    return base64.b64encode(text.encode()).decode()


def but(**more: Any) -> Forge:
    return lambda answer: answer.but(**more).encoded()


CASES: dict[str, Forge] = {
    "unsigned assertion": unsigned,
    "only the message is signed": signed_message_only,
    "changed after signing": changed,
    "signed by another key": self_signed,
    "forged assertion before": evil_beside,
    "forged assertion after": evil_after,
    "wrapped in the signature": wrapped_in_object,
    "wrapped in extensions": wrapped_in_extensions,
    "wrapped with the same id": wrapped_with_same_id,
    "signature over something else": other_reference,
    "external entity": external_entity,
    "billion laughs": billion_laughs,
    "entities in UTF-16": in_utf_16,
    "not base64": lambda _: "!!!",
    "not XML": lambda _: _raw("hello"),
    "empty": lambda _: "",
    "SHA-1 signature": but(signature=SignatureMethod.RSA_SHA1),
    "SHA-1 digest": but(digest=DigestAlgorithm.SHA1),
    "another canonical form": but(form=WITH_COMMENTS),
    "no audience": but(audience=""),
    "another audience": but(audience="https://elsewhere.example/sp"),
    "another recipient": but(recipient="https://elsewhere.example/acs"),
    "recipient that only begins alike": lambda a: a.but(recipient=a.acs + "/../x").encoded(),
    "another destination": but(destination="https://elsewhere.example/acs"),
    "destination that only begins alike": lambda a: a.but(destination=a.acs + "x").encoded(),
    "another issuer": but(issuer="https://elsewhere.example/saml"),
    "expired": but(minutes=-10),
    "not yet good": but(begins=30, minutes=40),
    "good for a day": but(minutes=60 * 24),
    "unsolicited": but(request_id=None, response_in_response_to=None),
    "asked only outside the signature": lambda a: a.but(
        request_id=None, response_in_response_to=a.request_id
    ).encoded(),
    "two questions named": but(response_in_response_to="_another"),
    "transient name": but(name_id_format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"),
    "no name": but(name_id=""),
}


def test_what_does_not_hold_is_refused(app: Flask, staff_browser: Browser, clerk: UUID) -> None:
    """One portal for all cases: making a database for each would be most of the time."""
    taken = []
    for case, forge in CASES.items():
        question = ask(staff_browser)
        told = post(app, question, forge(good(question)))
        noted = people.actions(app)[-1] == "sign_in.issuer_refused"
        if told.status_code != 400 or not noted or people.session_of(app) is not None:
            taken.append((case, told.status_code))
    assert not taken
    question = ask(staff_browser)  # they would pass but for the one thing
    bring(staff_browser, app, question, good(question))
    assert people.session_of(app) is not None


def test_an_answer_is_not_taken_twice(app: Flask, staff_browser: Browser, clerk: UUID) -> None:
    question = ask(staff_browser)
    answer = good(question).but(assertion_id="_one")
    bring(staff_browser, app, question, answer)
    leave(staff_browser)
    question = ask(staff_browser)
    again = good(question).but(assertion_id="_one")
    assert post(app, question, again.encoded()).status_code == 400


def test_another_browser_can_not_use_the_answer(
    app: Flask, staff_browser: Browser, other_browser: Browser, clerk: UUID
) -> None:
    """Login CSRF: somebody's answer brought into another browser."""
    question, mine = ask(staff_browser), ask(other_browser)
    assert bring(other_browser, app, question, good(question)).status == 400
    told = post(app, mine, good(mine).encoded())
    assert other_browser.get(told.headers["Location"]).status == 400  # the question is used up
    assert people.session_of(app) is None


def test_a_handle_is_good_for_one_try(app: Flask, staff_browser: Browser, clerk: UUID) -> None:
    question = ask(staff_browser)
    told = post(app, question, good(question).encoded())
    address = told.headers["Location"]
    staff_browser.get(address, follow=False)
    assert people.session_of(app) is not None
    leave(staff_browser)
    assert staff_browser.get(address).status == 400


def test_another_relay_state_is_refused(app: Flask, staff_browser: Browser, clerk: UUID) -> None:
    question = ask(staff_browser)
    told = app.test_client().post(
        question.acs, data={"SAMLResponse": good(question).encoded(), "RelayState": "//evil"}
    )
    assert staff_browser.get(told.headers["Location"]).status == 400
    assert people.session_of(app) is None


def test_a_comment_does_not_cut_the_name(app: Flask, staff_browser: Browser, clerk: UUID) -> None:
    """CVE-2018-0489 and its family: "oid-0001<!-- -->.evil" is not "oid-0001"."""
    question = ask(staff_browser)
    answer = good(question).but(name_id="oid-0001<!-- -->.evil")
    page = bring(staff_browser, app, question, answer)
    assert page.status == 400
    assert people.session_of(app) is None


TENANT = "http://schemas.microsoft.com/identity/claims/tenantid"


@pytest.mark.parametrize("saml_values", [{"require": {TENANT: "t-1"}}])
@pytest.mark.parametrize("sent", [["t-2"], [], ["t-1", "t-2"]])
def test_another_tenant_is_refused(
    app: Flask, staff_browser: Browser, clerk: UUID, sent: list[str]
) -> None:
    question = ask(staff_browser)
    answer = good(question).but(attributes={TENANT: sent} if sent else {})
    assert bring(staff_browser, app, question, answer).status == 400
    assert people.session_of(app) is None
    question = ask(staff_browser)
    bring(staff_browser, app, question, good(question).but(attributes={TENANT: ["t-1"]}))
    assert people.session_of(app) is not None


def test_the_residents_host_knows_nothing_of_it(app: Flask, clerk: UUID) -> None:
    client = app.test_client()
    for path in ("metadata", "arrived?answer=x"):
        page = client.get(f"/staff/saml/office/{path}", base_url=f"http://{RESIDENT_HOST}")
        assert page.status_code == 404
    assert (
        client.post(
            "/staff/saml/office/acs", base_url=f"http://{RESIDENT_HOST}", data={"SAMLResponse": "x"}
        ).status_code
        == 404
    )


def test_a_residents_session_opens_nothing_at_the_desk(app: Flask, browser: Browser) -> None:
    people.register_by_mail(browser, app, "momiji@home.example")
    token = browser.client.get_cookie("mado_resident", "localhost")
    assert token is not None
    crossed = Browser(app, f"http://{STAFF_HOST}")
    crossed.client.set_cookie("mado_staff", token.value, domain="staff.localhost")
    assert crossed.get("/staff/accounts", follow=False).status == 303
    assert (
        "/staff/sign-in"
        in crossed.get("/staff/accounts", follow=False).response.headers["Location"]
    )


def test_too_large_answers_are_not_read(app: Flask, staff_browser: Browser, clerk: UUID) -> None:
    question = ask(staff_browser)
    assert post(app, question, "A" * (sp.LARGEST + 1)).status_code == 400
    with app.app_context():
        last = "SELECT details->>'reason' FROM audit_entries ORDER BY id DESC LIMIT 1"
        assert read().execute(text(last)).scalar_one() == "too_large"
