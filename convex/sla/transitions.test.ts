import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { THREAD_STATUSES, type ThreadStatus } from "../lib/closedSets";
import { isActive, settled, startsWith, type Clock, type Happening } from "./transitions";

/** A thread as the inbox tells of it, and its clocks: what model/clocks.ts does, without deadlines. */
class Thread {
  clocks: Clock[] = [];
  status: ThreadStatus | undefined;

  tell(now: number, happening: Happening, status: ThreadStatus): this {
    const change = { happening, status, now };
    this.clocks = this.clocks.map((clock, index) =>
      // Only the newest response clock can come back.
      isActive(clock.state) || index === this.newest(clock) ? { ...clock, ...settled(clock, change) } : clock,
    );
    const starts = startsWith(this.clocks, change, { createdAt: 0, statusBefore: this.status });
    this.status = status;
    for (const start of starts) {
      const clock: Clock = { ...start, pauses: [], state: { kind: "running" } };
      this.clocks.push({ ...clock, ...settled(clock, { ...change, happening: "changed" }) });
    }
    return this;
  }

  private newest({ kind }: Clock): number {
    const isResponse = (each: string) => each === "first_response" || each === "next_response";
    return this.clocks.findLastIndex((each) => each.kind === kind || (isResponse(each.kind) && isResponse(kind)));
  }

  of(kind: Clock["kind"]) {
    return this.clocks.filter((clock) => clock.kind === kind);
  }
}

describe("response clocks", () => {
  it("run from the first unanswered message; more of them change nothing; an answer ends them", () => {
    const thread = new Thread().tell(1, "customer_wrote", "open").tell(2, "customer_wrote", "open");
    expect(thread.of("first_response")).toMatchObject([{ startedAt: 1, state: { kind: "running" } }]);
    thread.tell(5, "answered", "waiting_customer").tell(7, "customer_wrote", "open").tell(8, "customer_wrote", "open");
    expect(thread.of("first_response")).toMatchObject([{ state: { kind: "met", at: 5 } }]);
    expect(thread.of("next_response")).toMatchObject([{ startedAt: 7, state: { kind: "running" } }]);
  });

  it("do not pause, whatever is waited for", () => {
    const thread = new Thread().tell(1, "customer_wrote", "open");
    thread.tell(2, "changed", "waiting_internal").tell(3, "changed", "waiting_customer");
    expect(thread.of("first_response")).toMatchObject([{ pauses: [], state: { kind: "running" } }]);
  });

  it("are given up by closing, and come back with the thread unless the customer writes anew", () => {
    const thread = new Thread().tell(1, "customer_wrote", "open").tell(4, "changed", "closed");
    expect(thread.of("first_response")[0]?.state).toEqual({ kind: "cancelled", at: 4 });
    thread.tell(6, "changed", "open");
    expect(thread.of("first_response")).toEqual([
      {
        kind: "first_response",
        startedAt: 1,
        pauses: [{ from: 4, to: 6, reason: "closed" }],
        state: { kind: "running" },
      },
    ]);
    thread.tell(7, "changed", "closed").tell(9, "customer_wrote", "open");
    expect(thread.of("first_response").map(({ startedAt, state }) => [startedAt, state.kind])).toEqual([
      [1, "cancelled"],
      [9, "running"],
    ]);
  });

  it("do not exist while only we wrote", () => {
    const thread = new Thread().tell(1, "answered", "waiting_customer");
    expect(thread.clocks.map(({ kind }) => kind)).toEqual(["resolution"]);
    thread.tell(5, "customer_wrote", "open");
    expect(thread.of("first_response")).toMatchObject([{ startedAt: 5 }]);
  });

  it("are missed when the deadline went by, at the instant itself not yet", () => {
    const clock: Clock = { kind: "next_response", startedAt: 0, pauses: [], state: { kind: "running" }, dueAt: 10 };
    const answer = (now: number) => settled(clock, { happening: "answered", status: "waiting_customer", now }).state;
    expect(answer(10)).toEqual({ kind: "met", at: 10 });
    expect(answer(11)).toEqual({ kind: "missed", at: 11 });
    const forgiven = { ...clock, dueAt: 99, breachedAt: 10 };
    expect(settled(forgiven, { happening: "answered", status: "open", now: 20 }).state.kind).toBe("missed");
  });
});

describe("an answer that can still be taken back", () => {
  it("has been given at its press once it left, however long it was held", () => {
    const thread = new Thread().tell(1, "customer_wrote", "open").tell(4, "answer_pressed", "open");
    expect(thread.of("first_response")).toMatchObject([{ state: { kind: "running" }, heldAnswerAt: 4 }]);
    thread.tell(9, "answered", "waiting_customer");
    expect(thread.of("first_response")).toMatchObject([{ state: { kind: "met", at: 4 }, heldAnswerAt: undefined }]);
  });

  it("has not been given when it was taken back", () => {
    const thread = new Thread().tell(1, "customer_wrote", "open").tell(4, "answer_pressed", "open");
    thread.tell(6, "customer_wrote", "open").tell(8, "answer_taken_back", "open");
    expect(thread.of("first_response")).toMatchObject([{ startedAt: 1, state: { kind: "running" } }]);
    expect(thread.of("next_response")).toEqual([]);
    thread.tell(11, "answered", "waiting_customer");
    expect(thread.of("first_response")).toMatchObject([{ state: { kind: "met", at: 11 } }]);
  });

  it("counts in a thread that is closed before it leaves", () => {
    const thread = new Thread().tell(1, "customer_wrote", "open").tell(4, "answer_pressed", "open");
    expect(thread.tell(5, "changed", "closed").of("first_response")).toMatchObject([{ state: { kind: "met", at: 4 } }]);
    const takenBack = thread.tell(7, "answer_taken_back", "closed");
    expect(takenBack.of("first_response")).toMatchObject([{ state: { kind: "cancelled", at: 7 } }]);
  });
});

