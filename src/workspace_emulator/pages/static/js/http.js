/** Calls to the emulator: JSON in, JSON out, and one kind of error whose message a person can act on. */

export class CallFailed extends Error {
  /** `status` 0 means that the emulator was not reached; `reason` is Google's word, as in `conditionNotMet`. */
  constructor(status, reason, message) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

const TIME_LIMIT = 15000;

/** The JSON of the answer (null when it is empty). Throws CallFailed. */
export async function call(method, path, { body, headers = {}, query } = {}) {
  const url = query ? `${path}?${new URLSearchParams(query)}` : path;
  const options = { method, headers: { ...headers }, signal: AbortSignal.timeout(TIME_LIMIT) };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let answer;
  try {
    answer = await fetch(url, options);
  } catch {
    throw new CallFailed(0, "unreachable", "The emulator does not answer. Is it still running?");
  }
  const text = await answer.text();
  const content = parsed(text);
  if (!answer.ok) throw failure(answer.status, content);
  return content;
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function failure(status, content) {
  const error = content?.error;
  if (typeof error === "string") return new CallFailed(status, error, content.error_description ?? content.message ?? error);
  const reason = error?.errors?.[0]?.reason ?? error?.status ?? "unknown";
  return new CallFailed(status, reason, error?.message ?? `The emulator answered ${status}.`);
}

const CONTROL = "/emulator/v1";

/** The control API, which the admin console and the start page use. */
export const control = {
  state: () => call("GET", `${CONTROL}/state`),
  get: (path) => call("GET", `${CONTROL}${path}`),
  post: (path, body) => call("POST", `${CONTROL}${path}`, { body }),
  put: (path, body) => call("PUT", `${CONTROL}${path}`, { body }),
  patch: (path, body) => call("PATCH", `${CONTROL}${path}`, { body }),
  remove: (path) => call("DELETE", `${CONTROL}${path}`),
};
