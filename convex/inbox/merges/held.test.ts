import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, allRows, inMutation } from "../../../tests/support/delivery";
import { makeInbox, rows } from "../../../tests/support/inbox";
import { api, internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import { HOUR_MS } from "../../lib/time";
import { receiveMessage } from "../model/receive";

const { merge, undo } = api.inbox.merges.mutations;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("merging with an answer that is held", () => {
  const PRESSED = NOON + 2 * HOUR_MS;

  async function withHeld(way: "into" | "from") {
    const t = setupConvex();
    const { orgId, emailChannelId, as } = await makeInbox(t);
    const receive = async (subject: string) =>
      await inMutation(t, async (ctx) =>
        receiveMessage(ctx, {
          orgId,
          channel: "email",
          inboxChannel: await ctx.db.get("channels", emailChannelId),
          from: { address: "max@example.org", name: "Max Muster" },
          recipients: [],
          subject,
          text: "Wann?",
          files: [],
          externalMessageId: `${subject}@example.org`,
          inReplyTo: [],
          references: [],
          plusTokens: [],
          sentAt: null,
          automatic: null,
        }),
      );
    await receive("Kurs");
    vi.setSystemTime(NOON + HOUR_MS);
    await receive("Rechnung");
    const [course, bill] = (await rows(t, "threads")) as [Doc<"threads">, Doc<"threads">];
    await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId: bill._id, status: "closed" });
    const known = (await allRows(t, "domainEvents")).length;
    vi.setSystemTime(PRESSED);
    const answer = { text: "Um neun.", close: false, isUndoable: true, clientId: "c1" };
    const { messageId } = await as.mutation(api.inbox.mutations.reply, { orgId, threadId: course._id, ...answer });
    vi.setSystemTime(PRESSED + 1_000);
    const [from, into] = way === "from" ? [course, bill] : [bill, course];
    const mergeIds = await as.mutation(merge, { orgId, sourceIds: [from._id], targetId: into._id });
    const leave = async () => {
      vi.setSystemTime(PRESSED + 60_000);
      await t.mutation(internal.inbox.sending.jobs.endHold, { messageId });
    };
    const ended = async () => {
      const since = (await allRows(t, "domainEvents")).slice(known);
      const told = since.filter(({ kind, payload }) => kind === "sla.ended" && payload.clock === "first_response");
      return told.map(({ subject, payload }) => [subject.threadId, payload.outcome, payload.at]);
    };
    const dueIn = async (id: Id<"threads">) => (await rows(t, "threads")).find(({ _id }) => _id === id)!.responseDueAt;
    return { as, orgId, course, into, mergeIds, dueIn, leave, ended };
  }

  it.each(["into", "from"] as const)("ends the wait once, merged %s its conversation", async (way) => {
    const { into, dueIn, leave, ended } = await withHeld(way);
    // Who has pressed an answer has given it: nothing is due, and nothing is over yet.
    expect(await dueIn(into._id)).toBeUndefined();
    expect(await ended()).toEqual([]);
    await leave();
    expect(await ended()).toEqual([[into._id, "met", PRESSED]]);
    expect(await dueIn(into._id)).toBeUndefined();
  });

  it("ends the wait once where the merge is undone before it leaves", async () => {
    const { as, orgId, course, into, mergeIds, dueIn, leave, ended } = await withHeld("from");
    await as.mutation(undo, { orgId, mergeIds });
    await leave();
    expect(await ended()).toEqual([[course._id, "met", PRESSED]]);
    expect(await dueIn(into._id)).toBeUndefined();
  });

  it("waits on where it is taken back after the merge", async () => {
    const { as, orgId, into, dueIn, ended } = await withHeld("from");
    await as.mutation(api.inbox.sending.mutations.undo, { orgId, threadId: into._id, clientId: "c1" });
    expect(await dueIn(into._id)).toBeTypeOf("number");
    expect(await ended()).toEqual([]);
  });
});
