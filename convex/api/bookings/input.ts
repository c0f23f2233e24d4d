import { z } from "zod";
import { ATTRIBUTE_NAME, MAX_ATTRIBUTE_CHARS, MAX_PLACE_CHARS, MAX_TITLE_CHARS } from "../../bookings/rules";
import { BOOKING_STATUSES } from "../../bookings/statuses";
import { recipient } from "../messages/input";
import { pageQuery } from "../paging";
import { SETTABLE_STATUSES } from "./schema";

const MAX_PEOPLE = 100;
const MAX_REASON_CHARS = 2_000;
const MAX_ID_CHARS = 200;

const instant = z.iso.datetime({ offset: true });
const id = z.string().trim().min(1).max(MAX_ID_CHARS);
const title = z.string().trim().min(1).max(MAX_TITLE_CHARS);
const location = z
  .union([
    z.strictObject({
      kind: z.literal("onsite"),
      zone: z.string().min(1).max(60).describe("IANA zone of the place: its messages go by this clock."),
      text: z.string().trim().min(1).max(MAX_PLACE_CHARS).optional(),
    }),
    z.strictObject({ kind: z.literal("online"), url: z.url().max(MAX_PLACE_CHARS).optional() }),
  ])
  .describe("At a place, or online: then messages go by each person's own clock.");
const attributes = z.record(
  z.string().regex(ATTRIBUTE_NAME, "This cannot be an attribute's name."),
  z.union([z.string().max(MAX_ATTRIBUTE_CHARS), z.number(), z.boolean()]),
);
const people = z
  .array(recipient)
  .min(1)
  .max(MAX_PEOPLE)
  .describe("Who takes part, the first of whom booked. Each has a journey and consents of their own.");

export const bookingsQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(BOOKING_STATUSES).optional(),
  from: instant.optional().describe("That start then or later."),
  to: instant.optional().describe("That start before then."),
  contactId: id.optional().describe("Of this person; a page may be short while there are more."),
  externalId: id.optional().describe("Known by this id at a source; goes alone."),
});

export const newBookingInput = z.strictObject({
  externalId: id.optional().describe("Your own id: the same again answers with the booking there is."),
  title,
  startsAt: instant,
  endsAt: instant,
  location,
  people,
  attributes: attributes.default({}),
});

export const bookingChangeInput = z
  .strictObject({
    title,
    startsAt: instant.describe("Without `endsAt` the booking keeps its length. Another time makes it confirmed again."),
    endsAt: instant,
    location,
    people: people.describe("All of them; messages to who is missing stop."),
    attributes: attributes.describe("All of them; replaces what was there."),
    status: z.enum(SETTABLE_STATUSES),
    cancellationReason: z.string().trim().min(1).max(MAX_REASON_CHARS).describe("With `status: cancelled`."),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { message: "Name at least one field to change." });
