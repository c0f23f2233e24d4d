import { Webhook } from "standardwebhooks";
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { ActionCtx } from "../_generated/server";
import { decryptSecret, sha256Hex } from "../lib/crypto";
import { appError } from "../lib/errors";
import { httpAction } from "../lib/functions";
import { log, reasonOf } from "../lib/log";
import { getMessage, postBatch, postCancel, postMessage } from "./messages/http";
import type { ApiCaller } from "./model";
import { errorResponse, json, type ApiRequest } from "./respond";
import type { ApiScope } from "./scopes";

/** Where the REST API lies on the site's origin. */
export const API_PREFIX = "/api/v1/";

/** Below the platform's 20 MB, so that our answer comes first. */
const MAX_BODY_BYTES = 18 * 1024 * 1024;

/** Names the key a signed request was signed for. */
const KEY_HEADER = "Switchboard-Key";

type Operation = {
  method: "GET" | "POST";
  /** Parts after the prefix; ":name" is a parameter. */
  path: readonly string[];
  scope: ApiScope;
  run: (ctx: ActionCtx, caller: ApiCaller, request: ApiRequest) => Promise<Response>;
};

const OPERATIONS: readonly Operation[] = [
  { method: "POST", path: ["messages"], scope: "messages.send", run: postMessage },
  { method: "POST", path: ["messages", "batch"], scope: "messages.send", run: postBatch },
  { method: "GET", path: ["messages", ":id"], scope: "messages.read", run: getMessage },
  { method: "POST", path: ["messages", ":id", "cancel"], scope: "messages.send", run: postCancel },
];

/**
 * The REST API. Proof: `Authorization: Bearer <key>`, or a Standard Webhooks signature with the key's name in
 * `Switchboard-Key`. Errors are `{code, message, field?, errors?}` with the statuses of docs/api.md.
 */
export const rest = httpAction(async (ctx, request) => {
  try {
    return await answer(ctx, request);
  } catch (thrown) {
    const response = errorResponse(thrown);
    if (response !== null) return response;
    log.error("api.failed", { path: new URL(request.url).pathname, reason: reasonOf(thrown) });
    return json(500, { code: "internal", message: "Something went wrong on our side. It was logged." });
  }
});

async function answer(ctx: ActionCtx, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const parts = url.pathname.slice(API_PREFIX.length).split("/").filter(Boolean);
  const here = OPERATIONS.flatMap((operation) => {
    const params = match(operation.path, parts);
    return params === null ? [] : [{ operation, params }];
  });
  if (here.length === 0) return json(404, { code: "not_found", message: "There is nothing at this address." });
  const found = here.find(({ operation }) => operation.method === request.method);
  if (found === undefined) {
    const allow = here.map(({ operation }) => operation.method).join(", ");
    return json(405, { code: "invalid", message: `This address takes ${allow}.` }, { Allow: allow });
  }
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) return tooLarge();
  const body = await request.text();
  if (new TextEncoder().encode(body).length > MAX_BODY_BYTES) return tooLarge();
  const { operation, params } = found;
  const { caller, isSigned } = await authenticate(ctx, request, body, operation.scope);
  const key = request.headers.get("idempotency-key") ?? (isSigned ? request.headers.get("webhook-id") : null);
  const idempotencyKey = key === null || key === "" ? undefined : key;
  return await operation.run(ctx, caller, { params, query: url.searchParams, body, idempotencyKey, isSigned });
}

/** The parameters of a path that fits the pattern; null when it does not. Fixed parts win by coming first. */
function match(pattern: readonly string[], parts: string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = decodeURIComponent(parts[index] ?? "");
    if (expected.startsWith(":")) params[expected.slice(1)] = part;
    else if (expected !== part) return null;
  }
  return params;
}

async function authenticate(
  ctx: ActionCtx,
  request: Request,
  body: string,
  scope: ApiScope,
): Promise<{ caller: ApiCaller; isSigned: boolean }> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (bearer !== undefined) {
    const proof = { keyHash: await sha256Hex(bearer) };
    return { caller: await ctx.runMutation(internal.api.jobs.admitCall, { proof, scope }), isSigned: false };
  }
  const verifiedKeyId = await verifiedKey(ctx, request, body);
  if (verifiedKeyId === null) {
    throw appError("unauthenticated", "Present an API key as a bearer token, or sign the request.");
  }
  const proof = { verifiedKeyId };
  return { caller: await ctx.runMutation(internal.api.jobs.admitCall, { proof, scope }), isSigned: true };
}

async function verifiedKey(ctx: ActionCtx, request: Request, body: string): Promise<Id<"apiKeys"> | null> {
  const publicId = request.headers.get(KEY_HEADER);
  if (publicId === null) return null;
  const key = await ctx.runQuery(internal.api.jobs.signingKey, { publicId });
  if (key === null) return null;
  const header = (name: string) => request.headers.get(name) ?? "";
  try {
    new Webhook(await decryptSecret(key.encryptedSigningSecret)).verify(body, {
      "webhook-id": header("webhook-id"),
      "webhook-timestamp": header("webhook-timestamp"),
      "webhook-signature": header("webhook-signature"),
    });
    return key.apiKeyId;
  } catch {
    return null; // Whatever is wrong with a signature, the caller learns only that it is wrong.
  }
}

function tooLarge(): Response {
  return json(413, { code: "invalid", message: `A request may have ${MAX_BODY_BYTES} bytes.` });
}
