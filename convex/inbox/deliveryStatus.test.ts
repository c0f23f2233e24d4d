import { describe, expect, it } from "vitest";
import { MESSAGE_STATES } from "../delivery/schema";
import { mayFollow, statusOfState } from "./deliveryStatus";
import { DELIVERY_STATUSES } from "./deliveryStatuses";

describe("mayFollow", () => {
  it("never repeats a status and never takes arrival back", () => {
    for (const status of DELIVERY_STATUSES) {
      expect(mayFollow(status, status)).toBe(false);
      expect(mayFollow("read", status)).toBe(false);
      expect(mayFollow("delivered", status)).toBe(status === "read");
      expect(mayFollow(status, "pending")).toBe(false);
    }
  });
  it("lets a failure follow sent, and a later success follow a failure", () => {
    expect(mayFollow("sent", "failed")).toBe(true);
    expect(mayFollow("failed", "sent")).toBe(true);
  });
});

describe("statusOfState", () => {
  const failure = { class: "permanent" as const, reason: "Unknown user" };
  it.each([
    [{ kind: "pending" as const }, { status: "pending" }],
    [{ kind: "delivered" as const, at: 1 }, { status: "delivered" }],
    [
      { kind: "dead" as const, at: 1, failure },
      { status: "failed", reason: "Unknown user" },
    ],
    [
      { kind: "bounced" as const, at: 1, failure },
      { status: "bounced", reason: "Unknown user" },
    ],
    [
      { kind: "skipped" as const, at: 1, reason: "No address" },
      { status: "failed", reason: "No address" },
    ],
    [{ kind: "unknown" as const, at: 1, reason: "Lost" }, { status: "pending" }],
  ])("%o is %o", (state, expected) => expect(statusOfState(state)).toEqual(expected));
  it("knows every state", () => expect(MESSAGE_STATES).toHaveLength(12));
});
