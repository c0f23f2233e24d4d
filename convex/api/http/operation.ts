import type { GenericValidator } from "convex/values";
import { z } from "zod";
import type { ActionCtx } from "../../_generated/server";
import { sha256Hex } from "../../lib/crypto";
import { parseJson } from "../../lib/json";
import type { Permission } from "../../lib/permissions";
import type { Write } from "../answers/schema";
import { etagOf } from "../etag";
import type { ApiCaller } from "../model";
import { invalidRequest, json, problemsOf, type ApiRequest } from "../respond";
import type { ApiScope } from "../scopes";

/** One answer of an operation as the documentation lists it. */
export type DocumentedAnswer = { description: string; body?: GenericValidator | z.ZodType };

/** One address and method of the REST API: what it takes, who may, what it answers. The document is made of these. */
export type Operation = {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Parts after the prefix; ":name" is a parameter. */
  path: readonly string[];
  /** Unique in the document: what generated clients call the operation. */
  id: string;
  tag: string;
  summary: string;
  description?: string;
  scope: ApiScope;
  /** What the member who made the key must be allowed to do; absent where the scope alone decides. */
  permission?: Permission;
  query?: z.ZodObject;
  body?: z.ZodType;
  answers: Readonly<Record<number, DocumentedAnswer>>;
  /** Takes an Idempotency-Key. */
  isRepeatable?: boolean;
  run: (ctx: ActionCtx, caller: ApiCaller, request: ApiRequest) => Promise<Response>;
};

/** A checked request. */
export type Input<Query extends z.ZodObject, Body extends z.ZodType> = {
  id: string;
  messageId: string;
  query: z.infer<Query>;
  body: z.infer<Body>;
  /** How the write is told apart from its repetition, and from a change somebody else made meanwhile. */
  write: Write;
};

type Result = { status: number; body: unknown };

const nothing = z.strictObject({});
export type NoQuery = typeof nothing;
export type NoBody = z.ZodUndefined;

/**
 * An operation whose query and body are checked before it runs: 422 with every field at fault otherwise. Its result
 * goes out as JSON; a single resource carries an ETag.
 */
export function operation<Query extends z.ZodObject = NoQuery, Body extends z.ZodType = NoBody>(
  spec: Omit<Operation, "run" | "query" | "body"> & {
    query?: Query;
    body?: Body;
    handle: (ctx: ActionCtx, caller: ApiCaller, input: Input<Query, Body>) => Promise<Result>;
  },
): Operation {
  const { handle, ...rest } = spec;
  return {
    ...rest,
    run: async (ctx, caller, request) => {
      const query = (spec.query ?? nothing).safeParse(Object.fromEntries(request.query));
      if (!query.success) return invalidRequest(problemsOf(query.error, "query"));
      const body = spec.body === undefined ? undefined : spec.body.safeParse(parseJson(request.body));
      if (body?.success === false) return invalidRequest(problemsOf(body.error));
      const result = await handle(ctx, caller, {
        id: request.params.id ?? "",
        messageId: request.params.messageId ?? "",
        query: query.data as z.infer<Query>,
        body: body?.data as z.infer<Body>,
        write: {
          idempotencyKey: request.idempotencyKey,
          fingerprint: await sha256Hex([spec.id, ...Object.values(request.params), request.body].join("\n")),
          ifMatch: request.ifMatch,
        },
      });
      const isResource = typeof result.body === "object" && result.body !== null && "id" in result.body;
      return json(result.status, result.body, isResource ? { ETag: await etagOf(result.body) } : {});
    },
  };
}
