"""LINE's shapes of refusals."""

from dataclasses import dataclass

from flask import jsonify
from werkzeug.wrappers import Response


@dataclass(frozen=True)
class Problem:
    """One fault of a request body and where it is, e.g. `messages[0].text`."""

    message: str
    property: str


class Refused(Exception):
    """The request is refused with a status, a message and perhaps details."""

    def __init__(self, status: int, message: str, problems: list[Problem] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.problems = status, message, problems or []

    def answer(self) -> Response:
        """The refusal as an HTTP answer."""
        body: dict[str, object] = {"message": self.message}
        if self.problems:
            body["details"] = [one.__dict__ for one in self.problems]
        response = jsonify(body)
        response.status_code = self.status
        return response


def refuse_body(problems: list[Problem]) -> None:
    """Raise when there is any problem."""
    if problems:
        raise Refused(400, f"The request body has {len(problems)} error(s)", problems)


BAD_TOKEN = Refused(
    401,
    "Authentication failed due to the following reason: invalid token. "
    "Confirm that the access token in the authorization header is valid.",
)
CANNOT_SEND = Refused(400, "Failed to send messages")
