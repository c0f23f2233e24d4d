import fc from "fast-check";
import { expect, it } from "vitest";
import { PRIORITIES, THREAD_STATUSES } from "../../lib/closedSets";
import { isOpenStatus } from "../model/rows";
import { isJump, isOpenTicket, nextStatus, priorityOf, threadStatusOf, ticketStatusOf, urgencyOf } from "./mapping";
import { TICKET_SOURCES, TICKET_STATUSES, URGENCIES } from "./sets";

it("keeps S3's words to the letter", () => {
  expect(TICKET_STATUSES).toEqual(["NEW", "NEEDS_CALLBACK", "SCHEDULED", "IN_PROGRESS", "DONE", "CLOSED"]);
  expect(TICKET_SOURCES.slice(0, 6)).toEqual(["wizard", "missed_call", "sms_reply", "whatsapp", "email", "manual"]);
  expect(URGENCIES).toEqual(["HIGH", "MED", "LOW"]);
});

it("says a ticket's status in S1's words and back", () => {
  expect(TICKET_STATUSES.map(threadStatusOf)).toEqual([
    "open",
    "waiting_internal",
    "waiting_customer",
    "in_progress",
    "resolved",
    "closed",
  ]);
  for (const status of TICKET_STATUSES) expect(ticketStatusOf(threadStatusOf(status))).toBe(status);
});

it("says a conversation's status in S3's words and back; only escalated has none", () => {
  for (const status of THREAD_STATUSES) {
    const ticket = ticketStatusOf(status);
    if (ticket === null) expect(status).toBe("escalated");
    else expect(threadStatusOf(ticket)).toBe(status);
  }
});

it("is open exactly while its conversation is", () => {
  for (const status of TICKET_STATUSES) expect(isOpenTicket(status)).toBe(isOpenStatus(threadStatusOf(status)));
});

it("keeps an urgency through its priority; nothing urgent becomes critical by itself", () => {
  for (const urgency of URGENCIES) expect(urgencyOf(priorityOf(urgency))).toBe(urgency);
  expect(URGENCIES.map(priorityOf)).toEqual(["urgent", "normal", "low"]);
  expect(PRIORITIES.map(urgencyOf)).toEqual(["LOW", "MED", "MED", "HIGH", "HIGH"]);
});

it("takes only the next status of the flow as none of a jump", () => {
  const status = fc.constantFrom(...TICKET_STATUSES);
  fc.assert(
    fc.property(status, status, (from, to) => {
      const steps = TICKET_STATUSES.indexOf(to) - TICKET_STATUSES.indexOf(from);
      expect(isJump(from, to)).toBe(steps !== 1);
    }),
  );
  expect(nextStatus("CLOSED")).toBeNull();
});
