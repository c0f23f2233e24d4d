import type { PaginationOptions } from "convex/server";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { vChannel, vPurpose } from "../../lib/closedSets";
import { getConnection } from "../../connections/model";
import { vProvider } from "../../connections/schema";
import { requireOrg } from "../../orgs/model";
import { vHoldCause } from "../holds/schema";
import { phoneFacts } from "../phones";
import { recipientZones } from "../time/zones";
import { explain } from "./explain";
import { foreseenHold } from "./held";
import { requireVisibleMessage, visibleMessages } from "./sight";
import {
  vAttemptOutcome,
  vLane,
  vMessageContent,
  vMessageSource,
  vSourceKind,
  vMessageState,
  vRendered,
  vThreading,
  type Lane,
  type QueueGroup,
} from "../schema";

/** More tries than the retry policy allows in one life of a message; a few lives fit. */
const MAX_ATTEMPTS_SHOWN = 50;

/** A line of the queue screen. */
export const vQueueItem = v.object({
  id: v.id("messageQueue"),
  channel: v.union(vChannel, v.literal("best")),
  routedChannel: v.optional(vChannel),
  contact: v.object({ id: v.id("contacts"), name: v.string() }),
  address: v.optional(v.string()),
  purpose: vPurpose,
  sourceKind: vSourceKind,
  sourceLabel: v.string(),
  subject: v.string(),
  dueAt: v.number(),
  state: vMessageState,
  attemptCount: v.number(),
  mayBeDuplicate: v.boolean(),
  isEmergency: v.boolean(),
  /** What will keep it back when its time comes, as far as is known now (product.md O-4). */
  willWaitFor: v.optional(vHoldCause),
  /** By which rule it was given up; only of dead letters. */
  deadReason: v.optional(v.string()),
});

const vDecision = v.object({
  at: v.number(),
  stage: v.string(),
  rule: v.string(),
  outcome: v.string(),
  inputs: v.record(v.string(), v.union(v.string(), v.number(), v.boolean(), v.null())),
});

const vAttempt = v.object({
  number: v.number(),
  provider: vProvider,
  connectionName: v.union(v.string(), v.null()),
  startedAt: v.number(),
  endedAt: v.optional(v.number()),
  tookMs: v.optional(v.number()),
  outcome: v.union(v.object({ kind: v.literal("running") }), vAttemptOutcome),
});

/** All there is to say about one message. */
export const vQueueDetail = v.object({
  ...vQueueItem.fields,
  lane: vLane,
  source: vMessageSource,
  content: vMessageContent,
  threading: v.optional(vThreading),
  rendered: v.union(vRendered, v.null()),
  providerMessageId: v.optional(v.string()),
  /** The text was removed: after the organisation's period, or with its person. */
  purgedAt: v.optional(v.number()),
  createdAt: v.number(),
  /** The clock its recipient goes by, where it is known; IANA name. */
  recipientZone: v.string(),
  attempts: v.array(vAttempt),
  decisions: v.array(vDecision),
});

/** A page of the queue: what waits soonest first, everything else newest first; with `lane` that lane's of a group. */
export async function listQueue(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { group, lane, paginationOpts }: { group: QueueGroup | "all"; lane?: Lane; paginationOpts: PaginationOptions },
) {
  const rows = queueRows(ctx, orgId, group, lane);
  const result = await rows.order(group === "waiting" ? "asc" : "desc").paginate(paginationOpts);
  const page = await visibleMessages(ctx, result.page);
  return { ...result, page: await Promise.all(page.map((row) => itemOf(ctx, row))) };
}

// Of a lane one group at a time: the index has no order over all of them.
function queueRows(ctx: QueryCtx, orgId: Id<"organisations">, group: QueueGroup | "all", lane: Lane | undefined) {
  const queue = ctx.db.query("messageQueue");
  if (group === "all") return queue.withIndex("by_org", (q) => q.eq("orgId", orgId));
  if (lane === undefined) return queue.withIndex("by_org_group", (q) => q.eq("orgId", orgId).eq("group", group));
  return queue.withIndex("by_org_lane", (q) => q.eq("orgId", orgId).eq("lane", lane).eq("group", group));
}

