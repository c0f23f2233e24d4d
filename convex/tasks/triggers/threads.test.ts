import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, inMutation, NOON, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { requireEvent } from "../../events/model";
import { PRIORITIES, THREAD_TYPES } from "../../lib/closedSets";
import { decideTriggers, DEFAULT_THREAD_TRIGGERS, type TriggerMoment } from "./threadRules";
import { followThread } from "./threads/model";
import { THREAD_TRIGGERS, type ThreadTrigger } from "./sets";

// Tasks that conversations make by themselves (product.md A-37).

const MOMENTS: TriggerMoment[] = [
  "thread.created",
  "thread.answered",
  "message.received",
  "thread.closed",
  "thread.reopened",
  "thread.classified",
];

describe("the rules", () => {
  const facts = fc.record({
    threadType: fc.constantFrom(...THREAD_TYPES),
    priority: fc.constantFrom(...PRIORITIES),
    isOpen: fc.boolean(),
    isAway: fc.boolean(),
    isAwaitingUs: fc.boolean(),
  });

  it("never make what is off, about other conversations, or about what is away; never make and drop the same", () => {
    fc.assert(
      fc.property(fc.constantFrom(...MOMENTS), facts, fc.boolean(), (moment, thread, isOn) => {
        const { follow_up, documentation, approval_request } = DEFAULT_THREAD_TRIGGERS;
        const rules = {
          follow_up: { ...follow_up, isOn },
          documentation: { ...documentation, isOn },
          approval_request: { ...approval_request, isOn },
        };
        const { make, drop } = decideTriggers(moment, thread, rules);
        for (const trigger of make) {
          expect(isOn && !thread.isAway).toBe(true);
          expect(rules[trigger].threadTypes).toContain(thread.threadType);
          expect(drop).not.toContain(trigger);
        }
      }),
    );
  });
});

