/** The answer of `GET /emulator/v1/state`, as the pages use it: the only place that knows its field names. */

export function readState(answer) {
  return {
    customer: answer.name,
    customerId: answer.customer_id,
    domain: answer.domain,
    clientId: answer.service_account?.client_id,
    serviceAccount: answer.service_account?.email,
    keyEnabled: answer.service_account?.key_enabled ?? true,
    now: answer.now,
    apis: answer.apis ?? {},
    switches: answer.switches ?? {},
    delegations: Object.entries(answer.delegations ?? {}).map(([clientId, scopes]) => ({ clientId, scopes })),
    users: (answer.users ?? []).map(readUser),
    groups: (answer.groups ?? []).map(readGroup),
  };
}

function readUser(user) {
  const name = [user.given_name, user.family_name].filter(Boolean).join(" ") || user.email;
  return {
    id: user.id,
    name,
    givenName: user.given_name,
    familyName: user.family_name,
    email: user.email,
    aliases: user.aliases ?? [],
    zone: user.time_zone,
    isAdmin: user.is_admin,
    privileges: user.privileges ?? [],
    suspended: user.suspended,
    hasCalendar: user.has_calendar,
  };
}

function readGroup(group) {
  const members = (group.members ?? []).map((member) => ({
    key: member.email ?? member.id,
    label: member.email ?? "Everyone at this company",
    type: member.type,
    role: member.role,
  }));
  return { id: group.id, email: group.email, name: group.name, members };
}
