import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inMutation, NOON } from "../../tests/support/delivery";
import { worldOfTwoAccounts } from "../../tests/support/delivery-world";
import type { Id } from "../_generated/dataModel";
import { DAY_MS, MINUTE_MS } from "../lib/time";
import type { NewMessage } from "./model";
import { LEASE_MS } from "./model/lease";
import { cancelByMember } from "./model/operate";

// Whatever reacts to the events is tested where it lives.
vi.mock("../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

type Given = Awaited<ReturnType<typeof worldOfTwoAccounts>>;

let t: Given["t"];
let workspace: Given["workspace"];
let world: Given["world"];
let first: Given["first"];
let second: Given["second"];
let due: Given["due"];
let answer: Given["answer"];
let lines: Given["lines"];

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  ({ t, workspace, world, first, second, due, answer, lines } = await worldOfTwoAccounts());
});
afterEach(() => vi.useRealTimers());

const stateOf = async (queueId: Id<"messageQueue">) => (await world.row(queueId)).state;

describe("a message whose answer was lost at a provider that honours our key", () => {
  async function inDoubt(overrides: Partial<NewMessage> = {}): Promise<Id<"messageQueue">> {
    const queueId = await world.enqueue("m", overrides);
    await world.dispatch();
    await answer("deaf");
    expect(await world.row(queueId)).toMatchObject({ state: { kind: "pending" }, connectionId: first });
    return queueId;
  }

  it("is asked for at the same connection, whatever it says and however well the other one does", async () => {
    const queueId = await inDoubt();
    for (const trouble of ["transient", "config", "rate_limited", "silent"] as const) {
      await world.change(first, { breaker: { kind: "closed", failures: 0 } });
      expect(await due(queueId)).toMatchObject({ state: { kind: "sending" }, connectionId: first });
      await answer(trouble);
    }
    const until = (await world.row(queueId)).dueAt + 5 * MINUTE_MS;
    vi.setSystemTime(until - 5 * MINUTE_MS);
    await world.change(first, { breaker: { kind: "open", until, reason: "down" } });
    expect(await due(queueId)).toMatchObject({ state: { kind: "pending" }, dueAt: until });
    await due(queueId);
    await answer("takes");
    expect(await world.row(queueId)).toMatchObject({ state: { kind: "sent" }, mayBeDuplicate: false });
    expect(world.copiesOf(queueId)).toBe(1);
    const rules = (await lines(queueId)).flatMap(({ stage, rule }) => (stage === "route" ? [rule] : []));
    expect(rules.slice(1)).toEqual(Array(5).fill("asked_again"));
  });

  it("goes elsewhere once that provider says no", async () => {
    const queueId = await world.enqueue("m");
    await world.dispatch();
    await answer("silent");
    await due(queueId);
    await answer("permanent");
    expect(await due(queueId)).toMatchObject({ state: { kind: "sending" }, connectionId: second });
    await answer("takes");
    expect(await world.row(queueId)).toMatchObject({ state: { kind: "sent" }, mayBeDuplicate: false });
  });

  it("is left to a person when the time for it is over", async () => {
    const queueId = await inDoubt();
    await world.pass(DAY_MS + 1, true);
    await world.dispatch();
    expect(await stateOf(queueId)).toMatchObject({ kind: "unknown", reason: "The provider never answered." });
    expect(world.inHand).toEqual([]);
  });

  it.each([
    ["transactional", "removed", { mayBeDuplicate: true, state: { kind: "sending" } }],
    ["transactional", "switched off", { mayBeDuplicate: true, state: { kind: "sending" } }],
    ["service", "removed", { mayBeDuplicate: false, state: { kind: "unknown" } }],
  ] as const)("of purpose %s, its connection %s, is doubled openly or not at all", async (purpose, what, expected) => {
    const queueId = await inDoubt({ purpose });
    await world.change(first, what === "removed" ? null : { isEnabled: false });
    expect(await due(queueId)).toMatchObject(expected);
    const recovery = (await lines(queueId)).filter(({ stage }) => stage === "recovery").at(-1);
    expect(recovery?.outcome).toBe(expected.mayBeDuplicate ? "resent" : "unknown");
  });

  it("is not said to be skipped or cancelled: it may have left", async () => {
    const expiring = await inDoubt({ expiresAt: NOON + 10_000 });
    await due(expiring);
    expect(await stateOf(expiring)).toMatchObject({ kind: "unknown" });
    const cancelled = await world.enqueue("cancelled");
    await world.dispatch();
    await answer("deaf");
    const by = { orgId: workspace.orgId, memberId: workspace.memberId };
    await inMutation(t, (ctx) => cancelByMember(ctx, { ...by, queueId: cancelled }));
    expect(await stateOf(cancelled)).toMatchObject({ kind: "unknown", reason: "cancelled_by_member" });
    // The provider's report settles it all the same.
    await world.receipt(1, "delivered", true);
    expect((await stateOf(cancelled)).kind).toBe("delivered");
  });

  it("is settled by an answer that comes while it is being asked again", async () => {
    const queueId = await world.enqueue("m");
    await world.dispatch();
    await world.call(0, "takes");
    await world.pass(LEASE_MS, true);
    await world.dispatch();
    expect(await stateOf(queueId)).toMatchObject({ kind: "sending", attempt: 2 });
    await world.record(0);
    expect((await stateOf(queueId)).kind).toBe("sent");
    await answer("transient");
    expect((await stateOf(queueId)).kind).toBe("sent");
  });
});
