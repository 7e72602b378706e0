"""Every table of Lockstep, by subject: people, offering, booking, workspace, mail."""

from lockstep.store.models.absences import (
    Absence,
    AbsenceException,
    AbsenceHistory,
    AbsenceSpan,
    AbsenceTitles,
)
from lockstep.store.models.alerts import AlertSettings, Incident
from lockstep.store.models.booking import (
    Answer,
    Appointment,
    AppointmentHistory,
    Attendee,
    Client,
    Conflict,
    Hold,
    Reservation,
)
from lockstep.store.models.mail import CaughtMessage
from lockstep.store.models.measuring import LostPush, MeasuredDelay
from lockstep.store.models.offering import (
    Assignment,
    Category,
    Closure,
    Location,
    MeetingMethod,
    OpeningHours,
    Question,
    Service,
    VideoLink,
)
from lockstep.store.models.organisation import AuditEntry, Organisation, User
from lockstep.store.models.quota import QuotaBucket, QuotaUse
from lockstep.store.models.readiness import DryRun, DryRunPerson, Proof, Transition
from lockstep.store.models.staffing import DateHours, StaffMember, WorkingHours, WorkingRange
from lockstep.store.models.workspace import (
    Brake,
    BusyInterval,
    CalendarLink,
    Channel,
    Connection,
    ForeignEvent,
    Installation,
    JournalEntry,
    MirroredEvent,
    WrittenEvent,
)

__all__ = [
    "Absence",
    "AbsenceException",
    "AbsenceHistory",
    "AbsenceSpan",
    "AbsenceTitles",
    "AlertSettings",
    "Answer",
    "Appointment",
    "AppointmentHistory",
    "Assignment",
    "Attendee",
    "AuditEntry",
    "Brake",
    "BusyInterval",
    "CalendarLink",
    "Category",
    "CaughtMessage",
    "Channel",
    "Client",
    "Closure",
    "Conflict",
    "Connection",
    "DateHours",
    "DryRun",
    "DryRunPerson",
    "ForeignEvent",
    "Hold",
    "Incident",
    "Installation",
    "JournalEntry",
    "Location",
    "LostPush",
    "MeasuredDelay",
    "MeetingMethod",
    "MirroredEvent",
    "OpeningHours",
    "Organisation",
    "Proof",
    "Question",
    "QuotaBucket",
    "QuotaUse",
    "Reservation",
    "Service",
    "StaffMember",
    "Transition",
    "User",
    "VideoLink",
    "WorkingHours",
    "WorkingRange",
    "WrittenEvent",
]
