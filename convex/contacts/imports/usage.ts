import type { FunctionReference } from "convex/server";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { PersonPage } from "../../lib/dataSubjects";

type Args = { orgId: Id<"organisations">; contactId: Id<"contacts">; cursor: string | null };

/**
 * What other domains know about a person. An undone import removes a contact only where all of these know nothing:
 * whoever wrote, booked or was written to since stays.
 */
export const USES: readonly FunctionReference<"query", "internal", Args, PersonPage>[] = [
  internal.bookings.privacy.jobs.bookings,
  internal.sequences.privacy.jobs.journeys,
  internal.inbox.privacy.jobs.conversations,
  internal.delivery.privacy.jobs.messages,
];
