import type { SyncApi } from "@convex-dev/prosemirror-sync";
import type { ConvexReactClient } from "convex/react";
import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import type { CaretWire } from "./carets";
import type { StepLog } from "./step-log";

const { queries, mutations, carets } = api.inbox.sharedDrafts;
const { getSteps } = queries;
const { submitSteps } = mutations;

/** What the extension of @convex-dev/prosemirror-sync asks for. Ours ask for the workspace too: `draftClient` adds it. */
export const SYNC = {
  getSnapshot: queries.getSnapshot,
  latestVersion: queries.latestVersion,
  getSteps,
  submitSnapshot: mutations.submitSnapshot,
  submitSteps,
} as unknown as SyncApi;

type Draft = { orgId: Id<"organisations">; draftId: Id<"sharedDrafts"> };
type Steps = FunctionReturnType<typeof getSteps>;
type Sent = FunctionArgs<typeof submitSteps>;

/** The part of the client that the extension uses, with the workspace in every question; `log` hears of all steps. */
export function draftClient(convex: ConvexReactClient, orgId: Draft["orgId"], log: StepLog): ConvexReactClient {
  const client = {
    query: async (query: FunctionReference<"query">, args: object) => {
      const answer: unknown = await convex.query(query, { ...args, orgId });
      if ((query as unknown) === getSteps) noteSteps(log, (args as Sent).version, answer as Steps);
      return answer;
    },
    mutation: async (mutation: FunctionReference<"mutation">, args: object) => {
      const answer: unknown = await convex.mutation(mutation, { ...args, orgId });
      if ((mutation as unknown) === submitSteps) {
        noteSent(log, args as Sent, answer as FunctionReturnType<typeof submitSteps>);
      }
      return answer;
    },
    watchQuery: (query: FunctionReference<"query">, args: object) => convex.watchQuery(query, { ...args, orgId }),
  };
  return client as unknown as ConvexReactClient;
}

function noteSteps(log: StepLog, version: number, { steps, clientIds }: Pick<Steps, "steps" | "clientIds">): void {
  log.note(version, steps, clientIds);
}

function noteSent(log: StepLog, sent: Sent, answer: FunctionReturnType<typeof submitSteps>): void {
  if (answer.status === "needs-rebase") return noteSteps(log, sent.version, answer);
  log.note(
    sent.version,
    sent.steps,
    sent.steps.map(() => sent.clientId),
  );
}

/** The carets of a draft, live. */
export function caretWire(convex: ConvexReactClient, { orgId, draftId }: Draft, log: StepLog): CaretWire {
  return {
    watch: (show) => {
      const watched = convex.watchQuery(carets.queries.others, { orgId, draftId });
      let isOver = false;
      const look = () => {
        if (!isOver) show(othersIn(watched) ?? []);
      };
      const stop = watched.onUpdate(look);
      // What is known already is not told again.
      if (othersIn(watched) !== undefined) queueMicrotask(look);
      return () => {
        isOver = true;
        stop();
      };
    },
    place: async (place) => await convex.mutation(carets.mutations.place, { orgId, draftId, ...place }),
    leave: async (editor) => await convex.mutation(carets.mutations.leave, { orgId, draftId, editor }),
    learnSteps: async (version) =>
      noteSteps(log, version, await convex.query(getSteps, { orgId, id: draftId, version })),
  };
}

function othersIn(watched: { localQueryResult: () => FunctionReturnType<typeof carets.queries.others> | undefined }) {
  try {
    return watched.localQueryResult();
  } catch {
    // Whoever may not see the draft any more hears that from the draft itself.
    return [];
  }
}
