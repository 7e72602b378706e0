"""What a block says: its word, its title, the line below, and where it leads. The shapes are in `calendar.css`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from lockstep.operations.desk import Block, BlockKind
from lockstep.store.models import StaffMember
from lockstep.web.desk.board import Board, Column, Placed, touches


@dataclass(frozen=True, slots=True)
class Face:
    """A block as a person reads it; the same in the picture and in the list."""

    block: Block
    kind: str
    """The class of its shape."""
    word: str
    title: str
    detail: str
    href: str

    @property
    def key(self) -> str:
        """An id for the page that stays the same when the block moves, so that the focus stays with it."""
        if self.block.appointment:
            beside = self.block.staff_id != self.block.appointment.staff_id
            return f"appointment-{self.block.appointment.uuid}" + (f"-{self.block.staff_id}" if beside else "")
        return f"{self.kind}-{self.block.staff_id}-{self.block.starts_at:%Y%m%dT%H%M}"


@dataclass(frozen=True, slots=True)
class PlacedFace:
    face: Face
    place: Placed


@dataclass(frozen=True, slots=True)
class ColumnFace:
    column: Column
    staff: StaffMember
    blocks: tuple[PlacedFace, ...]
    now_row: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the list: one person's day."""

    staff: StaffMember
    day: date
    faces: tuple[Face, ...]


def face_of(block: Block) -> Face:
    """What this block says. Events of Google say no more than that the time is taken."""
    appointment = block.appointment
    match block.kind:
        case BlockKind.APPOINTMENT if appointment:
            method = appointment.get_meeting_method_display()
            detail = f"{appointment.client.name} · {method}"
            href = reverse("desk:appointment", args=[appointment.uuid])
            if block.conflict:
                return Face(block, "appointment conflict", _("Conflict"), block.title, detail, href)
            return Face(block, "appointment", _("Appointment"), block.title, detail, href)
        case BlockKind.ABSENCE:
            href = reverse("desk:absence", args=[block.absence.uuid]) if block.absence else ""
            return Face(block, "absence", _("Absence"), block.title or _("Absent"), "", href)
        case BlockKind.HOLD:
            return Face(block, "hold", _("Held"), _("Held"), _("A client is booking this time"), "")
        case BlockKind.GRACE:
            return Face(block, "hold grace", _("Kept"), _("Kept free"), _("Changed in Google a moment ago"), "")
        case _:
            return Face(block, "busy", _("Busy"), _("Busy"), _("In Google Calendar"), "")


def column_faces(board: Board, staff: Sequence[StaffMember], now_rows: Sequence[int | None]) -> list[ColumnFace]:
    """The columns of the picture, with words."""
    people = {each.pk: each for each in staff}
    return [
        ColumnFace(
            column,
            people[column.staff_id],
            tuple(PlacedFace(face_of(placed.block), placed) for placed in column.placed),
            now_row,
        )
        for column, now_row in zip(board.columns, now_rows, strict=True)
    ]


def groups(blocks: Sequence[Block], staff: Sequence[StaffMember], days: Sequence[date], zone: ZoneInfo) -> list[Group]:
    """The list: the same blocks as in the picture, by day and person, in order. Working time is not an entry."""
    shown = sorted((each for each in blocks if each.kind is not BlockKind.WORKING), key=lambda each: each.starts_at)
    return [
        Group(
            person,
            day,
            tuple(face_of(each) for each in shown if each.staff_id == person.pk and touches(each, day, zone)),
        )
        for day in days
        for person in staff
    ]
