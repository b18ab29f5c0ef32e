"""The ports of a local city; a taken one is replaced and every address follows."""

import errno
import socket
from dataclasses import asdict, dataclass

HOSTS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
TRIES = 200


@dataclass(frozen=True, slots=True)
class Addresses:
    """Ports of one city; every URL is made here, so that all of them follow."""

    portal: int = 8000
    line: int = 8010
    mail_web: int = 8020
    mail_smtp: int = 8025
    city_tool: int = 8030
    card: int = 8040
    city_site: int = 8050
    jma: int = 8060

    @property
    def public_url(self) -> str:
        """Residents' face."""
        return f"http://localhost:{self.portal}"

    @property
    def staff_url(self) -> str:
        """Staff's face; browsers know *.localhost."""
        return f"http://staff.localhost:{self.portal}"

    @property
    def staff_alias(self) -> str:
        """The same for programs whose resolver does not know *.localhost."""
        return f"127.0.0.1:{self.portal}"

    @property
    def line_url(self) -> str:
        """The LINE platform, and the phone page on it."""
        return f"http://localhost:{self.line}"

    @property
    def mail_web_url(self) -> str:
        """Where caught mail is read."""
        return f"http://localhost:{self.mail_web}"

    @property
    def mail_url(self) -> str:
        """Where mail is sent."""
        return f"smtp://127.0.0.1:{self.mail_smtp}"

    @property
    def city_tool_url(self) -> str:
        """A city's own tool that signs residents in through the portal."""
        return f"http://localhost:{self.city_tool}"

    @property
    def card_url(self) -> str:
        """The card service."""
        return f"http://localhost:{self.card}"

    @property
    def city_site_url(self) -> str:
        """The city's own website."""
        return f"http://localhost:{self.city_site}"

    @property
    def jma_url(self) -> str:
        """The weather agency's feeds, and the page that publishes messages."""
        return f"http://localhost:{self.jma}"

    def replaced(self, wanted: "Addresses") -> dict[str, tuple[int, int]]:
        """Which ports differ from what was wanted: name → (wanted, taken instead)."""
        mine, theirs = asdict(self), asdict(wanted)
        return {name: (theirs[name], mine[name]) for name in mine if mine[name] != theirs[name]}


def is_free(port: int) -> bool:
    """Whether nobody listens, on IPv4 or IPv6: browsers try ::1 first for `localhost`."""
    return all(_can_listen(family, host, port) for family, host in HOSTS)


def _can_listen(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen(1)
    except OSError as fault:
        # A machine without IPv6 has nobody listening there.
        return fault.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
    return True


def wanted_with(portal: int | None) -> Addresses:
    """The usual ports, and the portal's as the operator says."""
    return Addresses(portal=portal) if portal else Addresses()


def choose(wanted: Addresses) -> Addresses:
    """The wanted ports where they are free, else the next free ones."""
    chosen: dict[str, int] = {}
    for name, port in asdict(wanted).items():
        others = set(asdict(wanted).values()) - {port}
        chosen[name] = _next_free(port, others | set(chosen.values()))
    return Addresses(**chosen)


def _next_free(port: int, avoid: set[int]) -> int:
    for candidate in range(port, min(port + TRIES, 65_536)):
        if candidate not in avoid and is_free(candidate):
            return candidate
    with socket.socket() as probe:  # a crowded neighbourhood: let the system choose
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
