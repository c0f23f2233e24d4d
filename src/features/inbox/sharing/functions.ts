import { api } from "../../../../convex/_generated/api";
import type { SharedFunctions } from "../../../editor/together/sync-client";

const { queries, mutations, carets } = api.inbox.sharedDrafts;

/** What the server offers for an answer that several write. */
export const SHARED_DRAFT: SharedFunctions = {
  getSnapshot: queries.getSnapshot,
  latestVersion: queries.latestVersion,
  getSteps: queries.getSteps,
  submitSnapshot: mutations.submitSnapshot,
  submitSteps: mutations.submitSteps,
  carets: { others: carets.queries.others, place: carets.mutations.place, leave: carets.mutations.leave },
};
