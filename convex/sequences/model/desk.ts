import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { Outbox } from "../../delivery/model/outbox";
import { remember } from "../../lib/remember";
import { requireOrg } from "../../orgs/model";
import { currentVersion, requireTemplate } from "../../templates/model";
import { flowFromSteps } from "../flow/fromSteps";
import type { Gap } from "../flow/gaps";
import { needsOf, type FlowNeeds } from "../flow/needs";
import { withPurpose } from "../flow/rules";
import type { Flow } from "../flow/schema";
import { settingsOf } from "../settings/model/read";
import type { Places } from "./decisions";
import type { Settings } from "../settings/schema";
import { Tally } from "./figures";
import { sequencesStartedBy } from "./sequences";

/** A version's journey as it runs and as it was written, with what has to be read to walk it; `listens` when a rule may end it from anywhere. */
type Journey = {
  flow: Flow;
  written: Flow;
  settings: Settings;
  needs: FlowNeeds;
  hasDecisions: boolean;
  listens: boolean;
};

/** The journey of a version, also of one from before there were nodes. */
export function flowOfVersion({ flow, steps }: Pick<Doc<"sequenceVersions">, "flow" | "steps">): Flow {
  return flow ?? flowFromSteps(steps ?? []);
}

/**
 * What people of one journey have in common, read once for all of them, and what is written once for all of them: counts,
 * and the wake-ups of their messages. Lives as long as one transaction; whoever changed something ends with `write`.
 */
export class Desk {
  readonly outbox = new Outbox();
  private readonly tallies = new Map<Id<"sequences">, { tally: Tally; of: Doc<"enrolments"> }>();
  private readonly started = new Map<Id<"bookingSources">, ReturnType<typeof sequencesStartedBy>>();
  private readonly journeys = new Map<Id<"sequenceVersions">, Promise<Journey>>();
  private readonly orgs = new Map<Id<"organisations">, Promise<Doc<"organisations">>>();
  private readonly settings = new Map<Id<"sequences">, Promise<Settings>>();
  private readonly sequences = new Map<Id<"sequences">, Promise<Doc<"sequences"> | null>>();
  private readonly texts = new Map<Id<"templates">, Promise<Id<"templateVersions">>>();
  private readonly imagined = new Set<Id<"sequenceVersions">>();
  /** Of a rehearsal, which lets many people pass its limits in thought: instead of those in the database. */
  places: Places | null = null;

  async journeyOf(ctx: QueryCtx, versionId: Id<"sequenceVersions">): Promise<Journey> {
    return await remember(this.journeys, versionId, async () => {
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

  /** Makes an id that no version has stand for a journey, with this desk and nowhere else. */
  async imagine(
    ctx: QueryCtx,
    sequenceId: Id<"sequences">,
    versionId: Id<"sequenceVersions">,
    flow: Flow,
  ): Promise<void> {
    this.journeys.set(versionId, Promise.resolve(journey(flow, await this.settingsOf(ctx, sequenceId))));
    this.imagined.add(versionId);
  }

  /** Whether nobody can have been enrolled in it: there are no runs and decisions to look for. */
  isImagined(versionId: Id<"sequenceVersions">): boolean {
    return this.imagined.has(versionId);
  }

  /** The counts of the sequence that somebody is in. */
  tallyOf(enrolment: Doc<"enrolments">): Tally {
    return remember(this.tallies, enrolment.sequenceId, () => ({ tally: new Tally(), of: enrolment })).tally;
  }

  /** How many entered a sequence in this transaction. */
  entriesOf(sequenceId: Id<"sequences">): number {
    return this.tallies.get(sequenceId)?.tally.entries ?? 0;
  }

  /** The sequences that bookings of a source start. */
  async startedBy(ctx: QueryCtx, { orgId, sourceId }: Doc<"bookings">): ReturnType<typeof sequencesStartedBy> {
    return await remember(this.started, sourceId, () => sequencesStartedBy(ctx, orgId, sourceId));
  }

  /** Writes what was collected. */
  async write(ctx: MutationCtx): Promise<void> {
    for (const { tally, of } of this.tallies.values()) await tally.write(ctx, of);
    this.tallies.clear();
    await this.outbox.write(ctx);
  }

  async settingsOf(ctx: QueryCtx, sequenceId: Id<"sequences">): Promise<Settings> {
    return await remember(this.settings, sequenceId, () => settingsOf(ctx, sequenceId));
  }

  async orgOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"organisations">> {
    return await remember(this.orgs, orgId, () => requireOrg(ctx, orgId));
  }

  /** The pauses that put somebody's messages off: of the whole journey, and their own. */
  async gapsOf(ctx: QueryCtx, { sequenceId, gaps = [] }: Doc<"enrolments">): Promise<Gap[]> {
    const sequence = await remember(this.sequences, sequenceId, () => ctx.db.get("sequences", sequenceId));
    return [...(sequence?.gaps ?? []), ...gaps].sort((a, b) => a.from - b.from);
  }

  /** The version of a template that goes out now. */
  async textOf(
    ctx: QueryCtx,
    orgId: Id<"organisations">,
    templateId: Id<"templates">,
  ): Promise<Id<"templateVersions">> {
    const read = async () => (await currentVersion(ctx, await requireTemplate(ctx, orgId, templateId)))._id;
    return await remember(this.texts, templateId, read);
  }
}

function journey(written: Flow, settings: Settings): Journey {
  const flow = withPurpose(written, settings.purpose);
  const { goal, exits } = settings;
  const listens = goal !== null || exits.onReply || exits.onComplaint || exits.onStopMatching;
  const hasDecisions = listens || flow.nodes.some(({ kind }) => kind !== "message" && kind !== "wait");
  return { flow, written, settings, needs: needsOf(flow, settings), hasDecisions, listens };
}
