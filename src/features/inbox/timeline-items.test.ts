import { describe, expect, it } from "vitest";
import type { MessageRow } from "../../lib/api-types";
import { answeredSince, guessedHeight, timelineItems } from "./timeline-items";

const NOON = new Date(2026, 10, 20, 12, 0).getTime();
const MINUTE = 60_000;

function message(id: string, overrides: Partial<MessageRow> = {}): MessageRow {
  return {
    id: id as MessageRow["id"],
    clientId: undefined,
    authorId: undefined,
    editedAt: undefined,
    removedAt: undefined,
    messageType: "incoming",
    channel: "sms",
    senderName: "Mia",
    senderKind: "contact",
    senderAddress: undefined,
    subject: undefined,
    text: id,
    quotedText: undefined,
    html: undefined,
    at: NOON,
    deliveryStatus: undefined,
    failureReason: undefined,
    queueId: undefined,
    retry: undefined,
    files: [],
    missingFiles: [],
    isAutomatic: false,
    recipients: [],
    from: undefined,
    isForward: false,
    isSentElsewhere: false,
    held: undefined,
    splitAt: undefined,
    otherThreadId: undefined,
    call: undefined,
    reactions: [],
    quoted: undefined,
    isChat: false,
    ...overrides,
  };
}

const shape = (newestFirst: MessageRow[]) =>
  timelineItems(newestFirst).flatMap(({ key, isNewDay, isFollowUp }) => [
    ...(isNewDay ? ["day"] : []),
    key + (isFollowUp ? "+" : ""),
  ]);

describe("timelineItems", () => {
  it("puts the oldest on top and parts the days", () => {
    const yesterday = message("a", { at: NOON - 24 * 60 * MINUTE });
    expect(shape([message("b"), yesterday])).toEqual(["day", "a", "day", "b"]);
  });

  it("joins what one person wrote in one go", () => {
    const second = message("b", { at: NOON + MINUTE });
    const later = message("c", { at: NOON + 30 * MINUTE });
    expect(shape([later, second, message("a")])).toEqual(["day", "a", "b+", "c"]);
  });

  it("never joins another person, another channel or a note", () => {
    const at = NOON + MINUTE;
    expect(shape([message("b", { at, senderName: "Tom" }), message("a")])).toEqual(["day", "a", "b"]);
    expect(shape([message("b", { at, channel: "email" }), message("a")])).toEqual(["day", "a", "b"]);
    expect(shape([message("b", { at, messageType: "internal_note" }), message("a")])).toEqual(["day", "a", "b"]);
  });

  it("keeps the row of one's own message when the server gives it an id", () => {
    const [before] = timelineItems([message("client-1", { clientId: "client-1" })]);
    const [after] = timelineItems([message("server-7", { clientId: "client-1" })]);
    expect(after?.key).toBe(before?.key);
  });
});

describe("guessedHeight", () => {
  const heightOf = (text: string) =>
    guessedHeight({ key: "", message: message("a", { text }), isNewDay: false, isFollowUp: false });

  it("grows with the lines of the text, written or wrapped", () => {
    expect(heightOf("a\nb\nc")).toBeGreaterThan(heightOf("a"));
    expect(heightOf("x".repeat(500))).toBeGreaterThan(heightOf("x".repeat(70)));
  });
});

describe("answeredSince", () => {
  const answer = message("x", { messageType: "outgoing", senderName: "Malte" });

  it("finds a colleague's answer that came meanwhile", () => {
    expect(answeredSince(answer, "a" as MessageRow["id"], "Jana")).toBe(answer);
  });

  it("stays quiet about what was there before, one's own words, notes and the customer", () => {
    expect(answeredSince(answer, answer.id, "Jana")).toBeNull();
    expect(answeredSince(answer, null, "Malte")).toBeNull();
    expect(answeredSince(message("n", { messageType: "internal_note" }), null, "Jana")).toBeNull();
    expect(answeredSince(message("i"), null, "Jana")).toBeNull();
    expect(answeredSince(null, null, "Jana")).toBeNull();
  });
});
