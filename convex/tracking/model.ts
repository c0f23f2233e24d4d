import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { grantByPerson, withdrawByPerson } from "../contacts/consents/model/byPerson";
import type { Proof } from "../contacts/consents/schema";
import { requireContact } from "../contacts/model";
import { topicsOf } from "../contacts/topics/model";
import { vLocalText } from "../contacts/topics/schema";
import { unsubscribeTarget } from "../delivery/model/unsubscribeLinks";
import type { Channel, Purpose } from "../lib/closedSets";
import { sha256Hex } from "../lib/crypto";
import { brandOf, requireOrg } from "../orgs/model";
import { vBrand } from "../orgs/schema";

export const vUnsubscribePage = v.object({
  locale: v.string(),
  brand: v.object({ name: v.string(), ...vBrand.fields }),
  address: v.string(),
  topic: v.union(vLocalText, v.null()),
});

/** What the unsubscribe page shows, or null for a token that is not ours. Changes nothing (design rule 7). */
export async function unsubscribePage(ctx: QueryCtx, token: string): Promise<Infer<typeof vUnsubscribePage> | null> {
  const target = await unsubscribeTarget(ctx, await sha256Hex(token));
  if (target === null) return null;
  const { orgId, contactId, address } = target;
  const contact = await requireContact(ctx, orgId, contactId);
  const org = await requireOrg(ctx, orgId);
  const topic = (await topicsOf(ctx, orgId)).find(({ key }) => key === target.topic);
  return { locale: contact.locale ?? org.locale, brand: brandOf(org), address, topic: topic?.name ?? null };
}

/** Ends writing to the token's address about its topic, at once. False for a token that is not ours. */
export async function unsubscribe(ctx: MutationCtx, token: string, proof?: Proof): Promise<boolean> {
  const target = await unsubscribeTarget(ctx, await sha256Hex(token));
  if (target === null) return false;
  await withdraw(ctx, target, "unsubscribe-link", { ...proof, reference: target._id });
  return true;
}

/** Takes an unsubscription back: the person pressed the button for it. False for a token that is not ours. */
export async function resubscribe(ctx: MutationCtx, token: string, proof: Proof): Promise<boolean> {
  const target = await unsubscribeTarget(ctx, await sha256Hex(token));
  if (target === null) return false;
  const statement = { ...scopeOf(target), wording: "preference_yes", source: "unsubscribe-undo" } as const;
  await grantByPerson(ctx, { ...statement, proof: { ...proof, reference: target._id } });
  return true;
}

type Withdrawal = {
  orgId: Id<"organisations">;
  contactId: Id<"contacts">;
  channel: Channel;
  purpose: Purpose;
  /** Key of a topic; absent: everything of the purpose. */
  topic?: string;
  address: string;
};

/**
 * Records that a person wants no more messages of a purpose or topic on a channel, and stops them. A repetition changes
 * nothing.
 */
export async function withdraw(ctx: MutationCtx, target: Withdrawal, source: string, proof?: Proof): Promise<void> {
  const statement = { ...scopeOf(target), wording: "unsubscribe_page", source, proof } as const;
  await withdrawByPerson(ctx, statement, "unsubscribed");
}

function scopeOf({ orgId, contactId, channel, address, purpose, topic }: Withdrawal | Doc<"unsubscribeTokens">) {
  return { orgId, contactId, channel, address, purpose, topic };
}
