import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { DAY_MS } from "../../lib/time";
import { MEMBER_HOLD } from "../groups";
import { isAutomatic, isHeldForTalk, waitsForPeople } from "../holds/rules";
import { isInDoubt } from "../model";
import { foreseeLane, type Foreseen, type LaneMessage, type LaneStop } from "../planned/foresee";
import type { Route } from "../router";
import { allowedAt } from "../sendChecks";
import { Batch, FAR_MS, type Desk } from "./batch";
import { askedOf, chooseRoute, countsForCap, hasOrMayHave } from "./decide";
import { hourFactsOf } from "./hours";
import { pauseOfSource } from "./pauses";
import type { PersonLane } from "./planned";

// One person's lane with what will become of each message (product.md O-3). What is asked is what send time asks; what
// nobody can know yet (an answer, an outage to come) is as it is now.

const WEEK_MS = 7 * DAY_MS;

type Row = Doc<"messageQueue">;
type Person = { contact: Doc<"contacts">; near: Batch<QueryCtx>; far: Batch<QueryCtx>; desk: Desk };

/**
 * What is foreseen of all that waits for a person; what is on its way or in doubt has nothing foreseen. `latest`: from when
 * on a message is worth nothing, as far as its source knows better than its row (UTC ms).
 */
export async function foreseeRows(
  ctx: QueryCtx,
  contact: Doc<"contacts">,
  { ahead, past }: PersonLane,
  latest: ReadonlyMap<Id<"messageQueue">, number>,
  now: number,
): Promise<Map<Id<"messageQueue">, Foreseen<Id<"messageQueue">>>> {
  const near = new Batch(ctx, now);
  const desk = await near.desk(contact.orgId);
  const person: Person = { contact, near, far: new Batch(ctx, now + FAR_MS), desk };
  const holds = desk.hasHolds ? await near.personHolds(contact._id) : [];
  const waiting = ahead.filter((row) => row.group === "waiting" && !isInDoubt(row));
  waiting.sort((a, b) => a._creationTime - b._creationTime);
  const messages: LaneMessage<Id<"messageQueue">>[] = [];
  for (const row of waiting) messages.push(await messageOf(person, row, latest.get(row._id)));
  const counted = [...past, ...ahead].filter((row) => countsForCap(row, desk.settings) && hasOrMayHave(row));
  const sentAt = counted.map(({ dueAt }) => dueAt).filter((at) => at <= now && at > now - WEEK_MS);
  return foreseeLane(messages, { now, sentAt, settings: desk.settings, holds });
}

async function messageOf(person: Person, row: Row, latest?: number): Promise<LaneMessage<Id<"messageQueue">>> {
  const { contact, near, far, desk } = person;
  const { settings, hasHolds } = desk;
  const route = await chooseRoute(row.dueAt < near.now + FAR_MS ? near : far, row, contact);
  const asked = askedOf(row);
  const expiresAt = Math.min(latest ?? Infinity, row.expiresAt ?? Infinity);
  const talkSince = isHeldForTalk(row) && row.state.kind === "held" ? Math.max(row.state.at, asked.plannedAt) : null;
  const hours = route.kind === "send" ? hourFactsOf(row, { contact, desk, ...route }) : null;
  return {
    id: row._id,
    dueAt: row.dueAt,
    facts: expiresAt === Infinity ? asked : { ...asked, expiresAt },
    isAutomatic: isAutomatic(row.source),
    counts: countsForCap(row, settings),
    stop: stopOf(person, row, route),
    waitsForTalk: hasHolds && waitsForPeople(row, settings.humanFirst),
    waitingSince: talkSince,
    passesHolds: row.passesHolds === true,
    allowedAt: (at) => (hours === null ? { at, rule: null } : allowedAt(at, hours, settings)),
  };
}

function stopOf({ near, desk }: Person, row: Row, route: Route<Id<"connections">>): LaneStop | null {
  if (holderOf(near.ctx, row) !== null) return { kind: "waits", rule: "member", reason: MEMBER_HOLD };
  const pause = row.emergency === undefined ? pauseOfSource(desk.pauses, row.source) : null;
  if (pause !== null) return { kind: "waits", rule: "paused", reason: pause.reason };
  switch (route.kind) {
    case "hold":
      return { kind: "waits", rule: "paused", reason: route.reason };
    case "skip":
      return { kind: "dropped", rule: route.rule, reason: route.reason };
    case "dead":
      return { kind: "dropped", rule: route.rule, reason: route.failure.reason };
    // Short trouble of a provider says nothing about a plan.
    case "wait":
    case "throttled":
    case "send":
      return null;
  }
}

/** Who keeps this one message back until somebody lets it go; null when nobody does. */
export function holderOf(ctx: QueryCtx, { state }: Pick<Row, "state">): Id<"members"> | null {
  return state.kind === "held" ? ctx.db.normalizeId("members", state.pauseId) : null;
}
