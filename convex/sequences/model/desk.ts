import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireOrg } from "../../orgs/model";
import { currentVersion, requireTemplate } from "../../templates/model";
import { flowFromSteps } from "../flow/fromSteps";
import type { Gap } from "../flow/gaps";
import { needsOf, type FlowNeeds } from "../flow/needs";
import type { Flow } from "../flow/schema";

/** A version's journey with what has to be read to walk it. */
type Journey = { flow: Flow; needs: FlowNeeds; hasDecisions: boolean };

/** The journey of a version, also of one from before there were nodes. */
export function flowOfVersion({ flow, steps }: Pick<Doc<"sequenceVersions">, "flow" | "steps">): Flow {
  return flow ?? flowFromSteps(steps ?? []);
}

/** What people of one journey have in common, read once for all of them. Lives as long as one transaction. */
export class Desk {
  private readonly journeys = new Map<Id<"sequenceVersions">, Promise<Journey>>();
  private readonly orgs = new Map<Id<"organisations">, Promise<Doc<"organisations">>>();
  private readonly sequences = new Map<Id<"sequences">, Promise<Doc<"sequences"> | null>>();
  private readonly texts = new Map<Id<"templates">, Promise<Id<"templateVersions">>>();

  async journeyOf(ctx: QueryCtx, versionId: Id<"sequenceVersions">): Promise<Journey> {
    return await known(this.journeys, versionId, () => readJourney(ctx, versionId));
  }

  /** Walks a version as if it said this: a journey that is not published yet. */
  pretend(versionId: Id<"sequenceVersions">, flow: Flow): void {
    this.journeys.set(versionId, Promise.resolve(journey(flow)));
  }

  async orgOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"organisations">> {
    return await known(this.orgs, orgId, () => requireOrg(ctx, orgId));
  }

  /** The pauses that put somebody's messages off: of the whole journey, and their own. */
  async gapsOf(ctx: QueryCtx, { sequenceId, gaps = [] }: Doc<"enrolments">): Promise<Gap[]> {
    const sequence = await known(this.sequences, sequenceId, () => ctx.db.get("sequences", sequenceId));
    return [...(sequence?.gaps ?? []), ...gaps].sort((a, b) => a.from - b.from);
  }

  /** The version of a template that goes out now. */
  async textOf(
    ctx: QueryCtx,
    orgId: Id<"organisations">,
    templateId: Id<"templates">,
  ): Promise<Id<"templateVersions">> {
    const read = async () => (await currentVersion(ctx, await requireTemplate(ctx, orgId, templateId)))._id;
    return await known(this.texts, templateId, read);
  }
}

async function known<Key, Value>(all: Map<Key, Promise<Value>>, key: Key, read: () => Promise<Value>): Promise<Value> {
  const value = all.get(key) ?? read();
  all.set(key, value);
  return await value;
}

async function readJourney(ctx: QueryCtx, versionId: Id<"sequenceVersions">): Promise<Journey> {
  const version = await ctx.db.get("sequenceVersions", versionId);
  if (version === null) throw new Error(`Version ${versionId} of an enrolment is gone.`);
  return journey(flowOfVersion(version));
}

function journey(flow: Flow): Journey {
  const hasDecisions = flow.nodes.some(({ kind }) => kind !== "message" && kind !== "wait");
  return { flow, needs: needsOf(flow), hasDecisions };
}
