import { z } from "zod";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import { sha256Hex } from "../../lib/crypto";
import { parseJson } from "../../lib/json";
import { MAX_INLINE_BODY_CHARS } from "../../intake/model";
import type { Operation } from "../http/operation";
import { invalidRequest, json, problemsOf, statusOf, type ApiRequest, type FieldProblem } from "../respond";
import type { ApiCaller } from "../model";
import { batchInput, batchResult, MAX_BATCH, messageInput, readMessage, type MessageInput } from "./input";
import type { Accepted } from "./jobs";
import { vApiMessageView, vApiMessageWithDecisions, type ApiMessage, type ApiMessageView } from "./model";

type StoredBody = { kind: "text"; text: string } | { kind: "file"; storageId: Id<"_storage">; sizeBytes: number };
type Problem = { code: string; message: string; field?: string };

/**
 * POST /api/v1/messages: takes a finished message (product.md C-01). 202 queued, 200 the same key was queued before, 422
 * with every field at fault; a signed request that is refused is kept and can be replayed.
 */
async function postMessage(ctx: ActionCtx, caller: ApiCaller, request: ApiRequest): Promise<Response> {
  const result = await submit(ctx, caller, request.body, request.idempotencyKey);
  if (result.ok) return json(result.isNew ? 202 : 200, result.message);
  if (request.isSigned) await keep(ctx, caller, request, result.problem);
  return result.problems === undefined
    ? json(statusOf(result.problem.code), result.problem)
    : invalidRequest(result.problems);
}

type Submitted =
  { ok: true; isNew: boolean; message: ApiMessageView } | { ok: false; problem: Problem; problems?: FieldProblem[] };

/** Reads and queues one message; what is wrong with it is a result. `key`: the header's or the delivery's own id. */
export async function submit(
  ctx: ActionCtx,
  caller: ApiCaller,
  body: string,
  key: string | undefined,
): Promise<Submitted> {
  const parsed = readMessage(parseJson(body));
  if (!parsed.ok) {
    const [first] = parsed.problems;
    return { ok: false, problems: parsed.problems, problem: { code: "invalid", message: "Invalid.", ...first } };
  }
  const message = await prepare(ctx, parsed.message, parsed.message.idempotencyKey ?? key ?? (await sha256Hex(body)));
  const [accepted] = await ctx.runMutation(internal.api.messages.jobs.accept, { caller, messages: [message] });
  if (accepted === undefined) throw new Error("A request of one message had no result.");
  if (!accepted.ok) await forgetFiles(ctx, message);
  return accepted;
}

/**
 * POST /api/v1/messages/batch: up to 100 messages, each on its own. 200 with one result a message, in their order:
 * `{status: 202 | 200, message}` or `{status, code, message, field | errors}`.
 */
async function postBatch(ctx: ActionCtx, caller: ApiCaller, request: ApiRequest): Promise<Response> {
  const batch = batchInput.safeParse(parseJson(request.body));
  if (!batch.success) return invalidRequest(problemsOf(batch.error));
  const read = batch.data.messages.map((item) => readMessage(item));
  const prepared: ApiMessage[] = [];
  for (const [index, item] of read.entries()) {
    if (!item.ok) continue;
    const own = JSON.stringify(batch.data.messages[index]);
    const key = request.idempotencyKey === undefined ? await sha256Hex(own) : `${request.idempotencyKey}:${index}`;
    prepared.push(await prepare(ctx, item.message, item.message.idempotencyKey ?? key));
  }
  const accepted = await ctx.runMutation(internal.api.messages.jobs.accept, { caller, messages: prepared });
  const results: unknown[] = [];
  let next = 0;
  for (const item of read) {
    if (!item.ok) {
      results.push({ status: 422, code: "invalid", message: "Some fields are wrong.", errors: item.problems });
      continue;
    }
    const [message, result] = [prepared[next], accepted[next]];
    next += 1;
    if (message === undefined || result === undefined) throw new Error("A message of a batch had no result.");
    if (!result.ok) await forgetFiles(ctx, message);
    results.push(resultOf(result));
  }
  return json(200, { results });
}

function resultOf(result: Accepted) {
  if (result.ok) return { status: result.isNew ? 202 : 200, message: result.message };
  return { status: statusOf(result.problem.code), ...result.problem };
}

/** GET /api/v1/messages/{id}: where it is and why. 404 for what is not this organisation's. */
async function getMessage(ctx: ActionCtx, caller: ApiCaller, request: ApiRequest): Promise<Response> {
  const { id = "" } = request.params;
  return json(200, await ctx.runQuery(internal.api.messages.jobs.get, { orgId: caller.orgId, id }));
}

