import type { FunctionReference } from "convex/server";
import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { JourneyEntry } from "./journey";

type JourneySource = FunctionReference<
  "query",
  "internal",
  { orgId: Id<"organisations">; bookingId: Doc<"bookings">["_id"] },
  JourneyEntry[]
>;

/** Who plans messages for a booking: higher ranks, asked through this one table when a booking is shown. */
export const JOURNEY_SOURCES: readonly JourneySource[] = [internal.sequences.jobs.journeyOfBooking];
