import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { cancelMessage, enqueue, isWaiting, requireMessage } from "../../delivery/model";
import { explain } from "../../delivery/model/explain";
import { vLane, type MessageContent } from "../../delivery/schema";
import { recordFile } from "../../files/model";
import { vChannel, vPurpose } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { currentVersion, requireTemplate } from "../../templates/model";
import { contactOf } from "../contacts/model";
import { vApiPerson } from "../contacts/schema";
import type { ApiCaller } from "../model";

/** A message of the REST API after its form was checked; attachments are stored already. */
export const vApiMessage = v.object({
  to: vApiPerson,
  channel: v.union(vChannel, v.literal("best")),
  purpose: vPurpose,
  lane: vLane,
  content: v.union(
    v.object({
      kind: v.literal("finished"),
      subject: v.optional(v.string()),
      text: v.string(),
      html: v.optional(v.string()),
      files: v.array(
        v.object({
          storageId: v.id("_storage"),
          name: v.string(),
          contentType: v.string(),
          sizeBytes: v.number(),
          contentId: v.optional(v.string()),
        }),
      ),
    }),
    v.object({ kind: v.literal("template"), templateId: v.string(), values: v.record(v.string(), v.string()) }),
  ),
  dueAt: v.number(),
  idempotencyKey: v.string(),
  reference: v.optional(v.string()),
});
export type ApiMessage = Infer<typeof vApiMessage>;

/** What the API says of a message. Instants are UTC ms. */
export const vApiMessageView = v.object({
  id: v.string(),
  reference: v.union(v.string(), v.null()),
  status: v.string(),
  statusAt: v.union(v.number(), v.null()),
  reason: v.union(v.string(), v.null()),
  channel: v.string(),
  to: v.union(v.string(), v.null()),
  contactId: v.string(),
  purpose: vPurpose,
  priority: vLane,
  dueAt: v.number(),
  attempts: v.number(),
  createdAt: v.number(),
});
export type ApiMessageView = Infer<typeof vApiMessageView>;

/** The same with which rule decided what, when, and on which facts. */
export const vApiMessageWithDecisions = v.object({
  ...vApiMessageView.fields,
  decisions: v.array(
    v.object({
      at: v.number(),
      stage: v.string(),
      rule: v.string(),
      outcome: v.string(),
      inputs: v.record(v.string(), v.union(v.string(), v.number(), v.boolean(), v.null())),
    }),
  ),
});

/**
 * Queues a message for an outside system. The same key again returns the first message. Throws `invalid` with the field
 * (unreadable address, unknown zone), `not_found` for a contact or template of nobody or another organisation.
 */
export async function acceptMessage(
  ctx: MutationCtx,
  caller: ApiCaller,
  message: ApiMessage,
): Promise<{ message: ApiMessageView; isNew: boolean }> {
  const { orgId, apiKeyId, keyName } = caller;
  const { contactId, to } = await contactOf(ctx, orgId, message.to, "to");
  const { channel, purpose, lane, dueAt, reference } = message;
  const { queueId, isNew } = await enqueue(ctx, {
    orgId,
    lane,
    channel,
    contactId,
    to,
    purpose,
    source: { kind: "api", apiKeyId, keyName, reference },
    content: await contentOf(ctx, orgId, message.content),
    dueAt,
    // Keys of different callers must not meet, and never ours.
    idempotencyKey: `api:${apiKeyId}:${message.idempotencyKey}`,
  });
  if (!isNew && message.content.kind === "finished") {
    for (const { storageId } of message.content.files) await ctx.storage.delete(storageId);
  }
  return { message: viewOf(await requireMessage(ctx, orgId, queueId)), isNew };
}

async function contentOf(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  content: ApiMessage["content"],
): Promise<MessageContent> {
  if (content.kind === "finished") {
    const { subject, text, html, files } = content;
    const fileIds = await Promise.all(files.map((file) => recordFile(ctx, { orgId, ...file })));
    return { kind: "finished", subject, text, html, fileIds };
  }
  const templateId = ctx.db.normalizeId("templates", content.templateId);
  if (templateId === null) {
    throw appError("not_found", "This template does not exist.", { field: "content.templateId" });
  }
  const version = await currentVersion(ctx, await requireTemplate(ctx, orgId, templateId));
  return { kind: "template", templateVersionId: version._id, values: content.values };
}

/** One message with why it went as it did. Throws `not_found` for another organisation's, or no id at all. */
export async function readMessage(ctx: QueryCtx, orgId: Id<"organisations">, id: string) {
  const row = await requireMessage(ctx, orgId, queueIdOf(ctx, id));
  const decisions = await explain(ctx, row._id);
  return {
    ...viewOf(row),
    decisions: decisions.map(({ at, stage, rule, outcome, inputs }) => ({ at, stage, rule, outcome, inputs })),
  };
}

/** Takes a message back. Throws `conflict` when it is on its way or over, `not_found` for another organisation's. */
export async function cancel(ctx: MutationCtx, { orgId, keyName }: ApiCaller, id: string): Promise<ApiMessageView> {
  const row = await requireMessage(ctx, orgId, queueIdOf(ctx, id));
  const isCancelled = await cancelMessage(ctx, row._id, `cancelled by ${keyName}`);
  // One that may have left already is not sent again: the answer shows it as unknown.
  if (!isCancelled && row.state.kind !== "cancelled" && !isWaiting(row.state)) {
    throw appError("conflict", `The message cannot be taken back any more: it is ${row.state.kind}.`);
  }
  return viewOf(await requireMessage(ctx, orgId, row._id));
}

function queueIdOf(ctx: QueryCtx, id: string): Id<"messageQueue"> {
  const queueId = ctx.db.normalizeId("messageQueue", id);
  if (queueId === null) throw appError("not_found", "This message does not exist.");
  return queueId;
}

/** A message as the API and webhooks show it. */
export function viewOf(row: Doc<"messageQueue">): ApiMessageView {
  const { _id, _creationTime, source, state, channel, routedChannel, address, contactId, purpose, lane } = row;
  return {
    id: _id,
    reference: (source.kind === "api" ? source.reference : undefined) ?? null,
    status: state.kind,
    statusAt: "at" in state ? state.at : null,
    reason: "reason" in state ? state.reason : "failure" in state ? state.failure.reason : null,
    channel: routedChannel ?? channel,
    to: address ?? null,
    contactId,
    purpose,
    priority: lane,
    dueAt: row.dueAt,
    attempts: row.attemptCount,
    createdAt: _creationTime,
  };
}
