import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  allRows,
  asAdmin,
  inMutation,
  makeWorkspace,
  NOON,
  queueText,
  runJobs,
  type Convex,
  type Workspace,
} from "../../../tests/support/delivery";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { recordConsent } from "../../contacts/consents/model";
import { liftSuppression, suppress } from "../../contacts/suppressions/model";

// Whatever reacts to the events is tested where it lives.
vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
});
afterEach(() => vi.useRealTimers());

const say = (state: "granted" | "withdrawn", wordingText: string) =>
  inMutation(t, (ctx) =>
    recordConsent(ctx, {
      orgId: workspace.orgId,
      contactId: workspace.contactId,
      channel: "email",
      purpose: "marketing",
      state,
      wordingVersion: "v1",
      wordingText,
      source: "form",
    }),
  );
const send = async (key: string) => {
  const { queueId } = await queueText(t, workspace, { purpose: "marketing", lane: "marketing", idempotencyKey: key });
  await runJobs(t);
  return queueId;
};
const moment = async (queueId: Id<"messageQueue">) =>
  await asAdmin(t).query(api.delivery.consentMoment.queries.ofMessage, { orgId: workspace.orgId, queueId });

describe("the consent time machine", () => {
  it("shows the words that were valid then, whatever was said since", async () => {
    const first = await say("granted", "Ja, bitte");
    vi.setSystemTime(NOON + 60_000);
    const queueId = await send("m");
    const before = await moment(queueId);
    vi.setSystemTime(NOON + 24 * 3_600_000);
    await say("withdrawn", "Nein, danke");
    expect(before).toMatchObject({
      recorded: { rule: "granted", consentId: first },
      isConsistent: true,
      atDecision: {
        isAllowed: true,
        because: "granted",
        pack: "DE",
        statement: { id: first, wordingText: "Ja, bitte" },
      },
      today: { isAllowed: true },
    });
    const after = await moment(queueId);
    expect(after?.atDecision).toEqual(before?.atDecision);
    expect(after?.today).toMatchObject({
      isAllowed: false,
      because: "withdrawn",
      statement: { wordingText: "Nein, danke" },
    });
  });

  it("does not know what was recorded later about an earlier time", async () => {
    await say("granted", "Ja");
    vi.setSystemTime(NOON + 60_000);
    const queueId = await send("m");
    vi.setSystemTime(NOON + 120_000);
    await inMutation(t, (ctx) =>
      recordConsent(ctx, {
        orgId: workspace.orgId,
        contactId: workspace.contactId,
        channel: "email",
        purpose: "marketing",
        state: "withdrawn",
        wordingVersion: "v1",
        source: "letter",
        // The letter was written before the message went, and read after.
        at: NOON + 30_000,
      }),
    );
    expect(await moment(queueId)).toMatchObject({
      atDecision: { because: "granted" },
      today: { because: "withdrawn" },
    });
  });

  it("names the rule and the row for a message that did not go", async () => {
    const refused = await say("withdrawn", "Nein");
    vi.setSystemTime(NOON + 60_000);
    const queueId = await send("m");
    expect(await moment(queueId)).toMatchObject({
      recorded: { rule: "withdrawn", consentId: refused },
      isConsistent: true,
      atDecision: { isAllowed: false, because: "withdrawn", statement: { id: refused, at: NOON } },
    });
  });

  it("shows a suppression that has been lifted since", async () => {
    await say("granted", "Ja");
    const scope = { orgId: workspace.orgId, channel: "email", address: "max@example.org" } as const;
    const { suppressionId } = await inMutation(t, (ctx) => suppress(ctx, { ...scope, reason: "manual" }));
    vi.setSystemTime(NOON + 60_000);
    const queueId = await send("m");
    vi.setSystemTime(NOON + 120_000);
    await inMutation(t, async (ctx) => {
      const row = await ctx.db.get("suppressions", suppressionId);
      await liftSuppression(ctx, row!, { actor: { kind: "system", name: "test" }, reason: "Tippfehler" });
    });
    expect(await moment(queueId)).toMatchObject({
      atDecision: { isAllowed: false, because: "suppressed", suppressions: [{ reason: "manual" }] },
      today: { isAllowed: true, suppressions: [] },
    });
  });

  it("is empty while nothing has been decided, and lists a person's messages", async () => {
    const { orgId, contactId } = workspace;
    const { queueId } = await queueText(t, workspace, { dueAt: NOON + 3_600_000 });
    expect(await moment(queueId)).toBeNull();
    const args = { orgId, contactId, paginationOpts: { numItems: 10, cursor: null } };
    const { page } = await asAdmin(t).query(api.delivery.consentMoment.queries.messages, args);
    expect(page).toMatchObject([{ id: queueId, channel: "email", stateKind: "pending" }]);
    expect(await allRows(t, "consents")).toEqual([]);
  });
});
