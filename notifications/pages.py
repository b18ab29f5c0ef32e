"""Registers what tells people something: channels, notices, the inbox, rich menus."""

from __future__ import annotations

from flask import Flask, g

from notifications import extracts
from notifications.care import digesting
from notifications.care import pages as care
from notifications.care.models import NoticeWish
from notifications.channels import following, friendship, mending, senders
from notifications.channels.models import ChannelStop, LineQuota, TopicStop
from notifications.disaster import pages as disaster
from notifications.handing_over import pages as handing_over
from notifications.inbox import pages as inbox
from notifications.inbox import rating
from notifications.inbox.reading import NEWEST_UNREAD, unread_count
from notifications.inbox.searching import own_notices
from notifications.merging import Notices
from notifications.notice_templates import views as notice_templates
from notifications.notice_templates.models import NoticeTemplate, TemplateVersion
from notifications.notices import (
    composing,
    delivering,
    landing,
    line_gate,
    sending_views,
    short_views,
    tester_views,
    unsubscribing,
    views,
)
from notifications.notices.emergency_log import EmergencyStep
from notifications.notices.models import (
    Approval,
    Batch,
    Delivery,
    InboxEntry,
    Notice,
    NoticeVersion,
    Opening,
    Rating,
)
from notifications.notices.testers import LineTester
from notifications.personal_data import DATA
from notifications.reminders import models as reminders
from notifications.reminders import night
from notifications.reminders import pages as reminder_choices
from notifications.reminders import personal_data as reminders_data
from notifications.reminders import staff_pages as reminder_nights
from notifications.repeats import composing as repeat_composing
from notifications.repeats import models as repeats
from notifications.repeats import running
from notifications.repeats import views as repeat_views
from notifications.rich_messages import card_views, drawing_views, shots
from notifications.rich_messages import views as rich_views
from notifications.rich_messages.models import NoticePicture, PictureSize, PictureTemplate
from notifications.richmenus import pages as richmenus
from notifications.segments import views as segments
from notifications.segments.saved import SavedSegment, SegmentVersion
from notifications.waiting import WAITING
from portal.core.errors import N_
from portal.core.registries import NavItem, Section, registries
from portal.core.web.app import path_of
from portal.guide.search import add_own_source

RECORDS = (  # known to migrations
    ChannelStop,
    TopicStop,
    LineQuota,
    friendship.FriendshipRound,
    LineTester,
    Rating,
    Opening,
    NoticeTemplate,
    TemplateVersion,
    Notice,
    NoticeVersion,
    EmergencyStep,
    NoticeWish,
    Approval,
    Batch,
    Delivery,
    InboxEntry,
    *richmenus.RECORDS,
    NoticePicture,
    PictureSize,
    PictureTemplate,
    SavedSegment,
    SegmentVersion,
    *disaster.RECORDS,
    *handing_over.RECORDS,
    *reminders.RECORDS,
    *repeats.RECORDS,
)
VIEWS = (
    composing,
    sending_views,
    short_views,
    care,
    rich_views,
    card_views,
    tester_views,
    mending,
    rating,
    repeat_composing,
)  # importing it fills the blueprints
NAV = (
    NavItem("resident", N_("City notices"), "inbox.index", "bell", 20, needs="resident"),
    NavItem(
        "staff",
        N_("City notices"),
        "notices.index",
        "send",
        10,
        needs="notices.view",
        group="notices",
    ),
    NavItem(
        "staff",
        N_("Repeated notices"),
        "repeats.index",
        "calendar",
        11,
        needs="notices.view",
        group="notices",
    ),
    NavItem(
        "staff",
        N_("Reminders"),
        "reminder_nights.index",
        "clock",
        11,
        needs="notices.view",
        group="notices",
    ),
    NavItem(
        "staff",
        N_("Saved segments"),
        "segments.index",
        "people",
        12,
        needs="notices.view",
        group="notices",
    ),
    NavItem(
        "staff", N_("LINE menus"), "menus.index", "phone", 13, needs="notices.view", group="notices"
    ),
)


def register(app: Flask) -> None:
    """Blueprints, senders, ticks and hooks of notices."""
    app.register_blueprint(inbox.bp)
    app.register_blueprint(views.bp)
    app.register_blueprint(landing.bp)
    app.register_blueprint(unsubscribing.bp)
    app.register_blueprint(notice_templates.bp)
    app.register_blueprint(drawing_views.bp)
    app.register_blueprint(segments.bp)
    app.register_blueprint(reminder_choices.bp)
    app.register_blueprint(reminder_nights.bp)
    app.register_blueprint(repeat_views.bp)
    app.context_processor(_bell)
    add_own_source(app, own_notices)
    disaster.register(app)
    richmenus.register(app)
    handing_over.register(app)
    plugged = registries(app)
    plugged.nav += NAV
    plugged.waiting += WAITING
    plugged.sections.append(Section("notices", 20, NEWEST_UNREAD, inbox.section))
    plugged.sections.append(Section("channels", 5, mending.STOPS, mending.section))
    plugged.unread = unread_count
    plugged.merge_parts.append(Notices())
    plugged.extracts += extracts.SUBJECTS
    plugged.personal_data += [DATA, reminders_data.DATA]
    plugged.senders |= {"mail": senders.send_mail, "line": senders.send_line}
    plugged.webhook |= {
        "follow": richmenus.followed,
        "unfollow": following.unfollowed,
        "postback": richmenus.switched,
    }
    plugged.friendship.append(following.noted)
    plugged.ticks += [("notices", delivering.sweep), ("line quota", line_gate.tick)]
    plugged.ticks.append(("notice pictures", shots.sweep))
    plugged.ticks.append(("friendship", friendship.tick))
    plugged.ticks.append(("digests", digesting.tick))
    plugged.ticks.append(("menus", richmenus.tick))
    plugged.ticks.append(("reminders", night.tick))
    plugged.ticks.append(("repeats", running.tick))


def _bell() -> dict[str, str]:
    """Where the bell of residents' pages asks again."""
    viewer = g.get("viewer")
    return {"unread_url": path_of("inbox.unread")} if viewer and viewer.kind == "resident" else {}
