import { v } from "convex/values";
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { ActionCtx } from "../_generated/server";
import { internalAction, internalMutation } from "../lib/functions";
import { log, reasonOf } from "../lib/log";
import * as model from "./model";
import { ERASE_PARTS, EXPORT_PARTS } from "./parts";

/** Version of the export's shape. */
const EXPORT_FORMAT = "switchboard-person-export/1";

const vStart = v.union(
  v.null(),
  v.object({
    orgId: v.id("organisations"),
    /** Everybody the person is known as (merged contacts), one after the other: `part` counts through all of them. */
    contactIds: v.array(v.id("contacts")),
    part: v.number(),
    cursor: v.union(v.string(), v.null()),
    rows: v.number(),
  }),
);
type Start = {
  orgId: Id<"organisations">;
  contactIds: Id<"contacts">[];
  part: number;
  cursor: string | null;
  rows: number;
};

/** Where a run is to go on; null when there is nothing to run. */
export const begin = internalMutation({
  args: { requestId: v.id("dataRequests") },
  returns: vStart,
  handler: async (ctx, { requestId }): Promise<Start | null> => {
    const found = await model.beginRun(ctx, requestId);
    if (found === null) return null;
    const { request, ...at } = found;
    return { orgId: request.orgId, contactIds: await model.idsOfPerson(ctx, request), ...at };
  },
});

/** Puts together what is known about a person, part by part, as one JSON file. Starts over after a crash. */
export const runExport = internalAction({
  args: { requestId: v.id("dataRequests") },
  returns: v.null(),
  handler: async (ctx, { requestId }): Promise<null> => {
    const start: Start | null = await ctx.runMutation(internal.privacy.jobs.begin, { requestId });
    if (start === null) return null;
    await orFail(ctx, requestId, async () => {
      const { text, rows } = await collect(ctx, requestId, start);
      const blob = new Blob([text], { type: "application/json" });
      const storageId = await ctx.storage.store(blob);
      await ctx.runMutation(internal.privacy.jobs.exported, { requestId, rows, storageId, sizeBytes: blob.size });
    });
    return null;
  },
});

async function collect(ctx: ActionCtx, requestId: Id<"dataRequests">, { orgId, contactIds }: Start) {
  const sections: Record<string, unknown[]> = {};
  const files: { section: string; name: string; contentType: string; sizeBytes: number; url: string | null }[] = [];
  let rows = 0;
  for (const [part, { name, ref }] of EXPORT_PARTS.entries()) {
    const section: unknown[] = [];
    for (const contactId of contactIds) {
      let cursor: string | null = null;
      do {
        const asked = { orgId, contactId, cursor };
        const page: { rows: string; files: FileEntry[]; cursor: string | null } = await ctx.runQuery(ref, asked);
        section.push(...(JSON.parse(page.rows) as unknown[]));
        for (const { storageId, ...file } of page.files) {
          files.push({ section: name, ...file, url: await ctx.storage.getUrl(storageId) });
        }
        cursor = page.cursor;
      } while (cursor !== null);
    }
    sections[name] = section;
    rows += section.length;
    await ctx.runMutation(internal.privacy.jobs.progress, { requestId, part: part + 1, cursor: null, rows });
  }
  const made = { format: EXPORT_FORMAT, exportedAt: new Date().toISOString(), contactId: contactIds.at(-1) };
  return { text: JSON.stringify({ ...made, ...sections, files }, null, 2), rows };
}

type FileEntry = { storageId: Id<"_storage">; name: string; contentType: string; sizeBytes: number };

/** Erases a person, part by part and page by page. Each page may run again; after a crash it goes on where it was. */
export const runErasure = internalAction({
  args: { requestId: v.id("dataRequests") },
  returns: v.null(),
  handler: async (ctx, { requestId }): Promise<null> => {
    const start: Start | null = await ctx.runMutation(internal.privacy.jobs.begin, { requestId });
    if (start === null) return null;
    const { orgId, contactIds } = start;
    await orFail(ctx, requestId, async () => {
      let { cursor, rows } = start;
      for (let part = start.part; part < contactIds.length * ERASE_PARTS.length; part++) {
        const step = ERASE_PARTS[part % ERASE_PARTS.length];
        const contactId = contactIds[Math.floor(part / ERASE_PARTS.length)];
        if (step === undefined || contactId === undefined) break;
        do {
          const page: { count: number; cursor: string | null } = await ctx.runMutation(step.ref, {
            orgId,
            contactId,
            cursor,
          });
          cursor = page.cursor;
          rows += page.count;
          const next = cursor === null ? part + 1 : part;
          await ctx.runMutation(internal.privacy.jobs.progress, { requestId, part: next, cursor, rows });
        } while (cursor !== null);
      }
      await ctx.runMutation(internal.privacy.jobs.erased, { requestId, rows });
    });
    return null;
  },
});

async function orFail(ctx: ActionCtx, requestId: Id<"dataRequests">, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const reason = reasonOf(thrown);
    log.error("privacy.request_failed", { requestId, reason });
    await ctx.runMutation(internal.privacy.jobs.fail, { requestId, reason });
  }
}

/** Remembers how far a run came. */
export const progress = internalMutation({
  args: {
    requestId: v.id("dataRequests"),
    part: v.number(),
    cursor: v.union(v.string(), v.null()),
    rows: v.number(),
  },
  returns: v.null(),
  handler: async (ctx, { requestId, ...at }): Promise<null> => {
    await model.noteProgress(ctx, requestId, at);
    return null;
  },
});

/** An export is there. */
export const exported = internalMutation({
  args: { requestId: v.id("dataRequests"), rows: v.number(), storageId: v.id("_storage"), sizeBytes: v.number() },
  returns: v.null(),
  handler: async (ctx, { requestId, ...file }): Promise<null> => {
    await model.finishExport(ctx, requestId, file);
    return null;
  },
});

/** A person is erased. */
export const erased = internalMutation({
  args: { requestId: v.id("dataRequests"), rows: v.number() },
  returns: v.null(),
  handler: async (ctx, { requestId, rows }): Promise<null> => {
    await model.finishErasure(ctx, requestId, rows);
    return null;
  },
});

/** A run ended with an error. */
export const fail = internalMutation({
  args: { requestId: v.id("dataRequests"), reason: v.string() },
  returns: v.null(),
  handler: async (ctx, { requestId, reason }): Promise<null> => {
    await model.failRequest(ctx, requestId, reason);
    return null;
  },
});

/** Cron: exports that ended, runs that a crash cut short. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    const stalled = await model.sweep(ctx, Date.now());
    if (stalled > 0) log.warn("privacy.runs_resumed", { stalled });
    return null;
  },
});
