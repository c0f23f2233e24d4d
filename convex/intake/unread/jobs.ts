import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { internalAction, internalMutation, internalQuery } from "../../lib/functions";
import { parseHead } from "../email/parseRaw";
import { headersOfMail, isMailKind, MAIL_KINDS, type MailKind } from "../email/tooLarge";
import { KEPT_HEAD_BYTES } from "../limits";
import { requireRawEvent } from "../model";
import { vRawEventHint, vRefusedCallWhy } from "../schema";
import { noteRefusedCall, pruneRefused, setHint } from "./model";

const vMail = v.object({
  kind: literals(...MAIL_KINDS),
  text: v.union(v.string(), v.null()),
  storageId: v.union(v.id("_storage"), v.null()),
});
type UnreadMail = { kind: MailKind; text: string | null; storageId: Id<"_storage"> | null };

/** Reads who wrote about what from the beginning of a mail that could not be used, for the list of such. */
export const readHead = internalAction({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    const mail: UnreadMail | null = await ctx.runQuery(internal.intake.unread.jobs.mailOf, { rawEventId });
    if (mail === null) return null;
    const { kind, text, storageId } = mail;
    const blob = storageId === null ? new Blob([text ?? ""]) : await ctx.storage.get(storageId);
    if (blob === null) return null;
    const head = new Uint8Array(await blob.slice(0, KEPT_HEAD_BYTES).arrayBuffer());
    const parsed = await parseHead(headersOfMail(kind, head), rawEventId, { kind: "unreadable" });
    if (!parsed.ok) return null;
    const { from, subject } = parsed.email;
    const hint = { from: from.address, subject };
    await ctx.runMutation(internal.intake.unread.jobs.keepHint, { rawEventId, hint });
    return null;
  },
});

/** The body of a mail that could not be used; null for anything else. */
export const mailOf = internalQuery({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.union(v.null(), vMail),
  handler: async (ctx, { rawEventId }): Promise<UnreadMail | null> => {
    const { kind, body, state } = await requireRawEvent(ctx, rawEventId);
    if (!isMailKind(kind) || state.kind === "processed") return null;
    return {
      kind,
      text: body.kind === "text" ? body.text : null,
      storageId: body.kind === "file" ? body.storageId : null,
    };
  },
});

/** Keeps what was read of it. */
export const keepHint = internalMutation({
  args: { rawEventId: v.id("rawEvents"), hint: vRawEventHint },
  returns: v.null(),
  handler: async (ctx, { rawEventId, hint }): Promise<null> => {
    await setHint(ctx, rawEventId, hint);
    return null;
  },
});

/** Counts a call to a known address whose signature or password was wrong, or that was too large. */
export const noteRefused = internalMutation({
  args: { orgId: v.id("organisations"), sourceId: v.string(), why: vRefusedCallWhy },
  returns: v.null(),
  handler: async (ctx, call): Promise<null> => {
    await noteRefusedCall(ctx, call, Date.now());
    return null;
  },
});

/** Cron, daily: removes counts of refused calls that are long over. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneRefused(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.intake.unread.jobs.prune, {});
    return null;
  },
});
