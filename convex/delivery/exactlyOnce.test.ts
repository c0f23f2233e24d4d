import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { inMutation, makeWorkspace, NOON } from "../../tests/support/delivery";
import { DeliveryWorld, type Behaviour } from "../../tests/support/delivery-world";
import type { Id } from "../_generated/dataModel";
import { CLOSED } from "../connections/breaker";
import { createConnection } from "../connections/model";
import type { Provider } from "../connections/schema";
import { HOUR_MS, MINUTE_MS } from "../lib/time";

// Design rule 4: whatever crashes, times out, is reported early, late, twice or out of order - a provider that honours
// our key never gets a message twice, and where that cannot be promised it is never doubled silently.

// Whatever reacts to the events is tested where it lives.
vi.mock("../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

beforeEach(() => void vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => vi.useRealTimers());

const RUNS = 200;
const MESSAGES = 2;

const BEHAVIOURS: Behaviour[] = [
  "takes",
  "deaf",
  "deaf",
  "deaf",
  "silent",
  "crash",
  "transient",
  "transient",
  "rate_limited",
  "config",
  "permanent",
  "invalid_address",
];
const JUMPS = [1_000, 61_000, 61_000, 10 * MINUTE_MS, HOUR_MS, 13 * HOUR_MS];

/** Which of several, chosen when the step is taken: there may be more or fewer by then. */
const which = fc.nat({ max: 5 });
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("round" as const),
      behaviours: fc.tuple(fc.constantFrom(...BEHAVIOURS), fc.constantFrom(...BEHAVIOURS)),
      records: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("dispatch" as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("call" as const), which, behaviour: fc.constantFrom(...BEHAVIOURS) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("record" as const), which, again: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(...JUMPS), able: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("receipt" as const),
      which,
      kind: fc.constantFrom("sent", "delivered", "failed", "bounced"),
      byKey: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("open_breaker", "close_breakers", "switch_off", "remove"), which }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("cancel", "move"), which }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const at = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];

type Setting = { world: DeliveryWorld; messages: Id<"messageQueue">[]; connections: Id<"connections">[] };

/** A workspace with these e-mail accounts and one for SMS; its sandbox ones are gone. */
async function setting(email: readonly Provider[], sms: Provider): Promise<Setting> {
  vi.setSystemTime(NOON);
  const t = setupConvex();
  const workspace = await makeWorkspace(t);
  const { orgId } = workspace;
  const connections = await inMutation(t, async (ctx) => {
    await ctx.db.patch("organisations", orgId, { quietHours: { start: "00:00", end: "00:00" } });
    for (const connectionId of Object.values(workspace.connections)) await ctx.db.delete("connections", connectionId);
    const created = [];
    const accounts = [
      ...email.map((provider) => ({ channel: "email" as const, provider })),
      { channel: "sms" as const, provider: sms },
    ];
    for (const account of accounts) {
      created.push(await createConnection(ctx, { orgId, ...account, name: account.provider, ratePerSecond: 100 }));
    }
    return created;
  });
  const world = new DeliveryWorld(t, workspace);
  const messages = [];
  for (let i = 0; i < MESSAGES; i++) {
    const purpose = i % 2 === 0 ? "transactional" : "service";
    messages.push(await world.enqueue(`m${i}`, { purpose }));
  }
  return { world, messages, connections };
}

async function take({ world, messages, connections }: Setting, step: Step): Promise<void> {
  switch (step.do) {
    case "round":
      return await round({ world, messages, connections }, step);
    case "dispatch":
      return await world.dispatch();
    case "call":
      return await world.call(step.which % Math.max(1, world.inHand.length), step.behaviour);
    case "record":
      return await world.record(step.which % Math.max(1, world.answers.length), step.again);
    case "pass":
      return await world.pass(step.ms, step.able);
    case "crash":
      return world.crash();
    case "receipt":
      return await world.receipt(step.which % Math.max(1, world.taken.length), step.kind, step.byKey);
    case "close_breakers":
      for (const connectionId of connections) await world.change(connectionId, { breaker: CLOSED });
      return;
    case "open_breaker":
    case "switch_off":
    case "remove": {
      const connectionId = at(connections, step.which);
      if (connectionId !== undefined) await world.change(connectionId, changeBy(step.do));
      return;
    }
    case "cancel":
    case "move": {
      const queueId = at(messages, step.which);
      if (queueId === undefined) return;
      return step.do === "cancel" ? await world.cancel(queueId) : await world.move(queueId, MINUTE_MS);
    }
  }
}

