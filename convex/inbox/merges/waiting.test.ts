import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstUnanswered } from "./waiting";

const message = fc.record({
  messageType: fc.constantFrom("incoming", "outgoing", "internal_note", "system_notification", "auto_response"),
  senderKind: fc.constantFrom("member", "contact", "system"),
  isAutomatic: fc.boolean(),
  at: fc.integer({ min: 0, max: 50 }),
} as const);

describe("since when the customer waits", () => {
  it("is as if the messages were read one after another", () => {
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        let since: number | null = null;
        // Of one instant the answer comes last: who answers at once leaves nobody waiting.
        const inOrder = messages.toSorted((a, b) => a.at - b.at || rank(a) - rank(b));
        for (const each of inOrder) {
          if (each.messageType === "incoming" && !each.isAutomatic) since ??= each.at;
          if (each.messageType === "outgoing" && each.senderKind === "member") since = null;
        }
        expect(firstUnanswered(messages)).toBe(since);
      }),
      { seed: 20261121 },
    );
  });

  it("does not depend on their order", () => {
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        expect(firstUnanswered(messages.toReversed())).toBe(firstUnanswered(messages));
      }),
      { seed: 20261121 },
    );
  });
});

function rank({ messageType }: { messageType: string }): number {
  return messageType === "outgoing" ? 1 : 0;
}
