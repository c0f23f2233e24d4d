import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { ordersOfContact } from "../../contacts/orders/model";
import { ordersNamed } from "../references/recognise";
import { MAX_ORDERS } from "../references/orders";
import { sortArrived, type SortedByRules } from "../sorting/model/sort";
import { checkOrders } from "./fields";
import type { InboundMessage } from "./receive";
import { insertThread } from "./rows";

/** Orders of a person that a text is looked through for. */
const MAX_LOOKED_FOR = 500;

/**
 * Opens the conversation of a customer's message as what it is: sorted by the organisation's rules before anybody gets it
 * and before a clock runs, and about the orders of this person that it names. A blocked sender's is neither.
 */
export async function beginThread(
  ctx: MutationCtx,
  inbound: InboundMessage,
  contact: Doc<"contacts"> | null,
  { now, isSpam }: { now: number; isSpam: boolean },
): Promise<{ thread: Doc<"threads">; sorted: SortedByRules | null }> {
  const sorted = isSpam ? null : await sortNew(ctx, inbound, contact);
  const orders = isSpam || contact === null ? [] : await ordersIn(ctx, inbound, contact._id);
  const thread = await insertThread(ctx, {
    orgId: inbound.orgId,
    subject: inbound.subject,
    threadType: sorted?.effect.threadType ?? "customer_support",
    priority: sorted?.effect.priority ?? "normal",
    ...(isSpam ? { status: "closed", isSpam, statusBeforeSpam: "open" } : { status: "open" }),
    contactId: contact?._id,
    channel: inbound.channel,
    channelId: inbound.inboxChannel?._id,
    lastMessageAt: now,
    lastMessagePreview: "",
    lastMessageType: "incoming",
    tags: sorted?.effect.tags ?? [],
    externalReferences: {},
    ...checkOrders(orders),
  });
  return { thread, sorted };
}

async function sortNew(
  ctx: QueryCtx,
  { orgId, channel, inboxChannel, from, subject, text, files, hint }: InboundMessage,
  contact: Doc<"contacts"> | null,
): Promise<SortedByRules> {
  const hasFiles = files.length > 0 || hint !== undefined;
  const channelId = inboxChannel?._id;
  return await sortArrived(ctx, { orgId, channel, channelId, subject, text, sender: from.address, hasFiles, contact });
}

// Of this person alone: a number somebody else's order has says nothing here.
async function ordersIn(
  ctx: QueryCtx,
  { subject, text }: InboundMessage,
  contactId: Id<"contacts">,
): Promise<string[]> {
  const orders = await ordersOfContact(ctx, contactId, MAX_LOOKED_FOR);
  // The line between keeps a number from beginning in the subject and ending in the text.
  return orders.length === 0 ? [] : ordersNamed(`${subject} | ${text}`, orders).slice(0, MAX_ORDERS);
}
