import { v } from "convex/values";
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { ActionCtx } from "../_generated/server";
import { internalAction, internalMutation, internalQuery } from "../lib/functions";
import { readAnswer, type SevdeskAnswer } from "./client";
import * as model from "./model";
import { vSyncState } from "./schema";
import * as sevdesk from "./sevdesk";

const vOrg = { orgId: v.id("organisations") };
const vAnswer = v.object({
  status: v.union(v.null(), v.number()),
  message: v.string(),
  retryAfterMs: v.optional(v.number()),
});

/** Where and how to call, token encrypted; null while there is no connection. */
export const access = internalQuery({
  args: vOrg,
  returns: v.union(v.null(), v.object({ baseUrl: v.string(), encryptedToken: v.string() })),
  handler: async (ctx, { orgId }) => {
    const account = await model.accountOf(ctx, orgId);
    if (account?.isEnabled !== true) return null;
    return { baseUrl: account.baseUrl, encryptedToken: account.encryptedToken };
  },
});

/** Links the contacts of one page of sevDesk's addresses. */
export const linkPage = internalMutation({
  args: {
    ...vOrg,
    contacts: v.array(
      v.array(
        v.object({ externalId: v.string(), kind: v.union(v.literal("email"), v.literal("phone")), value: v.string() }),
      ),
    ),
  },
  returns: v.object({ linked: v.number(), added: v.number() }),
  handler: async (ctx, { orgId, contacts }) => {
    let [linked, added] = [0, 0];
    for (const addresses of contacts) {
      const result = await model.linkContact(ctx, orgId, addresses);
      linked += result.isLinked ? 1 : 0;
      added += result.added;
    }
    return { linked, added };
  },
});

/** Records how a sync ended; a refused token switches the connection off. */
export const finishSync = internalMutation({
  args: { ...vOrg, sync: vSyncState, refused: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { orgId, sync, refused }): Promise<null> => {
    await model.setSync(ctx, orgId, sync);
    if (refused !== undefined) await model.switchOff(ctx, orgId, refused);
    return null;
  },
});

/** Reads all addresses of sevDesk page by page and links their owners with our contacts. */
export const sync = internalAction({
  args: vOrg,
  returns: v.null(),
  handler: async (ctx, { orgId }): Promise<null> => {
    const call = await caller(ctx, orgId);
    if (call === null) return null;
    let [linked, added, offset] = [0, 0, 0];
    for (;;) {
      const page = await call(sevdesk.listAddresses(offset));
      if (!page.ok) {
        const trouble = sevdesk.troubleOf(page.status, page.message, 1);
        const failed = { kind: "failed" as const, at: Date.now(), reason: trouble.reason };
        const refused = trouble.kind === "config" ? trouble.reason : undefined;
        await ctx.runMutation(internal.bookkeeping.jobs.finishSync, { orgId, sync: failed, refused });
        return null;
      }
      const contacts = byContact(sevdesk.addressesIn(page.answer));
      const result = await ctx.runMutation(internal.bookkeeping.jobs.linkPage, { orgId, contacts });
      linked += result.linked;
      added += result.added;
      if (sevdesk.rowsOf(page.answer).length < sevdesk.PAGE_SIZE) break;
      offset += sevdesk.PAGE_SIZE;
    }
    const done = { kind: "done" as const, at: Date.now(), linked, added };
    await ctx.runMutation(internal.bookkeeping.jobs.finishSync, { orgId, sync: done });
    return null;
  },
});

function byContact(addresses: sevdesk.ExternalAddress[]): sevdesk.ExternalAddress[][] {
  const groups = new Map<string, sevdesk.ExternalAddress[]>();
  for (const address of addresses) groups.set(address.externalId, [...(groups.get(address.externalId) ?? []), address]);
  return [...groups.values()];
}

const vReports = v.object({
  account: v.object({ baseUrl: v.string(), encryptedToken: v.string(), fieldSettingId: v.optional(v.string()) }),
  reports: v.array(
    v.object({
      reportId: v.id("bookkeepingReports"),
      text: v.string(),
      externalId: v.union(v.null(), v.string()),
      fieldId: v.optional(v.string()),
    }),
  ),
});

/** The reports that are due; null while there is no connection. */
export const due = internalQuery({
  args: vOrg,
  returns: v.union(v.null(), vReports),
  handler: async (ctx, { orgId }) => await model.dueReports(ctx, orgId, Date.now()),
});

/** Remembers sevDesk's id of our custom field. */
export const rememberField = internalMutation({
  args: { ...vOrg, fieldSettingId: v.string() },
  returns: v.null(),
  handler: async (ctx, { orgId, fieldSettingId }): Promise<null> => {
    await model.setFieldSetting(ctx, orgId, fieldSettingId);
    return null;
  },
});

/** Records that a report was written. */
export const written = internalMutation({
  args: { reportId: v.id("bookkeepingReports"), text: v.string(), fieldId: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { reportId, ...report }): Promise<null> => {
    await model.finishReport(ctx, reportId, report);
    return null;
  },
});

