import { describe, expect, it } from "vitest";
import {
  bookingSearch,
  inboxSearch,
  phoneSearch,
  queueSearch,
  reportSearch,
  settingsSearch,
  textSearch,
} from "./search-params";

/** What an address may really hold: anything. */
const raw = (values: Record<string, unknown>) => values as never;

describe("filter state in the address", () => {
  it("is complete when the address says nothing", () => {
    expect(inboxSearch(raw({}))).toEqual({ view: "all" });
    expect(bookingSearch(raw({}))).toEqual({ view: "upcoming" });
    expect(queueSearch(raw({}))).toEqual({ group: "waiting" });
    expect(phoneSearch(raw({}))).toEqual({});
    expect(reportSearch(raw({}))).toEqual({ period: "month" });
  });

  it("keeps what it knows", () => {
    expect(inboxSearch(raw({ view: "mine", channel: "sms" }))).toEqual({ view: "mine", channel: "sms" });
    const narrowed = { view: "all", status: "escalated", priority: "high", tag: "Kurs", isUnread: true };
    expect(inboxSearch(raw({ ...narrowed, threadType: "complaint", assigneeId: "m1" }))).toEqual({
      ...narrowed,
      threadType: "complaint",
      assigneeId: "m1",
    });
    expect(inboxSearch(raw({ view: "tasks", tag: 2026 }))).toEqual({ view: "tasks", tag: "2026" });
    expect(settingsSearch(raw({ part: "routingRules" }))).toEqual({ part: "routingRules" });
    const report = { period: "year", channel: "whatsapp", teamId: "t1" };
    expect(reportSearch(raw(report))).toEqual(report);
    expect(textSearch(raw({ q: 4711 }))).toEqual({ q: "4711" });
    expect(textSearch(raw({ q: {} }))).toEqual({});
    expect(queueSearch(raw({ group: "failed", message: "m1" }))).toEqual({ group: "failed", message: "m1" });
  });

  it("survives nonsense", () => {
    expect(inboxSearch(raw({ view: "<script>", channel: 7 }))).toEqual({ view: "all" });
    const nonsense = { status: "gone", priority: 1, threadType: {}, tag: [], assigneeId: 7, isUnread: "yes" };
    expect(inboxSearch(raw(nonsense))).toEqual({ view: "all" });
    expect(queueSearch(raw({ group: null, message: {} }))).toEqual({ group: "waiting" });
    expect(reportSearch(raw({ period: "ever", channel: "pigeon", teamId: 7 }))).toEqual({ period: "month" });
    expect(settingsSearch(raw({ part: "nothing" }))).toEqual({});
  });
});
