/** Notices every change of the calendars, whoever made it, by asking for it with a sync token while the page is seen. */

const PERIOD = 600;
const LONGEST_WAIT = 5000;

/**
 * `apis()` gives those of the shown calendars, the person's own first. Calls `onChange` after a change, or when
 * `isStale()` says that the last listing failed, and `onState` with "live" or "lost". Runs until the page is left.
 */
export function watch(apis, { onChange, onState, isStale }) {
  const look = lookAgain(apis, onChange, isStale);
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

function lookAgain(apis, onChange, isStale) {
  const tokens = new Map();
  return async () => {
    const [own, ...others] = apis();
    const found = await Promise.all([lookAt(own, tokens), ...others.map((api) => lookAt(api, tokens).catch(() => null))]);
    if (isStale() || found.some((one) => one?.changed)) await onChange();
    // Kept only after the page shows what they end, so that a failed listing is made again.
    for (const one of found) if (one) tokens.set(one.api, one.token);
  };
}

/** {api, changed, token}; a calendar without a token is read from now on, and counts as changed. */
async function lookAt(api, tokens) {
  const token = tokens.get(api);
  if (!token) return { api, changed: true, token: await api.syncToken() };
  try {
    return { api, ...(await api.changesSince(token)) };
  } catch (error) {
    if (error.status !== 410 && error.status !== 400) throw error;
    return { api, changed: false, token: null };
  }
}