describe("a conversation", () => {
  let t: Convex;
  let inbox: Inbox;
  let threadId: Id<"threads">;

  beforeEach(async () => {
    vi.useFakeTimers({ now: NOON });
    t = setupConvex();
    inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Was kostet der Kurs?"));
    threadId = (await rows(t, "threads"))[0]!._id;
    const intervals = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, start: "08:00", end: "16:00" }));
    const calendar = { name: "Büro", timezone: "UTC", intervals, holidays: [], isDefault: true };
    await inMutation(t, (ctx) => ctx.db.insert("calendars", { orgId: inbox.orgId, ...calendar }));
  });
  afterEach(() => vi.useRealTimers());

  const set = async (trigger: ThreadTrigger, part: object = {}) =>
    await inbox.as.mutation(api.tasks.triggers.mutations.setThread, {
      orgId: inbox.orgId,
      trigger,
      isOn: true,
      withinMinutes: 240,
      threadTypes: ["customer_support"],
      ...part,
    });
  it("says in each event what it follows from, and which rule brought it about", async () => {
    await set("follow_up");
    await answer();
    const events = await allRows(t, "domainEvents");
    const answered = events.find(({ kind }) => kind === "thread.answered");
    expect(answered).toMatchObject({ depth: 0 });
    expect(events.find(({ kind }) => kind === "task.created")).toMatchObject({
      causeId: answered?._id,
      depth: 1,
      rules: ["task_trigger:follow_up"],
    });
  });

  const answer = async (more: object = {}) => {
    vi.setSystemTime(Date.now() + 1_000);
    const words = { orgId: inbox.orgId, threadId, text: "Gern.", close: false, clientId: crypto.randomUUID() };
    await inbox.as.mutation(api.inbox.mutations.reply, { ...words, ...more });
    await runJobs(t);
  };
  const status = async (next: "open" | "closed") => {
    vi.setSystemTime(Date.now() + 1_000);
    await inbox.as.mutation(api.inbox.mutations.setStatus, { orgId: inbox.orgId, threadId, status: next });
    await runJobs(t);
  };
  const classify = async (fields: object) => {
    vi.setSystemTime(Date.now() + 1_000);
    await inbox.as.mutation(api.inbox.mutations.change, { orgId: inbox.orgId, threadId, ...fields });
    await runJobs(t);
  };
  const customerWrites = async () => {
    vi.setSystemTime(Date.now() + 1_000);
    const headers = {
      ...MAX_MAIL,
      "Message-ID": `<${crypto.randomUUID()}@example.org>`,
      "In-Reply-To": "<m1@example.org>",
    };
    await deliverMail(t, inbox, mail(headers, "Danke"));
  };
  // Missed deadlines make tasks, too.
  const made = async (type: ThreadTrigger) => (await allRows(t, "tasks")).filter(({ taskType }) => taskType === type);
  const tasks = async (type: ThreadTrigger) => (await made(type)).map(({ status: is }) => is);
  /** Every event once more, as after a crash. */
  const again = async () => {
    for (const { _id, kind } of await rows(t, "domainEvents")) {
      if (!MOMENTS.some((moment) => moment === kind)) continue;
      await inMutation(t, async (ctx) => await followThread(ctx, await requireEvent(ctx, _id)));
    }
  };

  it("makes nothing unless somebody wants it", async () => {
    await answer();
    await classify({ priority: "critical" });
    await status("closed");
    for (const trigger of THREAD_TRIGGERS) expect(await tasks(trigger)).toEqual([]);
  });

  it("is followed up after our answer: one task, moved by the next one, gone when the customer writes", async () => {
    await set("follow_up");
    await answer();
    const [task] = await made("follow_up");
    expect(task).toMatchObject({
      title: "Nachfassen: Gespräch Nr. 1",
      description: expect.stringMatching(/^Von selbst entstanden: Wir haben am 2026-05-\d\d \d\d:\d\d geantwortet/),
      assigneeId: inbox.memberId,
      createdBy: { kind: "system", name: "task_trigger" },
      links: { threadId },
    });
    expect(task!.dueAt).toBeGreaterThan(task!.lastAt);
    await again();
    await answer();
    await again();
    expect(await tasks("follow_up")).toEqual(["open"]);
    await customerWrites();
    expect(await tasks("follow_up")).toEqual(["cancelled"]);
    await again();
    expect(await tasks("follow_up")).toEqual(["cancelled"]);
    await answer();
    expect(await tasks("follow_up")).toEqual(["cancelled", "open"]);
    await status("closed");
    expect(await tasks("follow_up")).toEqual(["cancelled", "cancelled"]);
  });

  it("is not followed up when the answer closes it, nor what somebody began taken away", async () => {
    await set("follow_up");
    await answer({ close: true });
    expect(await tasks("follow_up")).toEqual([]);
    await status("open");
    await answer();
    const [task] = await made("follow_up");
    const started = { orgId: inbox.orgId, taskId: task!._id, status: "in_progress" } as const;
    await inbox.as.mutation(api.tasks.mutations.change, started);
    await customerWrites();
    expect(await tasks("follow_up")).toEqual(["in_progress"]);
  });

  it("is documented once when it is closed, and not while it is open again", async () => {
    await set("documentation", { threadTypes: ["installation_coordination"] });
    await status("closed");
    expect(await tasks("documentation")).toEqual([]);
    await status("open");
    await classify({ threadType: "installation_coordination" });
    await status("closed");
    await again();
    expect(await tasks("documentation")).toEqual(["open"]);
    await status("open");
    expect(await tasks("documentation")).toEqual(["cancelled"]);
    await status("closed");
    await again();
    expect(await tasks("documentation")).toEqual(["cancelled", "open"]);
  });

  it("is approved by the team lead once it is complex, until it is not", async () => {
    const { memberId: leadId } = await makeMember(t, inbox.orgId, "team_lead", "lea");
    await set("approval_request", { threadTypes: ["complaint"] });
    await classify({ priority: "critical" });
    expect(await tasks("approval_request")).toEqual([]);
    await classify({ threadType: "complaint" });
    await again();
    expect(await tasks("approval_request")).toEqual(["open"]);
    expect((await made("approval_request"))[0]).toMatchObject({ assigneeId: leadId, priority: "critical" });
    await classify({ priority: "urgent" });
    expect(await tasks("approval_request")).toEqual(["open"]);
    await classify({ priority: "low" });
    expect(await tasks("approval_request")).toEqual(["cancelled"]);
  });

  it("takes rules only that can be, from who may set them", async () => {
    expect(await errorOf(set("follow_up", { withinMinutes: 7 }))).toMatchObject({ field: "withinMinutes" });
    expect(await errorOf(set("follow_up", { threadTypes: [] }))).toMatchObject({ field: "threadTypes" });
    const { as: agent } = await makeMember(t, inbox.orgId, "agent", "bea");
    const rule = {
      orgId: inbox.orgId,
      trigger: "follow_up",
      isOn: false,
      withinMinutes: 240,
      threadTypes: [],
    } as const;
    const call = agent.mutation(api.tasks.triggers.mutations.setThread, { ...rule, threadTypes: [] });
    expect(await errorOf(call)).toMatchObject({ code: "forbidden" });
    await set("documentation");
    expect(await inbox.as.query(api.tasks.triggers.queries.threads, { orgId: inbox.orgId })).toMatchObject({
      follow_up: { isOn: false },
      documentation: { isOn: true, threadTypes: ["customer_support"] },
    });
  });
});
