"""Another process of the city: writes nicknames without a pause until its input closes."""

from __future__ import annotations

import json
import sys
from threading import Thread
from uuid import UUID

from portal.core.db import transaction
from portal.core.settings import load_settings
from portal.residents.models import Person
from wsgi import create_app


def main() -> None:
    """Print what each card said last."""
    ending = Thread(target=sys.stdin.read)
    ids = [UUID(each) for each in sys.argv[1:]]
    said: dict[str, str] = {}
    app = create_app(load_settings())
    ending.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with app.app_context():
        while ending.is_alive() or len(said) < len(ids):
            for person_id in ids:
                name = f"うめ{len(said)}・{person_id.hex[-6:]}"
                with transaction() as session:
                    person = session.get_one(Person, person_id)
                    assert person.nickname
                    person.nickname = name
                said[str(person_id)] = name
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
