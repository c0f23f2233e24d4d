import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { createConnection } from "../../convex/connections/model";
import { LEASE_MS } from "../../convex/delivery/model/lease";
import { setupConvex } from "../support/convex";
import { inMutation, makeWorkspace, NOON, queueText, rowOf, type Convex } from "../support/delivery";
import { startStub } from "./stub-server.ts";

// Design rule 4: a provider that can be asked is asked before anything is sent again.

// Whatever reacts to the events is tested where it lives.
vi.mock("../../convex/events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

const SID = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const TEXT = "Guten Tag";

let stub: Awaited<ReturnType<typeof startStub>>;
let t: Convex;
let queueId: Id<"messageQueue">;

beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.stop());

beforeEach(async () => {
  // The stub is on this machine.
  vi.stubEnv("WEBHOOKS_ALLOW_LOOPBACK", "true");
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  const workspace = await makeWorkspace(t);
  const { orgId, connections } = workspace;
  await inMutation(t, async (ctx) => {
    for (const connectionId of Object.values(connections)) await ctx.db.delete("connections", connectionId);
    await createConnection(ctx, {
      orgId,
      channel: "sms",
      provider: "twilio",
      name: "Twilio",
      settings: { baseUrl: stub.url, accountSid: SID, sender: "+41791110000" },
      secrets: { authToken: "geheim" },
    });
  });
  queueId = (await queueText(t, workspace, { channel: "sms", content: { kind: "finished", text: TEXT, fileIds: [] } }))
    .queueId;
  await claimAndDie();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** The message is claimed, the process dies, and the sweep finds it after its lease. */
async function claimAndDie(): Promise<void> {
  const { shard } = await rowOf(t, queueId);
  await t.mutation(internal.delivery.jobs.dispatch, { lane: "transactional", shard });
  vi.setSystemTime(NOON + LEASE_MS);
  await t.mutation(internal.delivery.jobs.sweep, {});
  expect((await rowOf(t, queueId)).state).toMatchObject({ kind: "sending", isAsking: true });
}

const ask = () => t.action(internal.delivery.nodeJobs.askProvider, { queueId, attempt: 1 });
/** Twilio's log: one message with these words, created a second after the try began. */
const log = [{ sid: "SM1", body: TEXT, direction: "outbound-api", date_created: new Date(NOON + 1_000).toUTCString() }];

it("a message that had left before the process died is found by the time of its try, and not sent again", async () => {
  stub.answer({ body: { messages: log } });
  await ask();
  expect(await rowOf(t, queueId)).toMatchObject({ state: { kind: "sent" }, providerMessageId: "SM1" });
  expect(stub.requests.map(({ method }) => method)).toEqual(["GET"]);
});

it("one the provider does not have goes again, as if for the first time", async () => {
  const earlier = { date_created: new Date(NOON - 60_000).toUTCString() };
  stub.answer({ body: { messages: log.map((message) => ({ ...message, ...earlier })) } });
  await ask();
  expect(await rowOf(t, queueId)).toMatchObject({ state: { kind: "pending" }, mayBeDuplicate: false });
});

it("without a word of the provider's it goes again marked", async () => {
  stub.answer("reset");
  await ask();
  expect(await rowOf(t, queueId)).toMatchObject({ state: { kind: "pending" }, mayBeDuplicate: true });
});
