import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import {
  allRows,
  inMutation,
  makeWorkspace,
  NOON,
  queueText,
  rowOf,
  type Convex,
  type Workspace,
} from "../../tests/support/delivery";
import { primaryAddress } from "../contacts/model";
import { suppressionOf } from "../contacts/suppressions/model";
import { setState } from "../delivery/model";
import { recordReceipt } from "./receipts/model";
import { STATUS_KINDS } from "../delivery/providers/types";
import type { ReceiptKind } from "./schema";

// Whatever reacts to the events is tested where it lives.
vi.mock("../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
});
afterEach(() => vi.useRealTimers());

/** A message its provider has accepted. */
async function sentMessage(key: string) {
  const { queueId } = await queueText(t, workspace, { idempotencyKey: key, purpose: "marketing", lane: "marketing" });
  const connectionId = workspace.connections.email;
  const route = { connectionId, providerMessageId: key, routedChannel: "email", address: "max@example.org" } as const;
  await inMutation(t, async (ctx) => {
    const row = (await ctx.db.get("messageQueue", queueId))!;
    await setState(ctx, row, { kind: "sent", at: NOON }, route);
  });
  return queueId;
}

const receive = (key: string, kind: ReceiptKind, dedupeKey = `${key}:${kind}`) =>
  inMutation(t, (ctx) =>
    recordReceipt(ctx, {
      orgId: workspace.orgId,
      connectionId: workspace.connections.email,
      providerMessageId: key,
      kind,
      at: NOON + STATUS_KINDS.indexOf(kind),
      dedupeKey,
    }),
  );

const isSuppressed = (purpose: "marketing" | "transactional") =>
  inMutation(t, (ctx) =>
    suppressionOf(ctx, {
      orgId: workspace.orgId,
      channel: "email",
      address: "max@example.org",
      purpose,
      topic: "news",
    }),
  );

describe("receipts", () => {
  it("move the state up and are kept once", async () => {
    const queueId = await sentMessage("m");
    expect(await receive("m", "delivered")).toBe("applied");
    expect(await receive("m", "delivered")).toBe("known");
    expect((await rowOf(t, queueId)).state).toMatchObject({ kind: "delivered", at: NOON + 2 });
    expect(await allRows(t, "receipts")).toHaveLength(1);
  });

  it("write nothing when they are late", async () => {
    const queueId = await sentMessage("m");
    await receive("m", "read");
    const before = [await rowOf(t, queueId), await allRows(t, "receipts"), await allRows(t, "decisions")];
    expect(await receive("m", "delivered")).toBe("late");
    expect(await receive("m", "sent")).toBe("late");
    expect(await receive("m", "queued")).toBe("late");
    expect([await rowOf(t, queueId), await allRows(t, "receipts"), await allRows(t, "decisions")]).toEqual(before);
  });

  it("of a message that is not ours find nothing", async () => {
    await sentMessage("m");
    expect(await receive("other", "delivered")).toBe("unmatched");
    expect(await allRows(t, "receipts")).toEqual([]);
  });

  it("of a bounce suppress the address for everything, even after delivery", async () => {
    const queueId = await sentMessage("m");
    await receive("m", "delivered");
    expect(await receive("m", "bounced")).toBe("applied");
    expect((await rowOf(t, queueId)).state.kind).toBe("delivered");
    expect(await isSuppressed("transactional")).toMatchObject({ reason: "hard_bounce" });
    expect(await inMutation(t, (ctx) => primaryAddress(ctx, workspace.contactId, "email"))).toBeNull();
  });

  it("of a complaint end marketing and leave the delivery status alone", async () => {
    const queueId = await sentMessage("m");
    expect(await receive("m", "complained")).toBe("applied");
    expect((await rowOf(t, queueId)).state.kind).toBe("sent");
    expect(await isSuppressed("marketing")).toMatchObject({ reason: "complaint" });
    expect(await isSuppressed("transactional")).toBeNull();
  });

  it("of an opened mail prove arrival, not reading", async () => {
    const queueId = await sentMessage("m");
    await receive("m", "opened");
    expect((await rowOf(t, queueId)).state.kind).toBe("delivered");
  });

  it("end in the same state in any order and with any repetition", async () => {
    let run = 0;
    const outcome = async (kinds: ReceiptKind[]) => {
      const key = `run${run++}`;
      const queueId = await sentMessage(key);
      for (const kind of kinds) await receive(key, kind);
      const row = await rowOf(t, queueId);
      // Kept once: repeating everything writes nothing.
      const kept = (await allRows(t, "receipts")).length;
      for (const kind of kinds) expect(["known", "late"]).toContain(await receive(key, kind));
      expect((await allRows(t, "receipts")).length).toBe(kept);
      return row.state;
    };
    await fc.assert(
      fc.asyncProperty(fc.subarray([...STATUS_KINDS]), fc.infiniteStream(fc.nat({ max: 999 })), async (kinds, keys) => {
        const shuffled = kinds
          .flatMap((kind) => [kind, kind])
          .map((kind) => ({ kind, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ kind }) => kind);
        // Opened and clicked report delivery at their own time; which of the three came first is all that may differ.
        expect((await outcome(shuffled)).kind).toBe((await outcome(kinds)).kind);
      }),
      { seed: 5, numRuns: 40 },
    );
  });
});
