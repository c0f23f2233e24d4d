import type { FunctionReference } from "convex/server";
import type { GenericValidator } from "convex/values";
import type { z } from "zod";
import type { ActionCtx } from "../../_generated/server";
import type { ApiCaller } from "../model";
import { vPageOf } from "../paging";
import { operation, type DocumentedAnswer, type Input, type NoBody, type NoQuery, type Operation } from "./operation";

type Shape = Omit<Operation, "method" | "query" | "body" | "answers" | "isRepeatable" | "run">;

/** A list, a page at a time: GET that answers 200 with `page` of what `of` describes. */
export function listOperation<Query extends z.ZodObject>({
  of,
  page,
  ...shape
}: Shape & {
  query: Query;
  of: GenericValidator;
  page: (ctx: ActionCtx, caller: ApiCaller, input: Input<Query, NoBody>) => Promise<unknown>;
}): Operation {
  return operation<Query>({
    ...shape,
    method: "GET",
    answers: { 200: { description: "A page.", body: vPageOf(of) } },
    handle: async (ctx, caller, input) => ({ status: 200, body: await page(ctx, caller, input) }),
  });
}

/** One resource by the id in its address: GET that answers 200 with what `get` returns. */
export function readOperation({
  answer,
  get,
  ...shape
}: Shape & {
  answer: DocumentedAnswer;
  get: FunctionReference<"query", "internal", { caller: ApiCaller; id: string }>;
}): Operation {
  return operation({
    ...shape,
    method: "GET",
    answers: { 200: answer },
    handle: async (ctx, caller, { id }) => ({ status: 200, body: await ctx.runQuery(get, { caller, id }) }),
  });
}

/** A change of one resource, once however often it is asked for: PATCH that answers 200 with `answer`. */
export function changeOperation<Body extends z.ZodType>({
  answer,
  change,
  ...shape
}: Shape & {
  body: Body;
  answer: DocumentedAnswer;
  change: (
    ctx: ActionCtx,
    caller: ApiCaller,
    input: Input<NoQuery, Body>,
  ) => Promise<{ status: number; body: unknown }>;
}): Operation {
  return operation<NoQuery, Body>({
    ...shape,
    method: "PATCH",
    isRepeatable: true,
    answers: { 200: answer },
    handle: change,
  });
}
