import { afterEach, expect, it, vi } from "vitest";
import type { Id } from "../../_generated/dataModel";
import type { Parcel } from "../model/outgoing";
import type { Settlement } from "../model/settle";
import type { Carried, Carrier } from "./carrier";
import { Sender } from "./sender";

const NOTHING: Parcel = { now: 0, messages: [], connections: [], orgs: [], templates: [], broken: [] };
const LEASE_MS = 60_000;

type Message = { name: string; leaseMs?: number };

/** A sender of these messages. `send` throws for "broken"; what `refuses` says cannot be recorded is not. */
async function run(
  messages: readonly Message[],
  refuses: (group: readonly string[]) => boolean,
): Promise<Settlement[]> {
  const carried = messages.map(({ name, leaseMs = LEASE_MS }) => ({
    outgoing: { queueId: name, attempt: 1 },
    leaseEndsAt: performance.now() + leaseMs,
  })) as unknown as Carried[];
  const handedOut = [carried];
  const recorded: Settlement[] = [];
  const carrier: Pick<Carrier, "unpack" | "send"> = {
    unpack: () => Promise.resolve(handedOut.pop() ?? []),
    send: ({ outgoing: { queueId, attempt } }) => {
      if (queueId === ("broken" as Id<"messageQueue">)) return Promise.reject(new Error("no template"));
      return Promise.resolve({ queueId, attempt, result: { kind: "accepted", providerMessageId: queueId }, tookMs: 1 });
    },
  };
  const sender = new Sender(carrier as Carrier, (settlements) => {
    if (refuses(settlements.map(({ queueId }) => queueId))) return Promise.reject(new Error("cannot be recorded"));
    recorded.push(...settlements);
    return Promise.resolve(NOTHING);
  });
  await sender.run(NOTHING);
  return recorded;
}

afterEach(() => void vi.useRealTimers());

/** The groups in which the answers of a sender's messages are handed over; each is answered after its time. */
async function groupsOf(answersAfterMs: Record<string, number>): Promise<string[][]> {
  const carried = Object.keys(answersAfterMs).map((name) => ({
    outgoing: { queueId: name, attempt: 1 },
    leaseEndsAt: performance.now() + LEASE_MS,
  })) as unknown as Carried[];
  const handedOut = [carried];
  const groups: string[][] = [];
  const carrier: Pick<Carrier, "unpack" | "send"> = {
    unpack: () => Promise.resolve(handedOut.pop() ?? []),
    send: async ({ outgoing: { queueId, attempt } }) => {
      await new Promise((resolve) => setTimeout(resolve, answersAfterMs[queueId] ?? 0));
      return { queueId, attempt, result: { kind: "accepted", providerMessageId: queueId }, tookMs: 1 };
    },
  };
  const sender = new Sender(carrier as Carrier, (settlements) => {
    groups.push(settlements.map(({ queueId }): string => queueId));
    return Promise.resolve(NOTHING);
  });
  vi.useFakeTimers();
  const ended = sender.run(NOTHING);
  await vi.runAllTimersAsync();
  await ended;
  return groups;
}

const names = (settlements: readonly Settlement[]) => settlements.map(({ queueId }): string => queueId).toSorted();
const messages = (...list: string[]): Message[] => list.map((name) => ({ name }));

it("records the answers of a group one by one when one of them cannot be recorded", async () => {
  const recorded = await run(messages("a", "poison", "b", "c"), (group) => group.includes("poison"));
  expect(names(recorded)).toEqual(["a", "b", "c"]);
});

it("ends a message that cannot be put together as ours, and sends the others", async () => {
  const recorded = await run(messages("a", "broken", "b"), () => false);
  expect(names(recorded)).toEqual(["a", "b", "broken"]);
  expect(recorded.find((settlement) => names([settlement]).includes("broken"))).toMatchObject({
    isOurs: true,
    result: { kind: "refused", failure: { class: "permanent", code: "internal" } },
  });
});

it("starts nothing that could outlive its lease", async () => {
  const recorded = await run([{ name: "late", leaseMs: 34_000 }, { name: "fine" }], () => false);
  const kinds = Object.fromEntries(recorded.map(({ queueId, result }) => [queueId, result.kind]));
  expect(kinds).toEqual({ late: "not_started", fine: "accepted" });
});

it("hands over all answers together when none is missing", async () => {
  expect(await groupsOf({ a: 1, b: 5, c: 20 })).toEqual([["a", "b", "c"]]);
});

it("does not let answers wait for a provider that takes its time", async () => {
  expect(await groupsOf({ a: 1, slow: 9_000, b: 20 })).toEqual([["a", "b"], ["slow"]]);
});