describe("the resolution clock", () => {
  it("starts with the thread and goes on when it is reopened", () => {
    const thread = new Thread().tell(3, "customer_wrote", "open").tell(5, "answered", "waiting_customer");
    expect(thread.of("resolution")).toMatchObject([{ startedAt: 0, state: { kind: "paused" } }]);
    thread.tell(8, "customer_wrote", "open").tell(9, "changed", "resolved").tell(10, "changed", "closed");
    expect(thread.of("resolution")).toMatchObject([{ state: { kind: "met", at: 9 } }]);
    thread.tell(12, "customer_wrote", "open");
    expect(thread.of("resolution")).toEqual([
      {
        kind: "resolution",
        startedAt: 0,
        pauses: [
          { from: 5, to: 8, reason: "waiting_customer" },
          { from: 9, to: 12, reason: "resolved" },
        ],
        state: { kind: "running" },
      },
    ]);
  });
});

describe("the escalation clock", () => {
  it("runs from the escalation until an answer or its end", () => {
    const thread = new Thread().tell(1, "customer_wrote", "open").tell(2, "changed", "escalated");
    thread.tell(3, "changed", "escalated").tell(4, "answered", "waiting_customer");
    thread.tell(6, "changed", "escalated").tell(7, "changed", "open");
    expect(thread.of("escalation").map(({ startedAt, state }) => [startedAt, state])).toEqual([
      [2, { kind: "met", at: 4 }],
      [6, { kind: "met", at: 7 }],
    ]);
  });
});

describe("whatever happens", () => {
  const step = fc.record({
    wait: fc.nat(5),
    happening: fc.constantFrom<Happening>(
      "customer_wrote",
      "answered",
      "answer_pressed",
      "answer_taken_back",
      "changed",
    ),
    status: fc.constantFrom(...THREAD_STATUSES),
  });

  const OPEN = THREAD_STATUSES.filter((status) => status !== "resolved" && status !== "closed");
  const moments = fc.array(fc.record({ wait: fc.nat(5), status: fc.constantFrom(...OPEN) }), { maxLength: 6 });
  const plain = fc.record({
    wait: fc.nat(5),
    happening: fc.constantFrom<Happening>("customer_wrote", "answered", "changed"),
    status: fc.constantFrom(...THREAD_STATUSES),
  });
  const story = fc.record({
    before: fc.array(plain, { maxLength: 10 }),
    meanwhile: moments,
    held: fc.integer({ min: 1, max: 9 }),
  });
  const responses = ({ clocks }: Thread) =>
    clocks.flatMap(({ kind, startedAt, state, pauses }) =>
      kind === "resolution" ? [] : [{ kind, startedAt, state, pauses }],
    );

  function play(tale: typeof story extends fc.Arbitrary<infer Told> ? Told : never) {
    const thread = new Thread();
    let now = 0;
    for (const { wait, happening, status } of tale.before) thread.tell((now += wait), happening, status);
    const status = OPEN.find((open) => open === thread.status) ?? "open";
    thread.tell(now, "changed", status);
    return { thread, now, status };
  }

  it("ends response clocks at the press of an answer, as if it had left at once", () => {
    fc.assert(
      fc.property(story, (tale) => {
        const [direct, held] = [play(tale), play(tale)];
        const press = direct.now + tale.held;
        let now = press;
        direct.thread.tell(press, "answered", direct.status);
        held.thread.tell(press, "answer_pressed", held.status);
        for (const { wait, status } of tale.meanwhile) {
          // An escalation after the press is a new one for the thread that was answered at once.
          if (status === "escalated" || held.status === "escalated") continue;
          now += wait;
          direct.thread.tell(now, "changed", status);
          held.thread.tell(now, "changed", status);
        }
        held.thread.tell(now + tale.held, "answered", held.thread.status ?? "open");
        expect(responses(held.thread)).toEqual(responses(direct.thread));
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  it("knows nothing of an answer that was taken back", () => {
    fc.assert(
      fc.property(story, (tale) => {
        const [never, undone] = [play(tale), play(tale)];
        let now = never.now + tale.held;
        undone.thread.tell(now, "answer_pressed", undone.status);
        for (const { wait, status } of tale.meanwhile) {
          now += wait;
          never.thread.tell(now, "changed", status);
          undone.thread.tell(now, "changed", status);
        }
        undone.thread.tell(now + tale.held, "answer_taken_back", undone.thread.status ?? "open");
        expect(responses(undone.thread)).toEqual(responses(never.thread));
      }),
      { seed: 12, numRuns: 500 },
    );
  });

  it("runs at most one response clock, one resolution clock ever, and pauses that follow each other", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const thread = new Thread();
        let now = 0;
        for (const { wait, happening, status } of steps) {
          now += wait;
          thread.tell(now, happening, status);
          const running = thread.clocks.filter(({ state }) => isActive(state));
          expect(running.filter(({ kind }) => kind.endsWith("_response")).length).toBeLessThanOrEqual(1);
          expect(thread.of("resolution").length).toBeLessThanOrEqual(1);
          expect(running.filter(({ kind }) => kind === "escalation").length).toBeLessThanOrEqual(1);
          for (const { pauses, state } of thread.clocks) {
            expect(pauses.some(({ to }) => to === undefined)).toBe(state.kind === "paused");
            for (const [index, pause] of pauses.entries()) {
              expect(pause.from).toBeLessThan(pause.to ?? Infinity);
              if (index > 0) expect(pauses[index - 1]?.to).toBeLessThanOrEqual(pause.from);
            }
          }
        }
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});
