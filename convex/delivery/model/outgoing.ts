import type { WithoutSystemFields } from "convex/server";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { connectionTables } from "../../connections/schema";
import { channelFor, requireConnection } from "../../connections/model";
import { requireContact } from "../../contacts/model";
import { requireFile } from "../../files/model";
import { vChannel, vPurpose } from "../../lib/closedSets";
import { requireOrg } from "../../orgs/model";
import { vBrand } from "../../orgs/schema";
import { requireTemplate, requireVersion } from "../../templates/model";
import { vEmailLayout, vTemplateVariable } from "../../templates/schema";
import { keyOf } from "../model";
import { wantsUnsubscribe } from "../headers";
import { vMessageContent, vMessageSource, vThreading } from "../schema";

const vAttachment = v.object({
  storageId: v.id("_storage"),
  name: v.string(),
  contentType: v.string(),
  contentId: v.optional(v.string()),
});

const vTemplateText = v.object({
  subject: v.string(),
  body: v.string(),
  shortBody: v.optional(v.string()),
  layout: vEmailLayout,
  variables: v.array(vTemplateVariable),
  locale: v.string(),
});

/** Everything the sending action needs for one attempt. Secrets are still encrypted. */
export const vOutgoing = v.object({
  attemptId: v.id("attempts"),
  orgId: v.id("organisations"),
  brand: v.object({ name: v.string(), ...vBrand.fields }),
  /** BCP 47: the person's, else the organisation's. */
  locale: v.string(),
  /** An agent's name under an answer. */
  signature: v.optional(v.string()),
  channel: vChannel,
  purpose: vPurpose,
  sourceKind: v.union(...vMessageSource.members.map((member) => member.fields.kind)),
  /** The key of the message, not of the try. */
  idempotencyKey: v.string(),
  address: v.string(),
  contactName: v.string(),
  content: vMessageContent,
  template: v.union(vTemplateText, v.null()),
  threading: v.optional(vThreading),
  /** Where the organisation receives mail, for messages with an unsubscribe address. */
  mailbox: v.optional(v.string()),
  attachments: v.array(vAttachment),
  connection: v.object({
    _id: v.id("connections"),
    _creationTime: v.number(),
    ...connectionTables.connections.validator.fields,
  }),
});
export type Outgoing = Infer<typeof vOutgoing>;

export const vBatch = v.object({
  /** The database's clock: an action's own may differ. */
  now: v.number(),
  /** How long the attempts still belong to the action, in milliseconds. */
  remainingMs: v.number(),
  messages: v.array(vOutgoing),
});

/** Loads the attempts that are still the action's to send: not cancelled by recovery, lease not yet over. */
export async function loadBatch(ctx: QueryCtx, attemptIds: Id<"attempts">[]): Promise<Infer<typeof vBatch>> {
  const now = Date.now();
  let leaseUntil = Number.POSITIVE_INFINITY;
  const messages: Outgoing[] = [];
  for (const attemptId of attemptIds) {
    const attempt = await ctx.db.get("attempts", attemptId);
    const row = attempt === null ? null : await ctx.db.get("messageQueue", attempt.queueId);
    if (row?.state.kind !== "sending" || row.state.attemptId !== attemptId) continue;
    leaseUntil = Math.min(leaseUntil, row.state.leaseUntil);
    messages.push(await loadOne(ctx, attemptId, row._id));
  }
  return { now, remainingMs: messages.length === 0 ? 0 : leaseUntil - now, messages };
}

