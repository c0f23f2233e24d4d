import { vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { storeRawEvent } from "../../convex/intake/model";
import { inMutation, type Convex } from "./delivery";
import { MAX_MAIL, mail, makeInbox, rows, type Inbox } from "./inbox";

// Conversations with deadlines: business hours, a customer's mail, and time that goes on.

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** Friday, 15:00 in Berlin: four business hours later it is Monday, 10:00 (product.md section 6). */
export const FRIDAY = Date.UTC(2026, 10, 20, 14);
export const MONDAY_9 = Date.UTC(2026, 10, 23, 8);
export const MONDAY_10 = MONDAY_9 + HOUR_MS;
export const OFFICE = {
  name: "Büro",
  timezone: "Europe/Berlin",
  intervals: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, start: "08:00", end: "17:00" })),
  holidays: [],
};

/** Lets time go on to `at`, and everything that is due then happen. */
export async function goTo(t: Convex, at: number): Promise<void> {
  vi.advanceTimersByTime(at - Date.now());
  for (let round = 0; round < 6; round++) {
    await t.finishInProgressScheduledFunctions();
    vi.advanceTimersByTime(0);
  }
}

export async function settle(t: Convex): Promise<void> {
  await goTo(t, Date.now());
}

export async function setUp(t: Convex) {
  const inbox = await makeInbox(t);
  const calendarId = await inbox.as.mutation(api.sla.mutations.createCalendar, { orgId: inbox.orgId, ...OFFICE });
  await settle(t);
  return { ...inbox, calendarId };
}

/** A customer's mail, and nothing that comes later than it. */
export async function writes(t: Convex, { orgId, emailChannelId }: Inbox, id: string): Promise<Id<"threads">> {
  const text = mail({ ...MAX_MAIL, "Message-ID": `<${id}@example.org>` }, `Nachricht ${id}`);
  await inMutation(t, async (ctx) =>
    storeRawEvent(ctx, {
      orgId,
      kind: "email_raw",
      sourceId: emailChannelId,
      dedupeKey: id,
      body: { kind: "text", text },
    }),
  );
  await settle(t);
  return (await rows(t, "threads"))[0]!._id;
}

export const thread = async (t: Convex) => (await rows(t, "threads"))[0]!;
export const clocksOf = async (t: Convex) => await t.run(async (ctx) => await ctx.db.query("slaClocks").take(50));
export const tasksOf = async (t: Convex) => await t.run(async (ctx) => await ctx.db.query("tasks").take(50));
export const stages = async (t: Convex) =>
  (await rows(t, "domainEvents")).filter(({ kind }) => kind === "sla.stage").map(({ payload }) => payload.stage);
