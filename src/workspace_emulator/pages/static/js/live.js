/** Notices every change of the calendar, whoever made it, by asking for it with a sync token while the page is seen. */

const PERIOD = 600;
const LONGEST_WAIT = 5000;

/**
 * Calls `onChange` after a change, or when `isStale()` says that the last listing failed, and `onState` with "live" or
 * "lost". Runs until the page is left.
 */
export function watch(api, { onChange, onState, isStale }) {
  const look = lookAgain(api, onChange, isStale);
  let wait = PERIOD;
  const turn = async () => {
    if (!document.hidden) {
      try {
        await look();
        wait = PERIOD;
        onState("live");
      } catch (error) {
        wait = Math.min(wait * 2, LONGEST_WAIT);
        onState("lost", error);
      }
    }
    setTimeout(turn, wait);
  };
  turn();
}

function lookAgain(api, onChange, isStale) {
  let token = null;
  return async () => {
    if (token === null) {
      const fresh = await api.syncToken();
      await onChange();
      token = fresh;
      return;
    }
    try {
      const found = await api.changesSince(token);
      if (found.changed || isStale()) await onChange();
      // Kept only after the page shows what it ends, so that a failed listing is made again.
      token = found.token;
    } catch (error) {
      if (error.status === 410 || error.status === 400) token = null;
      else throw error;
    }
  };
}
