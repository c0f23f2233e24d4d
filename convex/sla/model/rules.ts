import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireChannel } from "../../connections/model";
import { MINUTE_MS } from "../../lib/time";
import { requireCalendar } from "../../orgs/calendars/model";
import { ALWAYS_OPEN } from "../../orgs/calendars/hours";
import { getDefaultCalendar } from "../../orgs/model";
import { stagePlan } from "../clock";
import { DEFAULT_ESCALATION, calendarFor, channelHoursCount, policyFor, responseTargets } from "../policies";
import type { Escalation, ThreadFacts } from "../schema";
import type { ClockKind, SlaStage } from "../sets";
import { listPolicies } from "./policies";

const HOUR_MINUTES = 60;

/** Which deadline a clock gets, and by what. */
export type Terms = {
  policyId?: Id<"slaPolicies">;
  calendar: Doc<"calendars"> | null;
  calendarOf?: Doc<"slaClocks">["calendarOf"];
  targetMinutes?: number;
  escalation: Escalation;
};

/** A stage of a clock and its instant, UTC ms. */
export type PlannedStage = { stage: SlaStage; at: number };

/** The policies and calendars of one organisation, each read once per transaction. */
export class Rules {
  private policies: Promise<Doc<"slaPolicies">[]> | undefined;
  private readonly calendars = new Map<string, Promise<Doc<"calendars"> | null>>();
  private readonly ctx: QueryCtx;
  private readonly orgId: Id<"organisations">;

  constructor(ctx: QueryCtx, orgId: Id<"organisations">) {
    this.ctx = ctx;
    this.orgId = orgId;
  }

  /** What counts for a clock of a thread now. Without target there is no deadline. */
  async termsFor(kind: ClockKind, facts: ThreadFacts): Promise<Terms> {
    this.policies ??= listPolicies(this.ctx, this.orgId);
    const policy = policyFor(await this.policies, facts, kind);
    const hours = channelHoursCount(policy) ? await this.channelHours(facts) : undefined;
    const ofChannel = hours === undefined ? undefined : responseTargets(hours * HOUR_MINUTES)[kind];
    if (ofChannel !== undefined) {
      return { ...(await this.hoursFor(facts)), targetMinutes: ofChannel, escalation: DEFAULT_ESCALATION };
    }
    if (policy === null) return { ...(await this.hoursFor(facts)), escalation: DEFAULT_ESCALATION };
    return {
      policyId: policy._id,
      ...(await this.hoursFor(facts, policy)),
      targetMinutes: policy.targets[kind],
      escalation: policy.escalation,
    };
  }

  private async hoursFor(
    { teamId }: ThreadFacts,
    policy?: Doc<"slaPolicies">,
  ): Promise<Pick<Terms, "calendar" | "calendarOf">> {
    const team = teamId === undefined ? null : await this.ctx.db.get("teams", teamId);
    const { calendarId, calendarOf } = calendarFor(policy?.calendarId, team?.calendarId);
    return { calendar: await this.calendar(calendarId), calendarOf };
  }

  /** A calendar of the organisation, without id the default one; null = always open. */
  calendar(calendarId?: Id<"calendars">): Promise<Doc<"calendars"> | null> {
    const known = this.calendars.get(calendarId ?? "");
    if (known !== undefined) return known;
    const read =
      calendarId === undefined
        ? getDefaultCalendar(this.ctx, this.orgId)
        : requireCalendar(this.ctx, this.orgId, calendarId);
    this.calendars.set(calendarId ?? "", read);
    return read;
  }

  private async channelHours({ channelId }: ThreadFacts): Promise<number | undefined> {
    if (channelId === undefined) return undefined;
    return (await requireChannel(this.ctx, this.orgId, channelId)).responseSlaHours;
  }
}

/** The stages of a clock under its terms, in order; none without target. */
export function planOf(clock: Pick<Doc<"slaClocks">, "startedAt" | "pauses">, terms: Terms): PlannedStage[] {
  const { calendar, targetMinutes, escalation } = terms;
  if (targetMinutes === undefined) return [];
  const facts = { startedAt: clock.startedAt, targetMs: targetMinutes * MINUTE_MS, pauses: clock.pauses };
  return stagePlan(calendar ?? ALWAYS_OPEN, facts, escalation.executiveAfterHours);
}
