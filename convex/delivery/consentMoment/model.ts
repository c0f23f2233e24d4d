import type { PaginationOptions } from "convex/server";
import { v, type Infer } from "convex/values";
import { vActor } from "../../audit/schema";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { consentVerdict } from "../../contacts/consentRules";
import { getConsent } from "../../contacts/consents/model";
import { consentFacts } from "../../contacts/consents/model/facts";
import { vConsentState, vLegalBasis, vProof } from "../../contacts/consents/schema";
import { inboundWindowOpen, primaryAddress, requireContact } from "../../contacts/model";
import { suppressionsAt } from "../../contacts/suppressions/model";
import { vSuppressionReason } from "../../contacts/suppressions/schema";
import { topicsOf } from "../../contacts/topics/model";
import { vLocalText } from "../../contacts/topics/schema";
import { vChannel, vPurpose, type Channel } from "../../lib/closedSets";
import { requireOrg } from "../../orgs/model";
import { explain, type Explanation } from "../model/explain";
import { requireVisibleMessage, visibleMessages } from "../model/sight";

// The consent time machine (product.md O-12): what ledger and suppressions said when a message was decided about. The
// ledger is only ever added to and lifted suppressions keep their times, so every instant can be looked at again; the
// decision record names the entry it rested on, so that the two can be held against each other.

const vStatement = v.object({
  id: v.id("consents"),
  state: vConsentState,
  basis: vLegalBasis,
  topic: v.optional(v.string()),
  wordingVersion: v.string(),
  wordingText: v.optional(v.string()),
  source: v.string(),
  actor: v.optional(vActor),
  proof: v.optional(vProof),
  reason: v.optional(v.string()),
  at: v.number(),
  recordedAt: v.number(),
});

const vSuppressed = v.object({ reason: vSuppressionReason, purpose: v.optional(vPurpose), at: v.number() });

const vView = v.object({
  at: v.number(),
  isAllowed: v.boolean(),
  /** `ConsentGround`, `ConsentBlock` or "suppressed". */
  because: v.string(),
  pack: v.string(),
  statement: v.union(vStatement, v.null()),
  suppressions: v.array(vSuppressed),
});

export const vConsentMoment = v.object({
  channel: vChannel,
  address: v.union(v.string(), v.null()),
  purpose: vPurpose,
  topicName: v.union(vLocalText, v.null()),
  /** What the decision record of that instant names; null for messages from before it did. */
  recorded: v.union(v.object({ rule: v.string(), consentId: v.union(v.string(), v.null()) }), v.null()),
  /** Whether the record and the ledger of that instant agree. */
  isConsistent: v.boolean(),
  /** When it was decided about. */
  atDecision: vView,
  today: vView,
});
export type ConsentMoment = Infer<typeof vConsentMoment>;

/** A message in the list of a contact. */
export const vContactMessage = v.object({
  id: v.id("messageQueue"),
  at: v.number(),
  channel: v.union(vChannel, v.literal("best")),
  purpose: vPurpose,
  subject: v.string(),
  stateKind: v.string(),
});

/**
 * What allowed or forbade a message when it was decided about, and what would today. Null while nothing has been decided
 * and for messages without a channel yet. Throws `not_found` for another organisation's.
 */
export async function consentMoment(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  queueId: Id<"messageQueue">,
  now: number,
): Promise<ConsentMoment | null> {
  const row = await requireVisibleMessage(ctx, orgId, queueId);
  const decision = await decisiveOf(ctx, row);
  const channel = row.routedChannel ?? (row.channel === "best" ? null : row.channel);
  if (decision === null || channel === null) return null;
  const address = await addressOf(ctx, row, channel);
  const topic = (await topicsOf(ctx, orgId)).find(({ key }) => key === row.topic);
  const about = { row, channel, address };
  const atDecision = await viewAt(ctx, about, decision.at, decision.at);
  const recorded = recordedIn(decision);
  return {
    channel,
    address,
    purpose: row.purpose,
    topicName: topic?.name ?? null,
    recorded,
    isConsistent: recorded === null || recorded.consentId === (atDecision.statement?.id ?? null),
    atDecision,
    today: await viewAt(ctx, about, now, undefined),
  };
}

