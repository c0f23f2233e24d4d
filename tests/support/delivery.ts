import { vi } from "vitest";
import type { Doc, Id, TableNames } from "../../convex/_generated/dataModel";
import type { MutationCtx } from "../../convex/_generated/server";
import { createChannel, createConnection } from "../../convex/connections/model";
import type { Channel } from "../../convex/lib/closedSets";
import { recordConsent } from "../../convex/contacts/consents/model";
import { resolveContact } from "../../convex/contacts/model";
import { enqueue, type NewMessage } from "../../convex/delivery/model";
import type { setupConvex } from "./convex";
import { localIdentity } from "./members";

export type Convex = ReturnType<typeof setupConvex>;

/** Runs `work` as one mutation. convex-test's context lacks nothing a model function uses. */
export async function inMutation<T>(t: Convex, work: (ctx: MutationCtx) => Promise<T>): Promise<T> {
  return await t.run(async (ctx) => await work(ctx as unknown as MutationCtx));
}

/** Noon in Berlin on a working day: far from quiet hours and clock changes. */
export const NOON = Date.UTC(2026, 4, 12, 10, 0, 0);

/** An organisation with a person who has an e-mail address and a phone, an admin, and a sandbox for every channel. */
export async function makeWorkspace(t: Convex) {
  return await inMutation(t, async (ctx) => {
    const orgId = await ctx.db.insert("organisations", {
      name: "Segelschule Haff",
      slug: "haff",
      timezone: "Europe/Berlin",
      locale: "de",
      modules: {},
      quietHours: { start: "21:00", end: "07:00" },
      isDemo: false,
    });
    const personId = await ctx.db.insert("people", { authKey: "local:admin", name: "Anna Admin" });
    const memberId = await ctx.db.insert("members", {
      orgId,
      personId,
      role: "admin",
      status: "active",
      displayName: "Anna Admin",
    });
    const contact = await resolveContact(ctx, {
      orgId,
      name: "Max Muster",
      email: "max@example.org",
      phone: "+4915112345678",
      whatsapp: "+4915112345678",
    });
    const connections: Partial<Record<Channel, Id<"connections">>> = {};
    for (const [order, channel] of (["email", "sms", "whatsapp"] as const).entries()) {
      connections[channel] = await createConnection(ctx, {
        orgId,
        channel,
        provider: "sandbox",
        name: `Sandbox ${channel}`,
        order,
        ratePerSecond: 100,
        settings: channel === "email" ? { fromAddress: "info@haff.example", fromName: "Segelschule Haff" } : {},
      });
    }
    const emailChannelId = await createChannel(ctx, {
      orgId,
      channelType: "email_outlook",
      channelName: "E-Mail",
      isActive: true,
      address: "info@haff.example",
    });
    const { email, sms, whatsapp } = connections;
    if (!email || !sms || !whatsapp) throw new Error("a connection is missing");
    return { orgId, memberId, contactId: contact._id, emailChannelId, connections: { email, sms, whatsapp } };
  });
}

export type Workspace = Awaited<ReturnType<typeof makeWorkspace>>;

/** The workspace's contact wants to be written to by WhatsApp: without it nothing goes there (providers.md 13.7). */
export async function agreeToWhatsApp(t: Convex, { orgId, contactId }: Workspace): Promise<void> {
  const said = { channel: "whatsapp", purpose: "transactional", wordingVersion: "1", source: "test" } as const;
  await inMutation(t, (ctx) => recordConsent(ctx, { orgId, contactId, ...said, state: "granted" }));
}

/** Queues a finished text; everything about it can be overridden. */
export async function queueText(t: Convex, workspace: Workspace, overrides: Partial<NewMessage> = {}) {
  const message: NewMessage = {
    orgId: workspace.orgId,
    lane: "transactional",
    channel: "email",
    contactId: workspace.contactId,
    purpose: "transactional",
    source: { kind: "system", name: "test" },
    content: { kind: "finished", subject: "Hallo", text: "Guten Tag", fileIds: [] },
    dueAt: Date.now(),
    idempotencyKey: "key-1",
    ...overrides,
  };
  return await inMutation(t, async (ctx) => await enqueue(ctx, message));
}

/** More than any test schedules; a chain that never ends fails the test instead of hanging it. */
const MAX_JOBS = 3_000;

/**
 * Runs everything that is scheduled, and what that schedules. The fake clock goes from one due time to the next, and
 * only while nothing runs: a function never sees time jump (convex-test's own helper lets it).
 */
export async function runJobs(t: Convex): Promise<void> {
  for (let ran = 0; vi.getTimerCount() > 0; ran++) {
    if (ran > MAX_JOBS) throw new Error("scheduled functions never end");
    vi.advanceTimersToNextTimer();
    await t.finishInProgressScheduledFunctions();
  }
}

/** The row, or an error when it is gone. */
export async function rowOf(t: Convex, queueId: Id<"messageQueue">): Promise<Doc<"messageQueue">> {
  const row = await t.run(async (ctx) => await ctx.db.get("messageQueue", queueId));
  if (row === null) throw new Error("the message is gone");
  return row;
}

/** Everything in a table. */
export async function allRows<Table extends TableNames>(t: Convex, table: Table): Promise<Doc<Table>[]> {
  return (await t.run(
    async (ctx) => await ctx.db.query(table as "organisations").collect(),
  )) as unknown as Doc<Table>[];
}

/** What lies on the devices. */
export async function deviceMessages(t: Convex) {
  return await allRows(t, "sandboxMessages");
}

/** The backend as the workspace's admin sees it. */
export function asAdmin(t: Convex) {
  return t.withIdentity(localIdentity("admin"));
}

/** Cancels every job that has not run: nothing that was scheduled will happen. */
export async function cancelJobs(t: Convex): Promise<void> {
  await t.run(async (ctx) => {
    for (const job of await ctx.db.system.query("_scheduled_functions").collect()) {
      if (job.state.kind === "pending") await ctx.scheduler.cancel(job._id);
    }
  });
}

/** The scheduled functions that have not run yet, by path. */
export async function pendingJobs(t: Convex, name: string) {
  const jobs = await t.run(async (ctx) => await ctx.db.system.query("_scheduled_functions").collect());
  return jobs.filter((job) => job.state.kind === "pending" && job.name.includes(name));
}