/** Records that a report was refused, and what follows. */
export const refused = internalMutation({
  args: { reportId: v.id("bookkeepingReports"), answer: vAnswer },
  returns: v.null(),
  handler: async (ctx, { reportId, answer }): Promise<null> => {
    await model.failReport(ctx, reportId, answer);
    return null;
  },
});

/** Writes what is due to sevDesk, one call after the other. A repeated run writes the same line again: it is one line. */
export const report = internalAction({
  args: vOrg,
  returns: v.null(),
  handler: async (ctx, { orgId }): Promise<null> => {
    const work = await ctx.runQuery(internal.bookkeeping.jobs.due, { orgId });
    const call = work === null ? null : await caller(ctx, orgId);
    if (work === null || call === null || work.reports.length === 0) return null;
    let settingId = work.account.fieldSettingId;
    for (const { reportId, text, externalId, fieldId } of work.reports) {
      const result = await write(call, { settingId, externalId, fieldId, text });
      if (result.settingId !== undefined && result.settingId !== settingId) {
        settingId = result.settingId;
        await ctx.runMutation(internal.bookkeeping.jobs.rememberField, { orgId, fieldSettingId: settingId });
      }
      if (result.ok) {
        await ctx.runMutation(internal.bookkeeping.jobs.written, { reportId, text, fieldId: result.fieldId });
      } else {
        const { status, message, retryAfterMs } = result;
        await ctx.runMutation(internal.bookkeeping.jobs.refused, {
          reportId,
          answer: { status, message, retryAfterMs },
        });
        // The others would hear the same.
        if (status === 401 || status === 403 || status === 429) return null;
      }
    }
    return null;
  },
});

type Call = (call: sevdesk.SevdeskCall) => Promise<SevdeskAnswer>;
type Written = ({ ok: true; fieldId?: string } | Extract<SevdeskAnswer, { ok: false }>) & { settingId?: string };

/** Finds or makes our custom field and its value on the contact, and writes the line (read before write: no keys here). */
async function write(
  call: Call,
  line: { settingId?: string; externalId: string | null; fieldId?: string; text: string },
): Promise<Written> {
  // The person was unlinked meanwhile: there is nobody to write to.
  if (line.externalId === null) return { ok: true };
  if (line.fieldId !== undefined) {
    const changed = await call(sevdesk.changeField(line.fieldId, line.text));
    return changed.ok ? { ok: true } : changed;
  }
  const setting = line.settingId === undefined ? await ensureSetting(call) : { ok: true as const, id: line.settingId };
  if (!setting.ok) return setting;
  const settingId = setting.id;
  const fields = await call(sevdesk.listFields(line.externalId));
  if (!fields.ok) return { ...fields, settingId };
  const known = sevdesk.fieldIn(fields.answer, settingId);
  const answer = await call(
    known === undefined
      ? sevdesk.createField(line.externalId, settingId, line.text)
      : sevdesk.changeField(known, line.text),
  );
  if (!answer.ok) return { ...answer, settingId };
  return { ok: true, settingId, fieldId: known ?? sevdesk.idOf(sevdesk.rowsOf(answer.answer)[0]) };
}

async function ensureSetting(call: Call): Promise<{ ok: true; id: string } | Extract<SevdeskAnswer, { ok: false }>> {
  const list = await call(sevdesk.listFieldSettings());
  if (!list.ok) return list;
  const known = sevdesk.fieldSettingIn(list.answer);
  if (known !== undefined) return { ok: true, id: known };
  const made = await call(sevdesk.createFieldSetting());
  if (!made.ok) return made;
  const id = sevdesk.idOf(sevdesk.rowsOf(made.answer)[0]);
  return id === undefined ? { ok: false, status: 500, message: "The answer names no custom field." } : { ok: true, id };
}

/** Calls sevDesk with the organisation's token, never faster than it likes; null while there is no connection. */
async function caller(ctx: ActionCtx, orgId: Id<"organisations">): Promise<Call | null> {
  const found = await ctx.runQuery(internal.bookkeeping.jobs.access, { orgId });
  if (found === null) return null;
  let free = Promise.resolve();
  return async ({ body, ...call }) => {
    await free;
    free = new Promise((resolve) => setTimeout(resolve, sevdesk.CALL_GAP_MS));
    const sent = body === undefined ? call : { ...call, body: JSON.stringify(body) };
    return readAnswer(await ctx.runAction(internal.bookkeeping.nodeJobs.call, { ...found, call: sent }));
  };
}

/** Crons: daily the addresses are read again, hourly what a crash left unwritten is written. */
export const startAll = internalMutation({
  args: { what: v.union(v.literal("sync"), v.literal("report")) },
  returns: v.null(),
  handler: async (ctx, { what }): Promise<null> => {
    await model.startAll(ctx, what);
    return null;
  },
});
