"""The table of commands: what ./mado can do, where it lives, loaded only when asked for."""

import difflib
import importlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: `module:attribute`, a line of help, and what must run before it."""

    target: str
    help: str
    section: str
    needs_servers: bool = False  # PostgreSQL and Valkey, with the schema at head
    migrates: bool = True

    @property
    def module(self) -> str:
        """The module that defines it."""
        return self.target.split(":")[0]

    @property
    def attribute(self) -> str:
        """The click command's name in there."""
        return self.target.split(":")[1]

    def exists(self) -> bool:
        """Reads the source, importing nothing, since --help must be quick."""
        place = ROOT.joinpath(*self.module.split("."))
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.exists():
                found = rf"^(def {self.attribute}\(|{self.attribute}\s*[:=])"
                return re.search(found, file.read_text("utf-8"), re.MULTILINE) is not None
        return False

    def load(self) -> click.Command:
        """Imports the module and takes the command out of it."""
        command: click.Command = getattr(importlib.import_module(self.module), self.attribute)
        return command


TRY, CHECK, TELL, KEEP, RUN = (
    "Try and develop",
    "Check rules and answers",
    "Residents and notices",
    "Look after a city",
    "Processes (started by `run`)",
)

COMMANDS: dict[str, Entry] = {
    "run": Entry("launcher.run:run", "Start the whole city on this machine.", TRY),
    "test": Entry("launcher.testing:test", "Run every test, browser journeys included.", TRY),
    "check": Entry("launcher.page_check.group:check", "Lint, types, known holes, secrets.", TRY),
    "faults": Entry("launcher.fault_table:faults", "Break processes, tell what was lost.", TRY),
    "bench": Entry("bench.commands:bench", "Measure, and print a table.", TRY),
    "demo": Entry("launcher.demo:demo", "Fill a database with a demo city.", TRY, True),
    "servers": Entry("launcher.servers:servers", "Local PostgreSQL and Valkey for a command.", TRY),
    "rules check": Entry(
        "portal.catalogue.commands:check", "Check the date rules against a file.", CHECK
    ),
    "certificates check": Entry(
        "portal.guide.certificate_commands:check", "Check kiosk hours against a file.", CHECK
    ),
    "services": Entry("portal.catalogue.commands:services", "The service catalogue.", CHECK),
    "answers": Entry("chatbot.commands:answers", "The answering engine.", CHECK),
    "garbage evaluate": Entry(
        "chatbot.garbage.commands:evaluate", "Measure the item search of a list.", CHECK
    ),
    "garbage import": Entry(
        "chatbot.garbage.commands:import_", "Take a city's garbage guide in.", KEEP, True
    ),
    "residents": Entry("auth.commands:residents", "Residents.", TELL, True),
    "notices": Entry("notifications.commands:notices", "Notices.", TELL, True),
    "segments": Entry("notifications.commands:segments", "Segments and counts.", TELL, True),
    "reminders": Entry(
        "notifications.reminders.commands:reminders", "Reminders of to-dos.", TELL, True
    ),
    "mail": Entry(
        "notifications.mail_commands:mail", "Signatures and bounces of mail.", TELL, True
    ),
    "richmenu": Entry("notifications.commands:richmenu", "LINE rich menus.", TELL, True),
    "disaster read": Entry(
        "notifications.disaster.commands:read", "Say what messages of the agency mean here.", TELL
    ),
    "pages": Entry(
        "portal.guide.city_pages.commands:pages", "Pages of the city's website.", KEEP, True
    ),
    "facilities": Entry(
        "portal.guide.facilities.commands:facilities", "Facilities and shelters.", KEEP, True
    ),
    "languages": Entry(
        "portal.languages.commands:languages", "How far translations are.", KEEP, True
    ),
    "search": Entry("launcher.searching:search", "The search box and its index.", KEEP, True),
    "staff": Entry("auth.commands:staff", "Clerks who may sign in.", KEEP, True),
    "permissions": Entry("launcher.permissions:permissions", "Who may do what.", KEEP, True),
    "clients": Entry("auth.commands:clients", "Tools that sign in through us.", KEEP, True),
    "saml": Entry("auth.saml.commands:saml", "Tools clerks go to by SAML.", KEEP, True),
    "db": Entry("launcher.product:db", "Migrations.", KEEP, True, migrates=False),
    "down-page": Entry(
        "launcher.down_page:down_page", "The page for when nothing answers.", KEEP, True
    ),
    "settings": Entry("launcher.product:settings", "The page of settings.", KEEP),
    "privacy": Entry("launcher.privacy:privacy", "What is kept of residents.", KEEP, True),
    "exit": Entry("launcher.exit:exit_", "The contract's end.", KEEP, True),
    "patches": Entry("launcher.patches:patches", "Data patches.", KEEP, True),
    "audit": Entry("portal.core.audit_commands:audit", "The log of every change.", KEEP, True),
    "verify": Entry("launcher.verifying:verify", "Whether a signed file is as it was.", KEEP),
    "report": Entry("launcher.acceptance.group:report", "Figures for the city.", KEEP),
    "manual pictures": Entry(
        "launcher.manual.command:pictures", "Take the pictures of the manuals anew.", TRY
    ),
    "training reset": Entry("launcher.training:reset", "Exercises begin anew.", KEEP, True),
    "training document": Entry("launcher.training:document", "The list of exercises.", KEEP),
    "retention": Entry(
        "portal.operations.retention_commands:retention", "How long data are kept.", KEEP, True
    ),
    "mask": Entry("launcher.mask_commands:mask", "A copy for tests, without people.", KEEP, True),
    "keys": Entry("launcher.key_commands:keys", "Keys of personal columns.", KEEP, True),
    "backup": Entry("launcher.backup:backup", "Backups: run, verify, restore, drill.", KEEP),
    "failover": Entry("launcher.failover:failover", "The standby takes over.", KEEP),
    "worker": Entry("launcher.product:worker", "Work off the queue.", RUN, True),
    "scheduler": Entry("launcher.product:scheduler", "Ring the ticks.", RUN, True),
}
# Help of the groups that the two-word names above make.
GROUPS = {
    "rules": "The date rules of ages and services.",
    "certificates": "Certificates by kiosk.",
    "garbage": "The garbage guide: import it, measure its search.",
    "manual": "The manuals of administrators, clerks and residents.",
    "training": "Exercises of clerks on demo data.",
    "disaster": "Messages of the Japan Meteorological Agency.",
}


