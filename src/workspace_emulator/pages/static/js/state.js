/** The answer of `GET /emulator/v1/state`, as the pages use it: the only place that knows its field names. */

const COMPANIES = { harbour: "Harbour Credit Union", small: "Small Example" };

export function readState(answer) {
  return {
    customer: COMPANIES[answer.seed] ?? answer.domain,
    customerId: answer.customer_id,
    domain: answer.domain,
    clientId: answer.service_account?.client_id,
    serviceAccount: answer.service_account?.client_email,
    keyEnabled: answer.service_account?.key_enabled ?? true,
    now: answer.now,
    apis: answer.apis ?? {},
    switches: answer.switches ?? {},
    delegations: Object.entries(answer.delegations ?? {}).map(([clientId, held]) => ({ clientId, ...held })),
    users: (answer.users ?? []).map(readUser),
    deletedUsers: (answer.deleted_users ?? []).map(({ id, email, given_name, family_name }) => ({ id, email, name: fullName(given_name, family_name, email) })),
    groups: (answer.groups ?? []).map(readGroup),
    roles: (answer.roles ?? []).map(({ id, name, description, privileges, is_system }) => ({ id, name, description, privileges, isSystem: is_system })),
  };
}

const fullName = (given, family, email) => [given, family].filter(Boolean).join(" ") || email;

function readUser(user) {
  return {
    id: user.id,
    name: fullName(user.given_name, user.family_name, user.email),
    givenName: user.given_name,
    familyName: user.family_name,
    email: user.email,
    aliases: user.aliases ?? [],
    zone: user.time_zone,
    isAdmin: user.is_admin,
    roles: user.roles ?? [],
    suspended: user.suspended,
    archived: user.archived,
    hasCalendar: user.has_calendar,
  };
}

function readGroup(group) {
  const members = (group.members ?? []).map((member) => ({
    // The control API says "*" for the whole company, which has no address.
    key: member.email ?? "*",
    label: member.email ?? "Everyone at this company",
    type: member.type,
    role: member.role,
  }));
  return { id: group.id, email: group.email, name: group.name, members };
}
