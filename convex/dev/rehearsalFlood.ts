import { v } from "convex/values";
import { internalMutation, internalQuery } from "../lib/functions";
import { DAY_MS, HOUR_MS } from "../lib/time";
import { listSequences, requireSequence } from "../sequences/model/sequences";
import { flowToRehearse, rehearsePage } from "../sequences/rehearsal/model/page";
import { vPlace } from "../sequences/rehearsal/schema";
import { bookFor, floodSource, MAX_PER_CALL } from "./model/flood";

// Many bookings of different times and one rehearsal over them, for the benchmark of journeys.

/** Beyond every offset of the benchmark's journey; then one every three hours. */
const START_IN_DAYS = 60;
const EVERY_MS = 3 * HOUR_MS;

/** Books for the people number `from` up to `to` (exclusive), each at a time of their own. */
export const book = internalMutation({
  args: { orgId: v.id("organisations"), from: v.number(), to: v.number() },
  returns: v.null(),
  handler: async (ctx, { orgId, from, to }): Promise<null> => {
    const source = await floodSource(ctx, orgId);
    for (let i = from; i < Math.min(to, from + MAX_PER_CALL); i++) {
      const startsAt = Date.now() + START_IN_DAYS * DAY_MS + i * EVERY_MS;
      await bookFor(ctx, source, i, { externalId: `rehearsed-${i}`, startsAt, endsAt: startsAt + 4 * HOUR_MS });
    }
    return null;
  },
});

/** One answer of the rehearsal, as the screen asks for it; only counted, so that its way over the wire is not measured. */
export const page = internalQuery({
  args: { orgId: v.id("organisations"), since: v.number(), after: vPlace },
  returns: v.object({ bookings: v.number(), messages: v.number(), goes: v.number(), next: vPlace }),
  handler: async (ctx, { orgId, since, after }) => {
    const [first] = await listSequences(ctx, orgId);
    if (first === undefined) throw new Error("The workspace has no journey.");
    const sequence = await requireSequence(ctx, orgId, first._id);
    const flow = await flowToRehearse(ctx, sequence, undefined);
    const { bookings, people, next } = await rehearsePage(ctx, { sequence, flow, now: Date.now() }, { since, after });
    const messages = people.flatMap((person) => person.messages);
    const goes = messages.filter(({ outcome }) => outcome === "goes").length;
    return { bookings: bookings.length, messages: messages.length, goes, next };
  },
});
