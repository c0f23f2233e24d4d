import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { inMutation, type Convex } from "../../tests/support/delivery";
import { makeInbox } from "../../tests/support/inbox";
import { makeMember } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { CHANNELS, THREAD_STATUSES, type ThreadChannel } from "../lib/closedSets";
import { followDeadline, insertThread, patchThread, requireThread } from "./model/rows";

// The counts in the sidebar come from an aggregate; a plain count over the table must always say the same.

type Step =
  | { do: "open"; channel: ThreadChannel }
  | { do: "status"; thread: number; status: (typeof THREAD_STATUSES)[number] }
  | { do: "assign"; thread: number; to: number | null }
  | { do: "channel"; thread: number; channel: ThreadChannel }
  | { do: "write"; thread: number; hours: number };

const thread = fc.nat(11);
const channel = fc.constantFrom<ThreadChannel>("email", "sms", "whatsapp", "internal_comment");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("open" as const), channel }),
  fc.record({ do: fc.constant("status" as const), thread, status: fc.constantFrom(...THREAD_STATUSES) }),
  fc.record({ do: fc.constant("assign" as const), thread, to: fc.option(fc.nat(1), { nil: null }) }),
  fc.record({ do: fc.constant("channel" as const), thread, channel }),
  fc.record({ do: fc.constant("write" as const), thread, hours: fc.nat(3) }),
);

async function perform(
  t: Convex,
  orgId: Id<"organisations">,
  members: Id<"members">[],
  ids: Id<"threads">[],
  next: Step,
) {
  if (next.do === "open") {
    const row = await inMutation(t, async (ctx) =>
      insertThread(ctx, {
        orgId,
        subject: "",
        threadType: "customer_support",
        priority: "normal",
        status: "open",
        channel: next.channel,
        lastMessageAt: ids.length,
        lastMessagePreview: "",
        lastMessageType: "incoming",
        tags: [],
        externalReferences: {},
      }),
    );
    ids.push(row._id);
    return;
  }
  const threadId = ids[next.thread % Math.max(1, ids.length)];
  if (threadId === undefined) return;
  if (next.do === "write") {
    // Answered within the hour or not: some deadlines go by, and show with the next look.
    await inMutation(t, async (ctx) =>
      patchThread(ctx, await requireThread(ctx, orgId, threadId), {}, "customer_wrote"),
    );
    vi.setSystemTime(Date.now() + next.hours * 3_600_000);
    await inMutation(t, async (ctx) => followDeadline(ctx, await requireThread(ctx, orgId, threadId)));
    return;
  }
  const patch =
    next.do === "status"
      ? { status: next.status }
      : next.do === "assign"
        ? { assigneeId: next.to === null ? undefined : members[next.to] }
        : { channel: next.channel };
  await inMutation(t, async (ctx) => patchThread(ctx, await requireThread(ctx, orgId, threadId), patch));
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("counts", () => {
  it("equal a plain count after any operations", async () => {
    let overdueSeen = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const t = setupConvex();
        const { orgId, memberId, as } = await makeInbox(t);
        await as.mutation(api.sla.mutations.addUsualPolicies, { orgId });
        const other = await makeMember(t, orgId, "agent", "bert");
        const ids: Id<"threads">[] = [];
        for (const next of steps) await perform(t, orgId, [memberId, other.memberId], ids, next);

        const open = (await t.run(async (ctx) => await ctx.db.query("threads").take(200))).filter((row) => row.isOpen);
        const plain = (mine: Id<"members">) => ({
          all: open.length,
          mine: open.filter((row) => row.assigneeId === mine).length,
          unassigned: open.filter((row) => row.assigneeId === undefined).length,
          overdue: open.filter((row) => row.isOverdue === true).length,
          email: open.filter((row) => row.channel === "email").length,
          sms: open.filter((row) => row.channel === "sms").length,
          whatsapp: open.filter((row) => row.channel === "whatsapp").length,
          internal_comment: open.filter((row) => row.channel === "internal_comment").length,
          internal_ticket: open.filter((row) => row.channel === "internal_ticket").length,
        });
        overdueSeen += plain(memberId).overdue;
        expect(await as.query(api.inbox.queries.counts, { orgId })).toEqual(plain(memberId));
        expect(await other.as.query(api.inbox.queries.counts, { orgId })).toEqual(plain(other.memberId));
        const listed = await as.query(api.inbox.queries.listThreads, {
          orgId,
          view: "mine",
          channel: "sms",
          paginationOpts: { numItems: 50, cursor: null },
        });
        expect(listed.page).toHaveLength(
          open.filter((row) => row.assigneeId === memberId && row.channel === "sms").length,
        );
      }),
      { seed: 20261120, numRuns: 25 },
    );
    expect(overdueSeen).toBeGreaterThan(0);
  });

  it("know every channel", () => expect(CHANNELS).toEqual(["email", "sms", "whatsapp", "webhook"]));

  it("number threads per organisation without gaps", async () => {
    const t = setupConvex();
    const { orgId, memberId } = await makeInbox(t);
    const ids: Id<"threads">[] = [];
    for (let count = 0; count < 3; count++) await perform(t, orgId, [memberId], ids, { do: "open", channel: "email" });
    const rows = await t.run(async (ctx) => await ctx.db.query("threads").take(200));
    expect(rows.map((row) => row.number)).toEqual([1, 2, 3]);
    expect(new Set(rows.map((row) => row.replyToken)).size).toBe(3);
  });
});
