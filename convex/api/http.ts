import { Webhook } from "standardwebhooks";
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { ActionCtx } from "../_generated/server";
import { decryptSecret, sha256Hex } from "../lib/crypto";
import { appError } from "../lib/errors";
import { httpAction } from "../lib/functions";
import { log, reasonOf } from "../lib/log";
import { accountOperations } from "./accounts/http";
import { bookingOperations } from "./bookings/http";
import { contactOperations } from "./contacts/http";
import { docsPage } from "./docsPage";
import type { Operation } from "./http/operation";
import { messageOperations } from "./messages/http";
import { orderOperations } from "./orders/http";
import { API_PREFIX, type ApiCaller, type CallsLeft } from "./model";
import { openApiDocument } from "./openapi";
import { peopleOperations } from "./people/http";
import { errorResponse, json } from "./respond";
import { taskOperations } from "./tasks/http";
import { templateOperations } from "./templates/http";
import { threadOperations } from "./threads/http";
import { ticketOperations } from "./tickets/http";

/** Below the platform's 20 MB, so that our answer comes first. */
const MAX_BODY_BYTES = 18 * 1024 * 1024;

/** Where the API describes itself to programs. */
export const OPENAPI_PATH = `${API_PREFIX}openapi.json`;

/** The page has no script and loads nothing. */
const DOCS_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const MS_PER_SECOND = 1_000;

/** Names the key a signed request was signed for. */
const KEY_HEADER = "Switchboard-Key";

const OPERATIONS: readonly Operation[] = [
  ...messageOperations,
  ...threadOperations,
  ...ticketOperations,
  ...peopleOperations,
  ...taskOperations,
  ...templateOperations,
  ...contactOperations,
  ...orderOperations,
  ...accountOperations,
  ...bookingOperations,
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
  // S1 names PUT for changes; ours change only what is named, which is PATCH.
  const method = request.method === "PUT" ? "PATCH" : request.method;
  const found = here.find(({ operation }) => operation.method === method);
  if (found === undefined) {
    const allow = here.map(({ operation }) => operation.method).join(", ");
    return json(405, { code: "invalid", message: `This address takes ${allow}.` }, { Allow: allow });
  }
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) return tooLarge();
  const body = await request.text();
  if (new TextEncoder().encode(body).length > MAX_BODY_BYTES) return tooLarge();
  const { operation, params } = found;
  const { caller, left, isSigned } = await authenticate(ctx, request, body, operation);
  const key = request.headers.get("idempotency-key") ?? (isSigned ? request.headers.get("webhook-id") : null);
  const idempotencyKey = key === null || key === "" ? undefined : key;
  const ifMatch = request.headers.get("if-match") ?? undefined;
  const call = { params, query: url.searchParams, body, idempotencyKey, ifMatch, isSigned };
  return withCallsLeft(await run(operation, ctx, caller, call), left);
}

async function run(operation: Operation, ...[ctx, caller, call]: Parameters<Operation["run"]>): Promise<Response> {
  try {
    return await operation.run(ctx, caller, call);
  } catch (thrown) {
    const response = errorResponse(thrown);
    if (response === null) throw thrown;
    return response;
  }
}

/** How many calls the key has left, and in how many seconds all of them are back. */
function withCallsLeft(response: Response, { limit, remaining, resetMs }: CallsLeft): Response {
  response.headers.set("RateLimit-Limit", String(limit));
  response.headers.set("RateLimit-Remaining", String(remaining));
  response.headers.set("RateLimit-Reset", String(Math.ceil(resetMs / MS_PER_SECOND)));
  return response;
}

/** The document that describes the API (OpenAPI 3.1), made of what checks the calls. Open: it names nothing secret. */
export const describe = httpAction(async (_ctx, request) => {
  const { origin, pathname } = new URL(request.url);
  const document = openApiDocument(OPERATIONS, `${origin}${API_PREFIX.slice(0, -1)}`);
  if (pathname.endsWith(".json")) return json(200, document);
  return new Response(docsPage(document), {
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": DOCS_CSP },
  });
});

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
  { scope, permission }: Operation,
): Promise<{ caller: ApiCaller; left: CallsLeft; isSigned: boolean }> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (bearer !== undefined) {
    const proof = { keyHash: await sha256Hex(bearer) };
    return { ...(await ctx.runMutation(internal.api.jobs.admitCall, { proof, scope, permission })), isSigned: false };
  }
  const verifiedKeyId = await verifiedKey(ctx, request, body);
  if (verifiedKeyId === null) {
    throw appError("unauthenticated", "Present an API key as a bearer token, or sign the request.");
  }
  const proof = { verifiedKeyId };
  return { ...(await ctx.runMutation(internal.api.jobs.admitCall, { proof, scope, permission })), isSigned: true };
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
