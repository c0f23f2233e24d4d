import type { SyncApi } from "@convex-dev/prosemirror-sync";
import type { ConvexReactClient } from "convex/react";
import { type FunctionReference, makeFunctionReference } from "convex/server";
import type { Id } from "../../../convex/_generated/dataModel";
import type { Caret } from "./caret-marks";
import type { Place } from "./caret-places";
import type { CaretWire } from "./carets";
import type { EditorId, StepLog } from "./step-log";

type InOrg<Args> = { orgId: Id<"organisations"> } & Args;
type Query<Args, Answer> = FunctionReference<"query", "public", InOrg<Args>, Answer>;
type Mutation<Args, Answer> = FunctionReference<"mutation", "public", InOrg<Args>, Answer>;

type Steps = { steps: string[]; clientIds: EditorId[] };
type Sent = { id: string; version: number; clientId: EditorId; steps: string[] };
type Taken = { status: "synced" } | ({ status: "needs-rebase" } & Steps);

/** What the server offers for a text that several write in. */
export type SharedFunctions = {
  getSnapshot: Query<{ id: string }, null | { content: null } | { content: string; version: number }>;
  latestVersion: Query<{ id: string }, number | null>;
  getSteps: Query<{ id: string; version: number }, Steps>;
  submitSteps: Mutation<Sent, Taken>;
  /** Absent: the server knows the whole text by itself. */
  submitSnapshot?: Mutation<{ id: string; version: number; content: string }, null>;
  carets: {
    others: Query<{ draftId: string }, Caret[]>;
    place: Mutation<{ draftId: string } & Place, null>;
    leave: Mutation<{ draftId: string; editor: EditorId }, null>;
  };
};

/** Of what there is none: never sent. */
const NOTHING = makeFunctionReference<"mutation">("none");

/** What the extension of @convex-dev/prosemirror-sync asks for. Ours ask for the workspace too: `syncClient` adds it. */
export function syncApi(functions: SharedFunctions): SyncApi {
  return { submitSnapshot: NOTHING, ...functions } as unknown as SyncApi;
}

/** The part of the client that the extension uses, with the workspace in every question; `log` hears of all steps. */
export function syncClient(
  convex: ConvexReactClient,
  orgId: Id<"organisations">,
  { getSteps, submitSteps }: SharedFunctions,
  log: StepLog,
): ConvexReactClient {
  const client = {
    query: async (query: FunctionReference<"query">, args: object) => {
      const answer: unknown = await convex.query(query, { ...args, orgId });
      if (query === getSteps) noteSteps(log, (args as Sent).version, answer as Steps);
      return answer;
    },
    mutation: async (mutation: FunctionReference<"mutation">, args: object) => {
      if (mutation === NOTHING) return null;
      const answer: unknown = await convex.mutation(mutation, { ...args, orgId });
      if (mutation === submitSteps) noteSent(log, args as Sent, answer as Taken);
      return answer;
    },
    watchQuery: (query: FunctionReference<"query">, args: object) => convex.watchQuery(query, { ...args, orgId }),
  };
  return client as unknown as ConvexReactClient;
}

function noteSteps(log: StepLog, version: number, { steps, clientIds }: Steps): void {
  log.note(version, steps, clientIds);
}

function noteSent(log: StepLog, sent: Sent, answer: Taken): void {
  if (answer.status === "needs-rebase") return noteSteps(log, sent.version, answer);
  log.note(
    sent.version,
    sent.steps,
    sent.steps.map(() => sent.clientId),
  );
}

/** The carets in a text, live. */
export function caretWire(
  convex: ConvexReactClient,
  { orgId, id }: { orgId: Id<"organisations">; id: string },
  { carets, getSteps }: SharedFunctions,
  log: StepLog,
): CaretWire {
  return {
    watch: (show) => {
      const watched = convex.watchQuery(carets.others, { orgId, draftId: id });
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
    place: async (place) => await convex.mutation(carets.place, { orgId, draftId: id, ...place }),
    leave: async (editor) => await convex.mutation(carets.leave, { orgId, draftId: id, editor }),
    learnSteps: async (version) => noteSteps(log, version, await convex.query(getSteps, { orgId, id, version })),
  };
}

function othersIn(watched: { localQueryResult: () => Caret[] | undefined }) {
  try {
    return watched.localQueryResult();
  } catch {
    // Whoever may not see the draft any more hears that from the draft itself.
    return [];
  }
}