/** Messages of a contact, the newest due first. */
export async function messagesOfContact(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  paginationOpts: PaginationOptions,
) {
  await requireContact(ctx, orgId, contactId);
  const result = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .paginate(paginationOpts);
  const page = (await visibleMessages(ctx, result.page)).map((row) => ({
    id: row._id,
    at: row.dueAt,
    channel: row.routedChannel ?? row.channel,
    purpose: row.purpose,
    subject: row.subject,
    stateKind: row.state.kind,
  }));
  return { ...result, page };
}

// The last one counts: a message that waited or was tried again was asked about again.
async function decisiveOf(ctx: QueryCtx, row: Doc<"messageQueue">): Promise<Explanation | null> {
  const decisions = await explain(ctx, row._id);
  const isDecisive = ({ stage, rule }: Explanation) =>
    stage === "route" || (stage === "send_check" && (rule === "no_consent" || rule === "suppressed"));
  return decisions.findLast(isDecisive) ?? null;
}

async function addressOf(ctx: QueryCtx, row: Doc<"messageQueue">, channel: Channel): Promise<string | null> {
  if (row.address !== undefined) return row.address;
  const wished = channel === "webhook" ? undefined : row.to?.[channel];
  return wished ?? (await primaryAddress(ctx, row.contactId, channel))?.address ?? null;
}

function recordedIn({ inputs }: Explanation): ConsentMoment["recorded"] {
  const { consentRule, consentId } = inputs;
  if (typeof consentRule !== "string") return null;
  return { rule: consentRule, consentId: typeof consentId === "string" ? consentId : null };
}

type About = { row: Doc<"messageQueue">; channel: Channel; address: string | null };

async function viewAt(
  ctx: QueryCtx,
  { row, channel, address }: About,
  at: number,
  asOf: number | undefined,
): Promise<ConsentMoment["today"]> {
  const { orgId, purpose, topic, source } = row;
  const facts = await consentFacts(ctx, {
    org: await requireOrg(ctx, orgId),
    contact: await requireContact(ctx, orgId, row.contactId),
    channel,
    purpose,
    topic,
    address,
    now: at,
    asOf,
    isAnswer: source.kind === "agent",
    hasOpenWindow: address !== null && (await inboundWindowOpen(ctx, { orgId, channel, address }, at)),
    lastSuchAt: async () => null,
  });
  const verdict = consentVerdict(facts);
  const inForce = address === null ? [] : await suppressionsAt(ctx, { orgId, channel, address }, at);
  const suppressions = inForce.filter(
    (each) =>
      each.purpose === undefined || (each.purpose === purpose && (each.topic === undefined || each.topic === topic)),
  );
  return {
    at,
    isAllowed: verdict.kind === "allowed" && suppressions.length === 0,
    because: suppressions.length > 0 ? "suppressed" : verdict.kind === "allowed" ? verdict.ground : verdict.block,
    pack: verdict.pack,
    statement: await statementDetail(ctx, orgId, verdict.statement?.id ?? null),
    suppressions: suppressions.map((each) => ({ reason: each.reason, purpose: each.purpose, at: each.at })),
  };
}

async function statementDetail(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  id: string | null,
): Promise<Infer<typeof vStatement> | null> {
  const consentId = id === null ? null : ctx.db.normalizeId("consents", id);
  const row = consentId === null ? null : await getConsent(ctx, orgId, consentId);
  if (row === null) return null;
  const { state, basis = "consent", topic, wordingVersion, wordingText, source, actor, proof, reason, at } = row;
  const said = { state, basis, topic, wordingVersion, wordingText, source, actor, proof, reason, at };
  return { id: row._id, ...said, recordedAt: row._creationTime };
}
