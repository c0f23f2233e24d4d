import { expect, it } from "vitest";
import { firstUnanswered } from "../merges/waiting";
import { callMeans, DEFAULT_CALL_SETTINGS, wasTalkedTo } from "./rules";
import { CALL_OUTCOMES } from "./schema";

const call = (direction: "incoming" | "outgoing", outcome: (typeof CALL_OUTCOMES)[number]) => ({ direction, outcome });

it("answers where somebody was talked to, waits where the customer called in vain", () => {
  for (const outcome of CALL_OUTCOMES) {
    const talked = wasTalkedTo({ outcome });
    expect(callMeans(call("outgoing", outcome), DEFAULT_CALL_SETTINGS)).toBe(talked ? "answers" : "nothing");
    expect(callMeans(call("incoming", outcome), DEFAULT_CALL_SETTINGS)).toBe(talked ? "answers" : "waits");
    const off = { outgoingAnswers: false, incomingAnswers: false, missedWaits: false };
    expect(callMeans(call("outgoing", outcome), off)).toBe("nothing");
    expect(callMeans(call("incoming", outcome), off)).toBe("nothing");
  }
});

it("counts calls for who waits for whom", () => {
  const wrote = { messageType: "incoming", senderKind: "contact", isAutomatic: false, at: 10 } as const;
  const called = { messageType: "internal_note", senderKind: "member", isAutomatic: false, at: 20 } as const;
  expect(firstUnanswered([wrote, { ...called, callMeaning: "answers" }])).toBeNull();
  expect(firstUnanswered([wrote, { ...called, callMeaning: "nothing" }])).toBe(10);
  expect(firstUnanswered([{ ...called, callMeaning: "waits" }])).toBe(20);
  expect(
    firstUnanswered([
      { ...wrote, at: 30 },
      { ...called, callMeaning: "answers" },
    ]),
  ).toBe(30);
});