async function loadOne(ctx: QueryCtx, attemptId: Id<"attempts">, queueId: Id<"messageQueue">): Promise<Outgoing> {
  const row = await ctx.db.get("messageQueue", queueId);
  const body = row === null ? null : await ctx.db.get("messageBodies", row.bodyId);
  if (
    row?.connectionId === undefined ||
    row.routedChannel === undefined ||
    row.address === undefined ||
    body === null
  ) {
    throw new Error(`Message ${queueId} is being sent without a route or a body.`);
  }
  const { orgId, routedChannel: channel, purpose, address, connectionId, source } = row;
  const [org, contact] = [await requireOrg(ctx, orgId), await requireContact(ctx, orgId, row.contactId)];
  return {
    attemptId,
    orgId,
    brand: { imprint: [], ...org.brand, name: org.name },
    locale: contact.locale ?? org.locale,
    signature: source.kind === "agent" ? row.sourceLabel : undefined,
    channel,
    purpose,
    sourceKind: source.kind,
    idempotencyKey: keyOf(row),
    address,
    contactName: contact.name,
    content: body.content,
    template: body.content.kind === "template" ? await loadTemplate(ctx, orgId, body.content.templateVersionId) : null,
    threading: body.threading,
    mailbox: wantsUnsubscribe({ channel, purpose, sourceKind: source.kind })
      ? (await channelFor(ctx, orgId, "email_outlook"))?.address
      : undefined,
    attachments: body.content.kind === "finished" ? await loadAttachments(ctx, orgId, body.content.fileIds) : [],
    connection: await requireConnection(ctx, orgId, connectionId),
  };
}

async function loadTemplate(ctx: QueryCtx, orgId: Id<"organisations">, versionId: Id<"templateVersions">) {
  const version = await requireVersion(ctx, orgId, versionId);
  const { locale } = await requireTemplate(ctx, orgId, version.templateId);
  const { subject, body, shortBody, layout, variables } = version;
  return { subject, body, shortBody, layout, variables, locale };
}

async function loadAttachments(ctx: QueryCtx, orgId: Id<"organisations">, fileIds: Id<"files">[]) {
  const files = await Promise.all(fileIds.map((fileId) => requireFile(ctx, orgId, fileId)));
  return files.map(({ storageId, name, contentType, contentId }) => ({ storageId, name, contentType, contentId }));
}

/** Remembers whom an unsubscribe link is for. The token itself is only in the message. */
export async function registerUnsubscribe(
  ctx: MutationCtx,
  attemptId: Id<"attempts">,
  tokenHash: string,
): Promise<void> {
  const attempt = await ctx.db.get("attempts", attemptId);
  const row = attempt === null ? null : await ctx.db.get("messageQueue", attempt.queueId);
  if (row?.routedChannel === undefined || row.address === undefined) return;
  // A second try carries the link of the first.
  if ((await unsubscribeTarget(ctx, tokenHash)) !== null) return;
  const { orgId, contactId, routedChannel: channel, purpose, topic, address, _id: queueId } = row;
  await addUnsubscribeToken(ctx, { orgId, contactId, channel, purpose, topic, address, queueId, tokenHash });
}

/** The same for a link that a member makes. */
export async function addUnsubscribeToken(
  ctx: MutationCtx,
  target: WithoutSystemFields<Doc<"unsubscribeTokens">>,
): Promise<void> {
  await ctx.db.insert("unsubscribeTokens", target);
}

/** Whom the token of an unsubscribe link is for, or null. */
export async function unsubscribeTarget(ctx: QueryCtx, tokenHash: string) {
  return await ctx.db
    .query("unsubscribeTokens")
    .withIndex("by_token", (q) => q.eq("tokenHash", tokenHash))
    .unique();
}

/** How many of the hash's hex digits stand in an unsubscribe address: 160 bits, and short enough for a local part. */
const MAIL_TOKEN_CHARS = 40;

/** The part after "unsub+" in the address of List-Unsubscribe: mail servers change its case, so it is no token itself. */
export function unsubscribeMailToken(tokenHash: string): string {
  return tokenHash.slice(0, MAIL_TOKEN_CHARS);
}

/** Whom an unsubscribe address is for, or null. */
export async function unsubscribeTargetByMail(ctx: QueryCtx, mailToken: string) {
  if (!new RegExp(`^[0-9a-f]{${MAIL_TOKEN_CHARS}}$`).test(mailToken)) return null;
  return await ctx.db
    .query("unsubscribeTokens")
    // "g" comes after every hex digit.
    .withIndex("by_token", (q) => q.gte("tokenHash", mailToken).lt("tokenHash", `${mailToken}g`))
    .first();
}
