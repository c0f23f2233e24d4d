import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { channelAddress } from "../channels/rules";
import { channelFor, channelOfConnection, findChannel, ownChannelAt } from "../../connections/model";
import { normaliseEmail } from "../../contacts/addresses";
import type { InboundText } from "../../intake/text/parseSandbox";
import type { ChannelType } from "../../lib/closedSets";
import { threadByToken } from "./tokens";

// Which of the team's mailboxes and numbers an inbound message came to. One that is switched off counts: what arrives
// there is kept there.

/** Mailboxes one mail is put into; a mail to more of them is a mistake or a flood. */
const MAX_MAILBOXES = 5;
/** Recipients that are looked up. */
const MAX_RECIPIENTS = 50;

const TYPE_OF: Record<InboundText["channel"], ChannelType> = { sms: "sms", whatsapp: "whatsapp_business" };

/** What a mail says of whom it is for. `named`: To and Cc; `deliveredTo`: by the envelope. */
type MailRecipients = { deliveredTo: string[]; named: string[]; plusTokens: string[] };

/**
 * The mailboxes a mail came to: the one whose own address it was posted to; else that of the conversation whose reply
 * address it was sent to; else those it was delivered to by its envelope, or names in To and Cc (product.md 2.2 no. 15);
 * else the one of the account it came through, or the first. Null alone: there is none.
 */
export async function mailboxesOf(
  ctx: QueryCtx,
  event: Doc<"rawEvents">,
  { deliveredTo, named, plusTokens }: MailRecipients,
): Promise<(Id<"channels"> | null)[]> {
  const posted = await postedTo(ctx, event);
  if (posted !== null) return [posted._id];
  const { orgId } = event;
  const thread = await threadByToken(ctx, orgId, plusTokens);
  if (thread?.channelId !== undefined) return [thread.channelId];
  const delivered = await mailboxesAt(ctx, orgId, deliveredTo);
  const addressed = delivered.length > 0 ? delivered : await mailboxesAt(ctx, orgId, named);
  if (addressed.length > 0) return addressed;
  return [(await accountsOwn(ctx, event, "email_outlook"))?._id ?? null];
}

/** The number a text came to: the one that was posted to or written to, else that of the account, else the first. */
export async function numberOf(
  ctx: QueryCtx,
  event: Doc<"rawEvents">,
  { channel, to }: InboundText,
  country: string | undefined,
): Promise<Doc<"channels"> | null> {
  const type = TYPE_OF[channel];
  const posted = await postedTo(ctx, event);
  if (posted !== null) return posted;
  const address = to === undefined ? null : channelAddress(type, to, country);
  const written = address === null ? null : await ownChannelAt(ctx, event.orgId, address, type);
  return written ?? (await accountsOwn(ctx, event, type));
}

async function postedTo(ctx: QueryCtx, { orgId, sourceId }: Doc<"rawEvents">): Promise<Doc<"channels"> | null> {
  const channelId = ctx.db.normalizeId("channels", sourceId);
  return channelId === null ? null : await findChannel(ctx, orgId, channelId);
}

async function accountsOwn(
  ctx: QueryCtx,
  { orgId, sourceId }: Doc<"rawEvents">,
  type: ChannelType,
): Promise<Doc<"channels"> | null> {
  const connectionId = ctx.db.normalizeId("connections", sourceId);
  const own = connectionId === null ? null : await channelOfConnection(ctx, orgId, connectionId, type);
  return own ?? (await channelFor(ctx, orgId, type));
}

/** The team's mailboxes among addresses, each once; what stands after "+" does not matter. */
async function mailboxesAt(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  addresses: readonly string[],
): Promise<Id<"channels">[]> {
  const found = new Set<Id<"channels">>();
  for (const written of addresses.slice(0, MAX_RECIPIENTS)) {
    const address = normaliseEmail(written);
    if (address === null) continue;
    const mailbox =
      (await ownChannelAt(ctx, orgId, address, "email_outlook")) ??
      (await ownChannelAt(ctx, orgId, address.replace(/\+[^@]*@/, "@"), "email_outlook"));
    if (mailbox !== null) found.add(mailbox._id);
    if (found.size === MAX_MAILBOXES) break;
  }
  return [...found];
}
