"""The connection check's probes of what everything hangs on: key, clock, delegation, and the Directory User."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from lockstep.operations.check_steps import Finding, Said, scopes_for
from lockstep.operations.check_words import DELEGATION_PAGE, GROUPS_PAGE, ROLES_PAGE, Typed
from lockstep.store.models import Organisation
from lockstep.sync.errors import (
    AccessLost,
    ApiDisabled,
    ClockWrong,
    DelegationRefused,
    Forbidden,
    KeyRefused,
    LookAgain,
    Scope,
    SyncError,
)
from lockstep.sync.gateway import USERS_SCOPE, DirectoryUser, Workspace

NOTED_SKEW = timedelta(seconds=60)
"""Google still accepts it, and the measured delays no longer say anything."""
_APP_ACCESS = "Google Admin console → Security → Access and data control → API controls → App access control"


@dataclass(slots=True)
class Probed:
    """What is being checked, and what the probes have found so far."""

    organisation: Organisation
    directory_user: str
    directory_group: str
    given: Workspace | None
    now: datetime
    found: DirectoryUser | None = None

    @property
    def workspace(self) -> Workspace:
        if self.given is None:
            raise Finding(
                _("No service account key is configured."),
                who=_("The operator of this installation"),
                where=_("The setting LOCKSTEP_GOOGLE_SERVICE_ACCOUNT_FILE"),
            )
        return self.given

    @property
    def typed(self) -> Typed:
        client_id = ""
        with suppress(SyncError, Finding):
            client_id = self.workspace.client_id
        return Typed(self.directory_user, self.directory_group, client_id)

    def fetch_token(self, *scopes: str) -> None:
        self.workspace.probe_token(self.directory_user, scopes)

    # The service account

    def key(self) -> None:
        _ = self.workspace.client_id

    def clock(self) -> Said | None:
        try:
            self.fetch_token(USERS_SCOPE)
        except ClockWrong:
            raise
        except AccessLost:
            pass  # The next steps' to report; Google has seen our time and did not mind it.
        skew = self.workspace.clock_skew
        if abs(skew) <= NOTED_SKEW:
            return None
        words = _("This server’s clock is %(seconds)d seconds away from Google’s.")
        where = _("This server: switch time synchronisation (NTP) on")
        seconds = abs(round(skew.total_seconds()))
        return Said(words % {"seconds": seconds}, _("The operator of this installation"), where, noted=True)

    def accepted(self) -> None:
        try:
            self.fetch_token(USERS_SCOPE)
        except KeyRefused:
            raise
        except AccessLost:
            pass

    def known(self) -> None:
        """A refused delegation says nothing about the user; that is the next step's to report."""
        with suppress(DelegationRefused):
            self.fetch_token(USERS_SCOPE)

    # The delegation

    def client(self) -> None:
        """Whether Google lets this client do anything at all; each scope alone comes behind."""
        refused: DelegationRefused | None = None
        for scope in scopes_for(self.directory_group):
            try:
                self.fetch_token(scope)
            except DelegationRefused as error:
                refused = refused or error
            else:
                return
        if refused is not None and not refused.by_policy:
            raise Finding(
                self._nothing_delegated(refused),
                who=_("A Google super admin"),
                where=DELEGATION_PAGE,
                paste=",".join(scopes_for(self.directory_group)),
            )
        if refused is not None:
            raise Finding(str(refused), who=_("A Google super admin"), where=_APP_ACCESS)

    def _nothing_delegated(self, refused: DelegationRefused) -> str:
        values = {"client_id": self.workspace.client_id, "email": self.workspace.account_email}
        fresh = _("What was added less than 24 hours ago may still be spreading.")
        if refused.perhaps_by_email:
            words = _(
                "Google lets Client ID %(client_id)s do nothing. Either there is no entry with this number yet, or it "
                "was made with the e-mail address %(email)s instead: then delete that entry and add the number."
            )
        else:
            words = _(
                "There is no entry for Client ID %(client_id)s. Press Add new and paste the number and the scopes."
            )
        return f"{words % values} {fresh}"

    # The directory

    def directory_api(self) -> None:
        """Any answer but "disabled" will do: what it says is the next steps' to report."""
        try:
            self.workspace.directory(self.directory_user).user(self.directory_user)
        except ApiDisabled:
            raise
        except (AccessLost, LookAgain):
            pass

    def user(self) -> Said | None:
        try:
            self.found = self.workspace.directory(self.directory_user).user(self.directory_user)
        except Forbidden as error:
            raise self._role_lacks_users(error) from error
        if self.found.primary_email.casefold() == self.directory_user.casefold():
            return None
        words = _("%(typed)s is another address of %(email)s. Type the primary one: only that is sure to stay.")
        values = {"typed": self.directory_user, "email": self.found.primary_email}
        where = _("The field Directory User Email")
        return Said(words % values, _("You"), where, self.found.primary_email, noted=True)

    def users_read(self) -> None:
        """Reading oneself proves little: only an admin may list others."""
        directory = self.workspace.directory(self.directory_user)
        try:
            next(iter(directory.users()), None)
        except Forbidden as error:
            raise self._role_lacks_users(error) from error

    def _role_lacks_users(self, error: Forbidden) -> Exception:
        """What is to be raised instead, where more is known than that it is forbidden."""
        if error.scope is Scope.CONNECTION or not self._is_some_admin():
            return error
        return Finding(
            _("%(email)s is an admin, and may not read users: the role lacks Users → Read.")
            % {"email": self.directory_user},
            who=_("A Google super admin"),
            where=ROLES_PAGE + _(": add Users → Read to the user’s role"),
            paste=self.directory_user,
        )

    def _is_some_admin(self) -> bool:
        if self.found is not None and (self.found.is_admin or self.found.is_delegated_admin):
            return True
        if not self.directory_group:
            return False
        # Who may not read people and may read groups has a role, only not the whole one.
        with suppress(AccessLost, LookAgain):
            return self.workspace.directory(self.directory_user).group_exists(self.directory_group)
        return False

    def customer(self) -> None:
        bound = self.organisation.google_customer_id
        found = self.found.customer_id if self.found else ""
        others = Organisation.objects.exclude(pk=self.organisation.pk).filter(google_customer_id=found)
        if (bound and bound != found) or (found and others.exists()):
            raise Finding(
                _("This Google Workspace is not the one that belongs to this organisation."),
                who=_("The operator of this installation"),
                where=_("The organisation's Google customer id"),
            )

    def group(self) -> None:
        if not self.workspace.directory(self.directory_user).group_exists(self.directory_group):
            raise Finding(
                _("There is no group with this address. Check its spelling, or create it."),
                who=_("A Google admin"),
                where=GROUPS_PAGE,
                paste=self.directory_group,
            )
