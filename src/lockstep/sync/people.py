"""Who syncs: what a complete listing of the directory means for the people whom Lockstep knows.

Pure: values in, decisions out; `lockstep.operations.people` reads the directory and carries them out. People are
matched by their primary e-mail once, and by Google's immutable id ever after, because an address can pass to somebody
else. Rules: product specification, section 3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Gone(StrEnum):
    """Why somebody is not among those who take part."""

    SUSPENDED = "suspended"
    ARCHIVED = "archived"
    DELETED = "deleted"
    NOT_A_MEMBER = "not_a_member"


class Standing(StrEnum):
    """Whether somebody's calendar is to be synchronised, and what keeps it from that."""

    SYNCS = "syncs"
    LEFT = "left"
    """Not bookable; nothing of theirs is deleted."""
    SWITCHED_OFF = "switched_off"
    """By their Enabled toggle: Lockstep's own data alone, as if never selected."""
    NOT_TAKING = "not_taking"
    """Not appointment-taking: not bookable, and only appointment-taking people sync."""
    MISMATCHED = "mismatched"
    """Their e-mail in Lockstep is not their primary e-mail at Google: nothing syncs, and their time is unknown."""


DETACHED = frozenset({Standing.SWITCHED_OFF, Standing.NOT_TAKING})
"""Chosen not to sync: their calendar is not read, and what was read of it is forgotten."""


def standing_of(
    *, left: bool, enabled: bool, manual: bool, appointment_taking: bool, email: str, google_email: str
) -> Standing:
    """The first that holds, the strongest first."""
    if left:
        return Standing.LEFT
    if manual and not enabled:
        return Standing.SWITCHED_OFF
    if not appointment_taking:
        return Standing.NOT_TAKING
    if google_email and email.lower() != google_email:
        return Standing.MISMATCHED
    return Standing.SYNCS


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody of the directory who takes part. Addresses in lower case."""

    google_id: str
    email: str
    name: str
    aliases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing that was read to its end."""

    people: tuple[Listed, ...]
    suspended: frozenset[str] = frozenset()
    """Ids of people who are there and may not sign in."""
    archived: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    """Ids of people who are there and no members of the group."""

    def why_missing(self, google_id: str) -> Gone:
        if google_id in self.suspended:
            return Gone.SUSPENDED
        if google_id in self.archived:
            return Gone.ARCHIVED
        return Gone.NOT_A_MEMBER if google_id in self.outside else Gone.DELETED


@dataclass(frozen=True, slots=True)
class Known:
    """A staff member as Lockstep knows them. `email` is as it was typed."""

    id: int
    email: str
    google_id: str = ""
    google_email: str = ""
    missing_since: datetime | None = None
    left: bool = False


@dataclass(frozen=True, slots=True)
class Follow:
    """What becomes of somebody who is known and listed."""

    person: int
    google_id: str
    google_email: str
    email: str
    """What their e-mail in Lockstep is from now on."""
    returned: bool


@dataclass(frozen=True, slots=True)
class PeoplePlan:
    """What follows from a listing."""

    joins: tuple[Listed, ...] = ()
    follows: tuple[Follow, ...] = ()
    missing: Mapping[int, Gone] = field(default_factory=dict)
    """Lacking for the first time: nothing follows yet."""
    leaves: Mapping[int, Gone] = field(default_factory=dict)
    """Lacking in two complete listings, one after the other."""
    held: int = 0
    """How many would leave if the brake did not hold them all. Then `leaves` is empty."""
    unlinked: tuple[str, ...] = ()
    """Addresses that belong to somebody else in Lockstep."""


