import { expect, it } from "vitest";
import type { Doc } from "../_generated/dataModel";
import { bookingStates, type BookingChange } from "./timeline";

const HOUR_MS = 3_600_000;
const NOW: Partial<Doc<"bookings">> = {
  status: "confirmed",
  isActive: true,
  bookedAt: 100,
  startsAt: 9_000,
  endsAt: 9_500,
};
const booking = (more: Partial<Doc<"bookings">> = {}) => ({ ...NOW, ...more }) as Doc<"bookings">;
const shown = (now: Doc<"bookings">, changes: BookingChange[]) =>
  bookingStates(now, changes).map(({ from, booking: { status, startsAt, endsAt, cancelledAt, checkedInAt } }) => {
    return { from, status, startsAt, endsAt, cancelledAt, checkedInAt };
  });

it("of which nothing was changed was always what it is", () => {
  expect(shown(booking(), [])).toEqual([
    { from: 0, status: "confirmed", startsAt: 9_000, endsAt: 9_500, cancelledAt: undefined, checkedInAt: undefined },
  ]);
});

it("was at its old time until it was moved, as long as now", () => {
  const changes = [
    { at: 200, details: { oldStartsAt: 5_000, startsAt: 7_000 } },
    { at: 300, details: { oldStartsAt: 7_000, startsAt: 9_000 } },
  ];
  expect(shown(booking(), changes)).toMatchObject([
    { from: 0, startsAt: 5_000, endsAt: 5_500 },
    { from: 200, startsAt: 7_000, endsAt: 7_500 },
    { from: 300, startsAt: 9_000, endsAt: 9_500 },
  ]);
});

it("has the instants of what happened to it only once it had happened", () => {
  const now = booking({
    status: "cancelled",
    isActive: false,
    cancelledAt: 390,
    startsAt: HOUR_MS,
    endsAt: 2 * HOUR_MS,
  });
  const changes: BookingChange[] = [
    { at: 200, details: { from: "confirmed" } },
    { at: 300, details: { from: "cancelled", reason: "x" } },
    { at: 400, details: { from: "checked_in" } },
  ];
  expect(shown(now, changes)).toMatchObject([
    { from: 0, status: "confirmed", cancelledAt: undefined, checkedInAt: undefined },
    { from: 200, status: "cancelled", cancelledAt: 200 },
    { from: 300, status: "checked_in", cancelledAt: undefined, checkedInAt: 300 },
    { from: 400, status: "cancelled", cancelledAt: 390 },
  ]);
});

it("that was brought back was never checked in", () => {
  const changes = [
    { at: 200, details: { from: "confirmed" } },
    { at: 300, details: { from: "checked_in" } },
  ];
  expect(shown(booking(), changes)).toMatchObject([
    { status: "confirmed", checkedInAt: undefined },
    { status: "checked_in", checkedInAt: 200 },
    { status: "confirmed", checkedInAt: undefined },
  ]);
});