/** One message with its text, tries and reasons. Throws `not_found` for another organisation's. */
export async function getMessage(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  queueId: Id<"messageQueue">,
): Promise<Infer<typeof vQueueDetail>> {
  const row = await requireVisibleMessage(ctx, orgId, queueId);
  const body = await ctx.db.get("messageBodies", row.bodyId);
  if (body === null) throw new Error(`Message ${queueId} has no body.`);
  const decisions = await explain(ctx, queueId);
  return {
    ...(await itemOf(ctx, row)),
    lane: row.lane,
    source: row.source,
    content: body.content,
    threading: body.threading,
    rendered: body.rendered ?? null,
    providerMessageId: row.providerMessageId,
    purgedAt: body.purgedAt,
    createdAt: row._creationTime,
    recipientZone: await recipientZone(ctx, row),
    attempts: await attemptsOf(ctx, row),
    decisions: decisions.map(({ at, stage, rule, outcome, inputs }) => ({ at, stage, rule, outcome, inputs })),
  };
}

// As the send check sees it (model/hours.ts); of several zones the first.
async function recipientZone(ctx: QueryCtx, { orgId, contactId, routedChannel, address }: Doc<"messageQueue">) {
  const contact = await ctx.db.get("contacts", contactId);
  const { timezone: orgZone } = await requireOrg(ctx, orgId);
  const isPhone = routedChannel === "sms" || routedChannel === "whatsapp";
  const phoneCountry = isPhone && address !== undefined ? phoneFacts(address).country : undefined;
  const [zone = orgZone] = recipientZones({ personZone: contact?.timezone, phoneCountry, orgZone });
  return zone;
}

/** A message as lists show it. */
export async function itemOf(ctx: QueryCtx, row: Doc<"messageQueue">): Promise<Infer<typeof vQueueItem>> {
  const contact = await ctx.db.get("contacts", row.contactId);
  const { channel, routedChannel, address, purpose, sourceLabel, subject, dueAt, state } = row;
  return {
    id: row._id,
    channel,
    routedChannel,
    // An erased person leaves the message behind as a figure.
    contact: { id: row.contactId, name: contact?.name ?? "" },
    address,
    purpose,
    sourceKind: row.source.kind,
    sourceLabel,
    subject,
    dueAt,
    state,
    attemptCount: row.attemptCount,
    mayBeDuplicate: row.mayBeDuplicate,
    isEmergency: row.emergency !== undefined,
    willWaitFor: (await foreseenHold(ctx, row)) ?? undefined,
    deadReason: row.deadReason,
  };
}

async function attemptsOf(ctx: QueryCtx, row: Doc<"messageQueue">): Promise<Infer<typeof vAttempt>[]> {
  const ended = await ctx.db
    .query("attempts")
    .withIndex("by_message", (q) => q.eq("queueId", row._id))
    .take(MAX_ATTEMPTS_SHOWN);
  const nameOf = async (connectionId: Id<"connections">) => (await getConnection(ctx, connectionId))?.name ?? null;
  const shown: Infer<typeof vAttempt>[] = await Promise.all(
    ended.map(async ({ number, provider, connectionId, startedAt, endedAt, tookMs, outcome }) => {
      return { number, provider, connectionName: await nameOf(connectionId), startedAt, endedAt, tookMs, outcome };
    }),
  );
  if (row.state.kind !== "sending" || row.connectionId === undefined) return shown;
  const { attempt: number, provider, startedAt } = row.state;
  const outcome = { kind: "running" } as const;
  return [...shown, { number, provider, connectionName: await nameOf(row.connectionId), startedAt, outcome }];
}
