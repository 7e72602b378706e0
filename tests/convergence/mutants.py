"""Bugs to be put into the engine, one at a time, to see that the histories find them.

A bug is a piece of a module's text and what stands there instead. It is put in while the module is imported, in a
program of its own; the engine holds no hook for it. Text that is not there, or is there twice, is an error, so that no
bug can become harmless unnoticed when the engine is written anew.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

READER = "lockstep.operations.sync_calendar"
WRITER = "lockstep.operations.write_event"
HEARING = "lockstep.operations.hearing"
PLAN = "lockstep.sync.plan"


@dataclass(frozen=True, slots=True)
class Mutant:
    bug: str
    """What is wrong, in the words of whoever would write it down."""
    module: str
    old: str
    new: str


MUTANTS: dict[str, Mutant] = {
    "token-before-items": Mutant(
        "the sync token is stored before the items of its page",
        READER,
        "            self._store(link.staff_id, page,",
        "            if page.next_sync_token:\n"
        "                CalendarLink.objects.filter(pk=link.pk).update(sync_token=page.next_sync_token)\n"
        "            self._store(link.staff_id, page,",
    ),
    "first-token-kept": Mutant(
        "the first sync token is kept for ever",
        READER,
        'link.sync_token, link.done, link.attempts, link.problem = token, goal, 0, ""',
        'link.sync_token, link.done, link.attempts, link.problem = link.sync_token or token, goal, 0, ""',
    ),
    "410-swallowed": Mutant(
        "a 410 is read as “no changes”",
        READER,
        "        except TokenExpired:\n            self._read(link, self._signal(Signal.TOKEN_LOST), goal)\n",
        "        except TokenExpired:\n"
        "            with transaction.atomic():\n"
        "                row = self._locked_row()\n"
        '                row.state, row.done = "current", goal\n'
        "                row.save()\n",
    ),
    "no-sweep": Mutant(
        "a full synchronisation ends without a sweep",
        READER,
        "                changed |= mirror.sweep(link, zone=zone)\n",
        "                pass\n",
    ),
    "random-id": Mutant(
        "each try of an insert takes a new id",
        WRITER,
        "            event = gateway.insert(EventId(written.event_id), draft)\n",
        "            if written.attempts:\n"
        "                self._take_next_id()\n"
        "                return WrittenEvent.objects.filter(pk=written.pk).update(attempts=0) and None\n"
        "            event = gateway.insert(EventId(written.event_id), draft)\n",
    ),
    "no-if-match": Mutant(
        "a patch is sent without If-Match",
        WRITER,
        "_change(shown, fields), etag=written.etag or None)",
        "_change(shown, fields), etag=None)",
    ),
    "lost-reply": Mutant(
        "an answer that was lost is taken for success",
        WRITER,
        "        except (TryLater, LookAgain, AccessLost, OurMistake) as error:\n            self._rest(error)\n",
        "        except (TryLater, LookAgain, AccessLost, OurMistake) as error:\n"
        '            if type(error).__name__ == "Unreachable":\n'
        "                self._satisfied(written.wanted)\n"
        "                return\n"
        "            self._rest(error)\n",
    ),
    "blind-delete": Mutant(
        "an event is deleted whatever its version is",
        WRITER,
        "            gateway.delete(EventId(written.event_id), etag=written.etag or None)\n",
        "            gateway.delete(EventId(written.event_id), etag=None)\n",
    ),
    "echo": Mutant(
        "our own write that comes back is written again",
        HEARING,
        "        case Nothing() | Insert():\n            _settle(heard)\n",
        "        case Nothing() | Insert():\n"
        "            _settle(heard)\n"
        "            if written.base_local:\n"
        '                written.base_local = {**written.base_local, "summary": ""}\n'
        "                want_written(written.pk, now=now)\n",
    ),
    "google-wins": Mutant(
        "of a field that both changed, Google's version wins silently",
        PLAN,
        "        pull=changed_there - changed_here,\n        push=changed_here,\n"
        "        overwritten=frozenset(each for each in changed_here & changed_there if",
        "        pull=changed_there,\n        push=changed_here - changed_there,\n"
        "        overwritten=frozenset(each for each in () if",
    ),
    "conflict-not-recorded": Mutant(
        "the version that loses is not kept in the journal",
        HEARING,
        "        _keep_the_losing_version(heard, change)\n",
        "        pass\n",
    ),
    "unknown-is-free": Mutant(
        "a calendar to which access is lost stays known",
        READER,
        "                link.fresh_until = None\n",
        "                link.fresh_until = now + pace.HOURS_LONG_LIMIT * 99\n",
    ),
}


class _Finder(MetaPathFinder):
    """Finds one module, and gives it a loader that changes its text."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._mutant.module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(fullname, spec.loader.path, self._mutant)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, mutant: Mutant) -> None:
        super().__init__(name, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        """Never from the cache, and never into it."""
        text = self.get_data(self.path).decode()
        code: CodeType = compile(changed(text, self._mutant), self.path, "exec", dont_inherit=True)
        return code


def changed(text: str, mutant: Mutant) -> str:
    """The module's text with the bug. Raises: LookupError unless it fits in exactly one place."""
    if text.count(mutant.old) != 1:
        raise LookupError(f"{mutant.bug}: its place in {mutant.module} is there {text.count(mutant.old)} times.")
    return text.replace(mutant.old, mutant.new)


def put_in(name: str) -> None:
    """From now on the module is imported with the bug. It must not have been imported yet."""
    mutant = MUTANTS[name]
    if mutant.module in sys.modules:
        raise RuntimeError(f"{mutant.module} is imported already.")
    sys.meta_path.insert(0, _Finder(mutant))
