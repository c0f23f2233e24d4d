import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireOrg } from "../../orgs/model";
import { currentVersion, requireTemplate } from "../../templates/model";
import { flowFromSteps } from "../flow/fromSteps";
import type { Gap } from "../flow/gaps";
import { needsOf, type FlowNeeds } from "../flow/needs";
import type { Flow } from "../flow/schema";
import { settingsOf } from "../settings/model/read";
import type { Settings } from "../settings/schema";

/** A version's journey with what has to be read to walk it; `listens` when a rule may end it from anywhere. */
type Journey = { flow: Flow; settings: Settings; needs: FlowNeeds; hasDecisions: boolean; listens: boolean };

/** The journey of a version, also of one from before there were nodes. */
export function flowOfVersion({ flow, steps }: Pick<Doc<"sequenceVersions">, "flow" | "steps">): Flow {
  return flow ?? flowFromSteps(steps ?? []);
}

/** What people of one journey have in common, read once for all of them. Lives as long as one transaction. */
export class Desk {
  private readonly journeys = new Map<Id<"sequenceVersions">, Promise<Journey>>();
  private readonly orgs = new Map<Id<"organisations">, Promise<Doc<"organisations">>>();
  private readonly settings = new Map<Id<"sequences">, Promise<Settings>>();
  private readonly sequences = new Map<Id<"sequences">, Promise<Doc<"sequences"> | null>>();
  private readonly texts = new Map<Id<"templates">, Promise<Id<"templateVersions">>>();

  async journeyOf(ctx: QueryCtx, versionId: Id<"sequenceVersions">): Promise<Journey> {
    return await known(this.journeys, versionId, async () => {
      const version = await ctx.db.get("sequenceVersions", versionId);
      if (version === null) throw new Error(`Version ${versionId} of an enrolment is gone.`);
      return journey(flowOfVersion(version), await this.settingsOf(ctx, version.sequenceId));
    });
  }

  /** Walks a version as if it said this: a journey that is not published yet. */
  async pretend(ctx: QueryCtx, versionId: Id<"sequenceVersions">, flow: Flow): Promise<void> {
    const { settings } = await this.journeyOf(ctx, versionId);
    this.journeys.set(versionId, Promise.resolve(journey(flow, settings)));
  }

  async settingsOf(ctx: QueryCtx, sequenceId: Id<"sequences">): Promise<Settings> {
    return await known(this.settings, sequenceId, () => settingsOf(ctx, sequenceId));
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

function journey(flow: Flow, settings: Settings): Journey {
  const { goal, exits } = settings;
  const listens = goal !== null || exits.onReply || exits.onComplaint || exits.onStopMatching;
  const hasDecisions = listens || flow.nodes.some(({ kind }) => kind !== "message" && kind !== "wait");
  return { flow, settings, needs: needsOf(flow, settings), hasDecisions, listens };
}
