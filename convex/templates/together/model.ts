import type { Infer } from "convex/values";
import { components } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { vEditor } from "../../lib/editors";
import { appError } from "../../lib/errors";
import { DAY_MS } from "../../lib/time";
import { MAX_DOCUMENT_CHARS } from "../documents/read";
import { applySteps, readable, stepsBetween } from "./steps";

// The document of a template several members write in at once. The server does each step itself: what it keeps is what all
// of them have, whoever closes their page first.

type Writing = Doc<"templateWritings">;
export type Edit = { version: number; clientId: Infer<typeof vEditor>; steps: string[] };

/** What an editor sends at once; the component's client sends a thousand at most. */
const MAX_STEPS = 1_000;
const FIRST_VERSION = 1;
/** The editor of what is done to a document as a whole: an earlier version comes back, a draft is given up. */
const SERVER = "server";
/** Nobody wrote for that long: the steps are not needed any more, and the next who opens it begins anew. */
const REST_MS = DAY_MS;

const { lib } = components.prosemirrorSync;

/** What is being written for a template; null when nobody does. */
export async function writingOf(ctx: QueryCtx, templateId: Id<"templates">): Promise<Writing | null> {
  return await ctx.db
    .query("templateWritings")
    .withIndex("by_template", (q) => q.eq("templateId", templateId))
    .unique();
}

/** The same by its id; null for what has ended, or belongs to another organisation. */
export async function findWriting(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  writingId: Id<"templateWritings">,
): Promise<Writing | null> {
  const writing = await ctx.db.get("templateWritings", writingId);
  return writing?.orgId === orgId ? writing : null;
}

/** The same. Throws `not_found` for what has ended. */
export async function requireWriting(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  writingId: Id<"templateWritings">,
): Promise<Writing> {
  const writing = await findWriting(ctx, orgId, writingId);
  if (writing === null) throw appError("not_found", "This text is not written together any more.");
  return writing;
}

/** Opens the document of a template for writing together, or finds it open. Throws `invalid` for what is no document. */
export async function openWriting(
  ctx: MutationCtx,
  { _id: templateId, orgId }: Doc<"templates">,
  document: string,
): Promise<Id<"templateWritings">> {
  const now = Date.now();
  const known = await writingOf(ctx, templateId);
  if (known !== null && now - known.updatedAt < REST_MS) return known._id;
  if (known !== null) await endWriting(ctx, known);
  const text = readable(document);
  if (text === null) throw appError("invalid", "This document cannot be written in together.", { field: "document" });
  return await ctx.db.insert("templateWritings", {
    orgId,
    templateId,
    document: text,
    version: FIRST_VERSION,
    updatedAt: now,
  });
}

/** What was done after `version`, in order, and by which editors. */
export async function stepsAfter(ctx: QueryCtx, { _id: id }: Writing, version: number) {
  return await ctx.runQuery(lib.getSteps, { id, version });
}

/**
 * Does what an editor did on top of `version`, or answers what came before it: the editor rebases and asks again. Throws
 * `invalid` for what cannot be done to the document, or makes it too long.
 */
export async function takeSteps(ctx: MutationCtx, writing: Writing, edit: Edit) {
  const { version, steps } = edit;
  if (steps.length === 0 || steps.length > MAX_STEPS)
    throw appError("invalid", "So many steps cannot be taken at once.");
  if (!Number.isSafeInteger(version) || version < FIRST_VERSION || version > writing.version) {
    throw appError("invalid", "This version does not exist.", { field: "version" });
  }
  if (version < writing.version) return await ctx.runMutation(lib.submitSteps, { id: writing._id, ...edit });
  const document = applySteps(writing.document, steps);
  if (document === null) throw appError("invalid", "This cannot be done to the text.", { field: "steps" });
  if (document.length > MAX_DOCUMENT_CHARS) throw appError("invalid", "The text is too long.", { field: "steps" });
  const answer = await ctx.runMutation(lib.submitSteps, { id: writing._id, ...edit });
  if (answer.status === "synced") {
    const patch = { document, version: version + steps.length, updatedAt: Date.now() };
    await ctx.db.patch("templateWritings", writing._id, patch);
  }
  return answer;
}

/**
 * The template says something else as a whole: whoever writes in it sees that happen, and what they typed meanwhile stays
 * where its place is still there. Without a document, or with one nobody can write in, writing together ends.
 */
export async function replaceDocument(
  ctx: MutationCtx,
  templateId: Id<"templates">,
  document: string | undefined,
): Promise<void> {
  const writing = await writingOf(ctx, templateId);
  if (writing === null || writing.document === document) return;
  const steps = document === undefined ? null : stepsBetween(writing.document, document);
  if (steps === null) return await endWriting(ctx, writing);
  if (steps.length > 0) await takeSteps(ctx, writing, { version: writing.version, clientId: SERVER, steps });
}

async function endWriting(ctx: MutationCtx, { _id }: Writing): Promise<void> {
  await ctx.runMutation(lib.deleteDocument, { id: _id });
  await ctx.db.delete("templateWritings", _id);
}