function changeBy(step: "open_breaker" | "switch_off" | "remove") {
  switch (step) {
    case "open_breaker":
      return { breaker: { kind: "open", until: Date.now() + 5 * MINUTE_MS, reason: "down" } } as const;
    case "switch_off":
      return { isEnabled: false };
    case "remove":
      return null;
  }
}

/** What happens most: what is due is claimed, called and, mostly, recorded. */
async function round(
  { world, messages }: Setting,
  { behaviours, records }: Extract<Step, { do: "round" }>,
): Promise<void> {
  const rows = await Promise.all(messages.map((queueId) => world.row(queueId)));
  const waits = rows.filter(({ state }) => state.kind === "pending").map(({ dueAt }) => dueAt - Date.now());
  await world.pass(Math.max(0, Math.min(...waits, HOUR_MS)), true);
  await world.dispatch();
  for (const behaviour of behaviours) await world.call(0, behaviour);
  while (records && world.answers.length > 0) await world.record(0);
}

const SAYS_IT_LEFT = ["sent", "delivered", "read"];
const SAYS_IT_DID_NOT = ["skipped", "cancelled", "dead"];

/** What must hold after every step. `isSure`: every account honours our key and stays. */
async function check({ world, messages }: Setting, isSure: boolean): Promise<void> {
  for (const queueId of messages) {
    const [{ state, mayBeDuplicate }, copies] = [await world.row(queueId), world.copiesOf(queueId)];
    if (isSure) expect({ copies: Math.min(2, copies), mayBeDuplicate }).not.toMatchObject({ copies: 2 });
    if (isSure) expect(mayBeDuplicate).toBe(false);
    if (copies > 1) expect(mayBeDuplicate || state.kind === "unknown").toBe(true);
    if (SAYS_IT_LEFT.includes(state.kind)) expect(copies).toBeGreaterThan(0);
    if (SAYS_IT_DID_NOT.includes(state.kind) && !mayBeDuplicate) expect(copies).toBe(0);
  }
}

/** Everything works again; long enough for every pause, backoff and lease there is. */
async function heal(setting: Setting): Promise<void> {
  const { world, messages, connections } = setting;
  for (let round = 0; round < 60; round++) {
    for (const connectionId of connections) await world.change(connectionId, { breaker: CLOSED, isEnabled: true });
    while (world.answers.length > 0) await world.record(0);
    await world.dispatch();
    while (world.inHand.length > 0) await world.call(0, "takes");
    while (world.answers.length > 0) await world.record(0);
    const rows = await Promise.all(messages.map((queueId) => world.row(queueId)));
    const open = rows.filter(({ state }) => state.kind === "pending" || state.kind === "sending");
    if (open.length === 0) return;
    const waits = open.map(({ state, dueAt }) => (state.kind === "sending" ? state.leaseUntil : dueAt) - Date.now());
    await world.pass(Math.max(1_000, Math.min(...waits)), true);
  }
  throw new Error("A message never ends.");
}

async function holds(setting: Setting, steps: readonly Step[], isSure: boolean): Promise<void> {
  for (const step of steps) {
    await take(setting, step);
    await check(setting, isSure);
  }
  await heal(setting);
  await check(setting, isSure);
}

const RUN = { numRuns: RUNS / 2, seed: 4, endOnFailure: false };
const steps = (kinds: (step: Step) => boolean) => fc.array(step.filter(kinds), { minLength: 6, maxLength: 20 });

it("never sends a message twice where every provider honours our key", { timeout: 240_000 }, async () => {
  const staysAsItIs = ({ do: kind }: Step) => kind !== "remove" && kind !== "switch_off";
  await fc.assert(
    fc.asyncProperty(steps(staysAsItIs), async (taken) => {
      await holds(await setting(["sandbox", "resend"], "sandbox"), taken, true);
    }),
    RUN,
  );
});

it("never doubles a message silently, whoever carries it", { timeout: 240_000 }, async () => {
  const accounts = fc.constantFrom<[Provider[], Provider]>(
    [["smtp", "sandbox"], "twilio"],
    [["sandbox", "smtp"], "sandbox"],
    [["postmark"], "twilio"],
    [["resend"], "sandbox"],
  );
  await fc.assert(
    fc.asyncProperty(
      accounts,
      steps(() => true),
      async ([email, sms], taken) => {
        await holds(await setting(email, sms), taken, false);
      },
    ),
    RUN,
  );
});
