import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireChannel } from "../../connections/model";
import { requireContact } from "../../contacts/model";
import { findOrder } from "../../contacts/orders/model";
import { answerWindow } from "../../delivery/windows/model";
import type { AnswerWindow } from "../../delivery/windows/schema";
import type { BusinessEntity } from "../../lib/closedSets";
import { keyOf } from "../../lib/orderNumbers";
import { requireOrg } from "../../orgs/model";
import { listTemplates } from "../../templates/model";
import { ordersOf } from "../references/orders";
import { isMadeFor, suggested } from "./suggest";

/** In whose name a conversation is held: its channel's; "all" when that has none. */
export async function brandOf(ctx: QueryCtx, { orgId, channelId }: Doc<"threads">): Promise<BusinessEntity> {
  if (channelId === undefined) return "all";
  return (await requireChannel(ctx, orgId, channelId)).businessEntity ?? "all";
}

/** The texts a member may begin an answer or a note with, the most suitable first (product.md A-35). */
export async function offeredTexts(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  { memberId, mode }: { memberId: Id<"members">; mode: "reply" | "note" },
) {
  const { orgId, contactId, threadType } = thread;
  const contact = contactId === undefined ? null : await requireContact(ctx, orgId, contactId);
  const locale = contact?.locale ?? (await requireOrg(ctx, orgId)).locale;
  const channel = mode === "note" ? "note" : thread.channel;
  const brand = await brandOf(ctx, thread);
  const orderStates = await orderStatesOf(ctx, thread);
  const [team, own] = await Promise.all([listTemplates(ctx, orgId), listTemplates(ctx, orgId, memberId)]);
  const ranked = suggested([...own, ...team], { channel, threadType, orderStates, locale, brand, now: Date.now() });
  return ranked.flatMap(({ version, ...text }) => {
    if (version === null) return [];
    const { body, shortBody, variables } = version;
    return {
      id: text.id,
      name: text.name,
      isSnippet: text.isSnippet,
      isPrivate: text.isPrivate,
      locale: text.locale,
      isSuggested: isMadeFor(text, { threadType, orderStates }),
      text: channel === "email" ? body : (shortBody ?? body),
      variables,
    };
  });
}

/** The states of the orders a conversation is about, as far as they are known. */
async function orderStatesOf(ctx: QueryCtx, thread: Doc<"threads">): Promise<string[]> {
  const orders = await Promise.all(ordersOf(thread).map((number) => findOrder(ctx, thread.orgId, keyOf(number))));
  return orders.flatMap((found) => found?.order.status ?? []);
}

/** How long anything may be written on WhatsApp, and what may be afterwards; null on other channels. */
export async function windowOf(ctx: QueryCtx, thread: Doc<"threads">): Promise<AnswerWindow | null> {
  const { orgId, contactId, channel } = thread;
  if (channel !== "whatsapp" || contactId === undefined) return null;
  return await answerWindow(ctx, orgId, contactId);
}
