"""Why something cannot be undone, in words, and what undoing came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lockstep.operations.undoing import Reason, Undone

_WHY = {
    Reason.UNDONE: gettext_lazy("It has been undone already."),
    Reason.GONE: gettext_lazy("Its appointment no longer exists."),
    Reason.CHANGED: gettext_lazy("The appointment has been changed again since."),
    Reason.PAST: gettext_lazy("The time is past."),
    Reason.TAKEN: gettext_lazy("The time from before is taken."),
    Reason.FOLLOWS: gettext_lazy("It only carried out a change of the appointment: undo that one."),
    Reason.SENT: gettext_lazy("An e-mail cannot be called back."),
    Reason.UNREADABLE: gettext_lazy("The calendar cannot be read at the moment. Try again later."),
    Reason.NOT_OFFERED: gettext_lazy("The person from before does not do this any more."),
}


def why(reason: Reason) -> str:
    return str(_WHY[reason])


def counted(reasons: Iterable[Reason]) -> list[tuple[int, str]]:
    """How many cannot be undone, and why, the most first."""
    return [(number, why(reason)) for reason, number in Counter(reasons).most_common()]


def outcome(undone: Undone) -> str:
    """What undoing came to, as a sentence."""
    if not undone.done:
        reasons = {reason for _entry, reason in undone.refused}
        return _("Nothing was undone. %(why)s") % {"why": " ".join(why(reason) for reason in sorted(reasons))}
    words = ngettext(
        "Undone. The client is told by e-mail.",
        "%(n)s appointments are as before. Clients are told by e-mail.",
        undone.done,
    ) % {"n": undone.done}
    left = [reason for _entry, reason in undone.refused if reason is not Reason.FOLLOWS]
    if left:
        words += " " + ngettext("One change could not be undone.", "%(n)s changes could not be undone.", len(left)) % {
            "n": len(left)
        }
    return words
