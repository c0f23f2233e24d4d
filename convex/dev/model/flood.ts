import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { applyBookingEvent } from "../../bookings/model/apply";
import { listSources } from "../../bookings/model/sources";

// Bookings of invented people, for the benchmark of journeys.

/** Bookings one call makes; each costs some dozen rows. */
export const MAX_PER_CALL = 50;

/** The source they come from. Throws Error when the workspace has none. */
export async function floodSource(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"bookingSources">> {
  const [source] = await listSources(ctx, orgId);
  if (source === undefined) throw new Error("The workspace has no source of bookings.");
  return source;
}

/** Books for person `i`. Instants in UTC ms. */
export async function bookFor(
  ctx: MutationCtx,
  source: Doc<"bookingSources">,
  i: number,
  { externalId, startsAt, endsAt }: { externalId: string; startsAt: number; endsAt: number },
): Promise<void> {
  await applyBookingEvent(ctx, source, {
    change: "created",
    externalId,
    occurredAt: Date.now(),
    details: {
      title: "Jollen-Grundkurs",
      startsAt,
      endsAt,
      location: { kind: "onsite", zone: "Europe/Berlin" },
      people: [{ name: `Person ${i}`, email: `person${i}@flood.example`, isBooker: true, consents: [] }],
      attributes: {},
    },
  });
}
