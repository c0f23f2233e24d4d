import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { findByAddress } from "../../contacts/model";
import { enqueue } from "../../delivery/model";
import { addCalendarDays } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import { CONTACTS } from "../data/people";

// One person of the demo with much ahead from several sources (product.md O-3): beside her journey the shop writes more on
// one day than the cap lets through, which her lane foresees.

const OFFERS = [
  { clock: "10:00", subject: "Winterlager: jetzt Plätze sichern" },
  { clock: "11:30", subject: "Gutscheine für Weihnachten" },
  { clock: "14:00", subject: "Neue Termine für den SBF See" },
  { clock: "16:00", subject: "Nur heute: Ölzeug günstiger" },
] as const;
const DAYS_AHEAD = 4;

/** Queues the offers, once. */
export async function planMuch(ctx: MutationCtx, orgId: Id<"organisations">, now: number): Promise<void> {
  const contact = await findByAddress(ctx, { orgId, channel: "email", address: CONTACTS.anna.email });
  if (contact === null) return;
  const { timezone } = await requireOrg(ctx, orgId);
  for (const [index, { clock, subject }] of OFFERS.entries()) {
    await enqueue(ctx, {
      orgId,
      lane: "marketing",
      channel: "email",
      contactId: contact._id,
      purpose: "marketing",
      topic: "news",
      source: { kind: "api", apiKeyId: "demo", keyName: "Shop" },
      content: { kind: "finished", subject, text: `Guten Tag, ${subject}. Mehr auf unserer Website.`, fileIds: [] },
      dueAt: addCalendarDays(now, timezone, DAYS_AHEAD, clock),
      idempotencyKey: `demo:offer-${index}`,
    });
  }
}