def plan_people(listing: Listing, known: Collection[Known], *, began: datetime) -> PeoplePlan:
    """What `listing`, whose reading began at `began`, means for the people who are `known`.

    An empty listing lets nobody go. Somebody who lacks leaves only if an earlier listing had ended without them before
    this one began, and a listing that would let a large share go is held.
    """
    matched, joins, unlinked = _match(listing, known)
    follows = _follows(matched, known)
    present = {each.person for each in follows}
    here = [each for each in known if each.google_email and not each.left]
    lacking = [each for each in here if each.id not in present] if listing.people else []
    why = {each.id: listing.why_missing(each.google_id) for each in lacking}
    twice = {each.id for each in lacking if each.missing_since is not None and each.missing_since < began}
    held = len(twice) if is_mass_leave(len(twice), len(here)) else 0
    return PeoplePlan(
        joins=joins,
        follows=follows,
        missing={person: reason for person, reason in why.items() if person not in twice},
        leaves={} if held else {person: reason for person, reason in why.items() if person in twice},
        held=held,
        unlinked=unlinked,
    )


def is_mass_leave(leaving: int, here: int) -> bool:
    """True for more than a quarter, and at least three: rather a mistake in the group than a morning's leavers."""
    return leaving >= 3 and leaving * 4 > here


def _match(
    listing: Listing, known: Collection[Known]
) -> tuple[list[tuple[Listed, Known]], tuple[Listed, ...], tuple[str, ...]]:
    """Who is whom: by id, else by primary e-mail, else by an alias of theirs; the rest join or cannot be linked."""
    by_id = {each.google_id: each for each in known if each.google_id}
    by_email = {each.email.lower(): each for each in known}
    pairs: list[tuple[Listed, Known]] = []
    joins: list[Listed] = []
    unlinked: list[str] = []
    for person in listing.people:
        same_email = by_email.get(person.email)
        if found := by_id.get(person.google_id):
            pairs.append((person, found))
        elif same_email is not None and not same_email.google_id:
            pairs.append((person, same_email))
        elif same_email is not None:
            # The address belonged to somebody else before: never give their diary to this person.
            unlinked.append(person.email)
        elif (by_alias := _free_alias(person, by_email)) is not None:
            pairs.append((person, by_alias))
        else:
            joins.append(person)
    return pairs, tuple(joins), tuple(unlinked)


def _free_alias(person: Listed, by_email: Mapping[str, Known]) -> Known | None:
    """A staff member whom Google knows under another primary e-mail: the same person, to be shown as mismatched."""
    held = (by_email.get(alias) for alias in sorted(person.aliases))
    return next((each for each in held if each is not None and not each.google_id), None)


def _follows(matched: Iterable[tuple[Listed, Known]], known: Collection[Known]) -> tuple[Follow, ...]:
    """Give people the addresses that they have now, two who have swapped theirs included.

    An e-mail that was edited in Lockstep is left as it is. One that somebody else holds is not taken: both people are
    left for an admin to tell apart.
    """
    matched = list(matched)
    wishes = {
        current.id: person.email for person, current in matched if _follows_google(current, person) and person.email
    }
    emails = {each.id: wishes.get(each.id, each.email.lower()) for each in known}
    while refused := _second_holders(emails, wishes):
        for person in refused:
            del wishes[person]
        emails = {each.id: wishes.get(each.id, each.email.lower()) for each in known}
    return tuple(
        Follow(
            person=current.id,
            google_id=person.google_id,
            google_email=person.email,
            email=wishes.get(current.id, current.email),
            returned=current.left,
        )
        for person, current in matched
    )


def _follows_google(current: Known, person: Listed) -> bool:
    """True where the e-mail in Lockstep is Google's as last listed (or nothing is known of that)."""
    if current.google_id:
        return current.google_email in ("", current.email.lower())
    return current.email.lower() == person.email


def _second_holders(emails: Mapping[int, str], wishes: Mapping[int, str]) -> list[int]:
    """Those who wish for an address that somebody else has or will have."""
    holders: dict[str, int] = {}
    for email in emails.values():
        holders[email] = holders.get(email, 0) + 1
    return [person for person, email in wishes.items() if holders[email] > 1]