def existing() -> dict[str, Entry]:
    """The commands whose modules are there, in the table's order."""
    return {name: entry for name, entry in COMMANDS.items() if entry.exists()}


class CommandTable(click.Group):
    """A click group that knows its commands' help without importing them.

    `prefix` is empty for ./mado itself and `rules` for the group of `rules check`.
    """

    def __init__(self, *args: Any, prefix: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self._prefix = prefix

    def _entries(self) -> dict[str, Entry]:
        """What lies under the prefix; a group stands there as its first command."""
        found: dict[str, Entry] = {}
        for name, entry in existing().items():
            if name.startswith(f"{self._prefix} ".lstrip()):
                rest = name[len(self._prefix) :].split()
                found.setdefault(rest[0], entry)
        return found

    def _full(self, name: str) -> str:
        return f"{self._prefix} {name}".strip()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the table's order."""
        return list(self._entries())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports one command, or makes the group of this name."""
        if cmd_name not in self._entries():
            return None
        full = self._full(cmd_name)
        if full in COMMANDS:
            return COMMANDS[full].load()
        return CommandTable(name=cmd_name, prefix=full, help=GROUPS.get(full, ""))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Says what an unknown name may have meant; exit status 2."""
        name = args[0]
        if name not in self._entries() and not name.startswith("-"):
            guesses = difflib.get_close_matches(name, self._entries(), n=3, cutoff=0.5)
            hint = f"Did you mean {' or '.join(guesses)}?" if guesses else "See ./mado --help."
            ctx.fail(f"there is no command {self._full(name)!r}. {hint}")
        _make_ready(ctx, self._full(name), args[1:])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the table, section by section."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, entry in self._entries().items():
            row = (name, GROUPS.get(self._full(name), entry.help))
            sections.setdefault(entry.section, []).append(row)
        for section, rows in sections.items():
            with formatter.section(section):
                formatter.write_dl(rows)


def _make_ready(ctx: click.Context, name: str, args: list[str]) -> None:
    """Gives a command the servers it needs, for as long as it runs; not to one that only helps."""
    entry = COMMANDS.get(name)
    if entry and entry.needs_servers and not {"--help", "-h"} & set(args):
        from launcher.servers import settings_ready

        ctx.with_resource(settings_ready(migrate=entry.migrates))
