import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MESSAGE_STATES, type MessageState } from "./schema";
import { stateAfter, type StatusReceipt } from "./status";

const kinds = ["sent", "delivered", "read", "bounced", "failed"] as const;
const receipt = (kind: StatusReceipt["kind"], at = 1): StatusReceipt => ({ kind, at });
const after = (state: MessageState, receipts: StatusReceipt[]) =>
  receipts.reduce((current, each) => stateAfter(current, each) ?? current, state);

describe("stateAfter", () => {
  const sent: MessageState = { kind: "sent", at: 0 };

  it.each([
    [["delivered"], "delivered"],
    [["delivered", "sent"], "delivered"],
    [["read", "delivered"], "read"],
    [["failed"], "failed"],
    [["bounced", "failed"], "bounced"],
    // A late bounce of a delivered mail is kept as an event and a suppression, not as the state (providers.md 0.3).
    [["delivered", "bounced"], "delivered"],
    [["bounced", "delivered"], "delivered"],
  ] as const)("%j ends as %s", (receipts, expected) => {
    expect(
      after(
        sent,
        receipts.map((kind) => receipt(kind)),
      ).kind,
    ).toBe(expected);
  });

  it("keeps the provider's words with a failure", () => {
    expect(stateAfter(sent, { kind: "bounced", at: 5, reason: "550 5.1.1 unknown" })).toMatchObject({
      kind: "bounced",
      at: 5,
      failure: { reason: "550 5.1.1 unknown" },
    });
  });

  it.each(["skipped", "cancelled"] as const)("says nothing about a message that was %s", (kind) => {
    for (const each of kinds) expect(stateAfter({ kind, at: 0, reason: "r" }, receipt(each))).toBeNull();
  });

  it("ends in the same state in any order and with any repetition", () => {
    const receipts = fc.array(fc.constantFrom(...kinds), { maxLength: 8 });
    fc.assert(
      fc.property(receipts, fc.array(fc.nat()), (list, order) => {
        const shuffled = [...list, ...list]
          .map((kind, i) => ({ kind, key: order[i % Math.max(order.length, 1)] ?? i }))
          .sort((a, b) => a.key - b.key)
          .map(({ kind }) => kind);
        const straight = after(
          sent,
          list.map((kind) => receipt(kind)),
        );
        expect(
          after(
            sent,
            shuffled.map((kind) => receipt(kind)),
          ),
        ).toEqual(straight);
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  it("covers every state", () => {
    for (const kind of MESSAGE_STATES)
      expect(() => stateAfter({ kind } as MessageState, receipt("read"))).not.toThrow();
  });
});
