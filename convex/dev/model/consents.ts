import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { consentOf, recordConsent } from "../../contacts/consents/model";
import { wordingFor } from "../../contacts/consents/model/byPerson";
import { findByAddress } from "../../contacts/model";
import { suppress } from "../../contacts/suppressions/model";
import { enqueue } from "../../delivery/model";
import { saveForm } from "../../tracking/signUp/model";
import { CONSENTS, type DemoConsent, SIGN_UP_FORM, SUPPRESSIONS } from "../data/consents";
import { CONTACTS } from "../data/people";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Who agreed to what in the demo, who must not be written to, and one message that consent held back. */
export async function tellConsents(ctx: MutationCtx, orgId: Id<"organisations">, now: number): Promise<void> {
  const anna = await findByAddress(ctx, { orgId, channel: "email", address: CONTACTS.anna.email });
  // Told already: a run that was cut short goes on behind it.
  if (anna === null || (await consentOf(ctx, anna._id, "email", "marketing", "news")) !== "unknown") return;
  for (const consent of CONSENTS) await tellConsent(ctx, orgId, consent, now);
  for (const { daysAgo, ...entry } of SUPPRESSIONS) {
    const { suppressionId } = await suppress(ctx, { orgId, ...entry });
    await ctx.db.patch("suppressions", suppressionId, { at: now - daysAgo * DAY_MS });
  }
  await saveForm(ctx, { orgId, actor: { kind: "system", name: "demo" }, ...SIGN_UP_FORM }, null);
  await heldBack(ctx, orgId, now);
}

async function tellConsent(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { person, daysAgo, key, ...said }: DemoConsent,
  now: number,
): Promise<void> {
  const contact = await findByAddress(ctx, { orgId, channel: "email", address: CONTACTS[person].email });
  if (contact === null) return;
  const { channel, topic } = said;
  const wording = await wordingFor(ctx, { contact, key, channel, topic, words: said.words });
  const { words: _, untilDays, ...entry } = said;
  const until = untilDays === undefined ? {} : { until: now + untilDays * DAY_MS };
  const of = { orgId, contactId: contact._id, ...entry, ...wording, ...until };
  await recordConsent(ctx, { ...of, at: now - daysAgo * DAY_MS });
}

/** Advertising to somebody who never agreed: "Why?" names the rule. */
async function heldBack(ctx: MutationCtx, orgId: Id<"organisations">, now: number): Promise<void> {
  const contact = await findByAddress(ctx, { orgId, channel: "email", address: CONTACTS.birgit.email });
  if (contact === null) return;
  await enqueue(ctx, {
    orgId,
    lane: "marketing",
    channel: "email",
    contactId: contact._id,
    purpose: "marketing",
    source: { kind: "system", name: "Frühbucher 2027" },
    content: {
      kind: "finished",
      subject: "Frühbucher: 10 % auf alle Kurse",
      text: "Wer bis Weihnachten bucht, segelt günstiger.",
      fileIds: [],
    },
    dueAt: now,
    idempotencyKey: "demo:held-back",
  });
}