/** POST /api/v1/messages/{id}/cancel: takes a waiting message back; 409 when it is on its way or over. */
async function postCancel(ctx: ActionCtx, caller: ApiCaller, request: ApiRequest): Promise<Response> {
  const { id = "" } = request.params;
  return json(200, await ctx.runMutation(internal.api.messages.jobs.cancelOne, { caller, id }));
}

/** The text of a kept request. Throws when its file is gone. */
export async function readBody(ctx: ActionCtx, body: StoredBody): Promise<string> {
  if (body.kind === "text") return body.text;
  const blob = await ctx.storage.get(body.storageId);
  if (blob === null) throw new Error("The kept request is gone.");
  return await blob.text();
}

async function keep(ctx: ActionCtx, caller: ApiCaller, request: ApiRequest, problem: Problem): Promise<void> {
  const { body: text, idempotencyKey } = request;
  const isLong = text.length > MAX_INLINE_BODY_CHARS;
  const body: StoredBody = isLong
    ? { kind: "file", storageId: await ctx.storage.store(new Blob([text])), sizeBytes: text.length }
    : { kind: "text", text };
  const dedupeKey = `${idempotencyKey ?? ""}:${await sha256Hex(text)}`;
  const { code, message, field } = problem;
  await ctx.runMutation(internal.api.messages.jobs.keepRejected, {
    caller,
    dedupeKey,
    body,
    problem: { code, message, field },
  });
}

async function prepare(ctx: ActionCtx, input: MessageInput, idempotencyKey: string): Promise<ApiMessage> {
  const { to, channel, purpose, priority, content, scheduledAt, reference } = input;
  return {
    to,
    channel,
    purpose,
    lane: priority ?? (purpose === "marketing" ? "marketing" : "transactional"),
    content: await contentOf(ctx, content),
    dueAt: scheduledAt === undefined ? Date.now() : Date.parse(scheduledAt),
    idempotencyKey,
    reference,
  };
}

async function contentOf(ctx: ActionCtx, content: MessageInput["content"]): Promise<ApiMessage["content"]> {
  if ("templateId" in content) return { kind: "template", ...content };
  const { subject, text, html, attachments } = content;
  const files = await Promise.all(
    attachments.map(async ({ name, contentType, contentId, content: base64 }) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const storageId = await ctx.storage.store(new Blob([bytes], { type: contentType }));
      return { storageId, name, contentType, sizeBytes: bytes.length, contentId };
    }),
  );
  return { kind: "finished", subject, text, html, files };
}

// A refused message leaves no files behind.
async function forgetFiles(ctx: ActionCtx, { content }: ApiMessage): Promise<void> {
  if (content.kind !== "finished") return;
  for (const { storageId } of content.files) await ctx.storage.delete(storageId);
}

const MESSAGES = { tag: "Messages" } as const;

/** Finished messages for the delivery router (product.md C-01). */
export const messageOperations: readonly Operation[] = [
  {
    ...MESSAGES,
    method: "POST",
    path: ["messages"],
    id: "sendMessage",
    scope: "messages.send",
    isRepeatable: true,
    summary: "Send a message",
    description: "The router picks channel and provider, keeps to consent and the clock, and explains every decision.",
    body: messageInput,
    answers: {
      202: { description: "It is queued.", body: vApiMessageView },
      200: { description: "Its key was queued before: this is that message.", body: vApiMessageView },
    },
    run: postMessage,
  },
  {
    ...MESSAGES,
    method: "POST",
    path: ["messages", "batch"],
    id: "sendMessages",
    scope: "messages.send",
    isRepeatable: true,
    summary: "Send up to 100 messages",
    description: "One wrong message does not keep the others back.",
    body: z.strictObject({ messages: z.array(messageInput).min(1).max(MAX_BATCH) }),
    answers: {
      200: { description: "One result a message, in their order.", body: z.object({ results: z.array(batchResult) }) },
    },
    run: postBatch,
  },
  {
    ...MESSAGES,
    method: "GET",
    path: ["messages", ":id"],
    id: "getMessage",
    scope: "messages.read",
    summary: "Where a message is, and why",
    answers: { 200: { description: "The message with its decisions.", body: vApiMessageWithDecisions } },
    run: getMessage,
  },
  {
    ...MESSAGES,
    method: "POST",
    path: ["messages", ":id", "cancel"],
    id: "cancelMessage",
    scope: "messages.send",
    summary: "Take a waiting message back",
    answers: { 200: { description: "It is cancelled.", body: vApiMessageView } },
    run: postCancel,
  },
];
