import type { Doc } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { createCalendar } from "../../../orgs/calendars/model";
import { requireOrg } from "../../../orgs/model";
import { createPolicy, listPolicies } from "../../../sla/model/policies";
import { DEFAULT_ESCALATION, responseTargets } from "../../../sla/policies";
import { hoursOutside } from "../quietHours";

/** S3 `sla_response_minutes`. */
const RESPONSE_MINUTES = 120;

/** The same word in every language of the interface. */
const POLICY_NAME = "Tickets";
const ENGLISH_NAME = "Outside quiet hours";
const CALENDAR_NAMES: Record<string, string> = {
  de: "Außerhalb der Ruhezeiten",
  nl: "Buiten de rusturen",
};

/**
 * Gives an organisation S3's deadline of tickets with its first one: 120 minutes, paused in its quiet hours (product.md
 * E-06, 0.7), as a policy that it sees, changes and removes like any other. Once: what was removed stays removed, and
 * who has a policy for tickets already gets none.
 */
export async function ensureTicketPolicy(ctx: MutationCtx, member: Doc<"members">): Promise<void> {
  const { orgId } = member;
  const given = await ctx.db
    .query("ticketDefaults")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .first();
  if (given !== null) return;
  await ctx.db.insert("ticketDefaults", { orgId });
  if ((await listPolicies(ctx, orgId)).some(({ conditions }) => conditions.isTicket === true)) return;
  const { locale, timezone, quietHours } = await requireOrg(ctx, orgId);
  const name = CALENDAR_NAMES[locale.slice(0, 2)] ?? ENGLISH_NAME;
  const fields = { name, timezone, intervals: hoursOutside(quietHours), holidays: [] };
  const calendarId = await createCalendar(ctx, orgId, fields);
  await createPolicy(
    ctx,
    { orgId, memberId: member._id },
    {
      name: POLICY_NAME,
      conditions: { isTicket: true },
      targets: responseTargets(RESPONSE_MINUTES),
      calendarId,
      escalation: DEFAULT_ESCALATION,
    },
  );
}
