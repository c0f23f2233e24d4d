import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { startFigures } from "../../analytics/team/model";
import { TeamRollups } from "../../analytics/team/model/rows";
import { counts, duration, plus, type Sums } from "../../analytics/team/sums";
import { listChannels } from "../../connections/model";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/time";
import { demoAgents } from "./workspace";

// What the demo's team did in the months before the demo existed. Conversations of then are not there; only what they came
// to is, told as the roll-up would have counted it.

const DAYS = 92;
/** What is told while the workspace is made happened long ago, and is told here; hence nothing counts until it opens. */
const NOT_YET_MS = 365 * DAY_MS;

const CHANNELS = [
  { channel: "email", most: 5, targetMs: 4 * HOUR_MS, usualMs: 150 * MINUTE_MS, priceMicros: 0 },
  { channel: "whatsapp", most: 4, targetMs: HOUR_MS, usualMs: 40 * MINUTE_MS, priceMicros: 55_000 },
  { channel: "sms", most: 2, targetMs: HOUR_MS, usualMs: 45 * MINUTE_MS, priceMicros: 75_000 },
] as const;
type DemoChannel = (typeof CHANNELS)[number];

/** Lets nothing count that happens while the workspace is made; `startFigures` ends it. */
export async function holdFigures(ctx: MutationCtx, orgId: Id<"organisations">): Promise<void> {
  await startFigures(ctx, orgId, Date.now() + NOT_YET_MS);
}

/**
 * Tells one member's three months of work on one channel, the one number `index` (from 0), and whether there are more. Each
 * must be told once; all at once is too much for one transaction on a slow machine.
 */
export async function tellFigures(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { index, now }: { index: number; now: number },
): Promise<boolean> {
  const channels = await listChannels(ctx, orgId);
  const types = { email: "email_outlook", whatsapp: "whatsapp_business", sms: "sms" } as const;
  const rollups = new TeamRollups(ctx);
  const random = dice(20_261_121);
  const agents = [...(await demoAgents(ctx, orgId)).values()];
  const shares = agents.flatMap(({ _id: agentId }) => CHANNELS.map((told) => ({ agentId, told })));
  for (const [share, { agentId, told }] of shares.entries()) {
    const { channel } = told;
    const channelId = channels.find(({ channelType }) => channelType === types[channel])?._id ?? null;
    const place = { channel, channelId, teamId: null, agentId };
    for (let day = 1; day <= DAYS; day++) {
      const at = now - day * DAY_MS;
      const isQuiet = [0, 6].includes(new Date(at).getUTCDay());
      const sums = dayOf(told, Math.floor(random() * (isQuiet ? 2 : told.most + 1)), random);
      if (share === index && Object.keys(sums).length > 0) await rollups.add(orgId, { at, place, sums });
    }
  }
  await rollups.write();
  return index + 1 < shares.length;
}

function dayOf(told: DemoChannel, conversations: number, random: () => number): Sums {
  let sums: Sums = {};
  for (let index = 0; index < conversations; index++) sums = plus(sums, conversation(told, random));
  return conversations > 0 && told.channel === "email" ? plus(sums, taskAndSurvey(random)) : sums;
}

/** One conversation that was asked, answered and closed on the same day. */
function conversation({ targetMs, usualMs, priceMicros }: DemoChannel, random: () => number): Sums {
  const isLate = random() < 0.06;
  const firstMs = isLate ? targetMs * (1.2 + random()) : Math.max(MINUTE_MS, usualMs * random());
  const answers = random() < 0.82 ? 1 : 2;
  const received = answers + (random() < 0.2 ? 1 : 0);
  const isRouted = random() < 0.8;
  const templated = Array.from({ length: answers }, () => random()).filter((each) => each < 0.57).length;
  const solved = counts({
    created: 1,
    received,
    sent: answers,
    templated,
    costMicros: answers * priceMicros,
    inTime: isLate ? answers - 1 : answers,
    late: isLate ? 1 : 0,
    closed: 1,
    closedAnswered: 1,
    closedMessages: received + answers,
    fixedAtOnce: answers === 1 ? 1 : 0,
    escalated: random() < 0.04 ? 1 : 0,
    routed: isRouted ? 1 : 0,
    routedRight: isRouted && random() < 0.93 ? 1 : 0,
  });
  const answered = plus(duration("first", firstMs), duration("answer", firstMs));
  const again = answers === 1 ? {} : duration("answer", usualMs * random());
  return [solved, answered, again, duration("solution", firstMs + random() * 5 * HOUR_MS)].reduce(plus);
}

/** A task of the day, and one customer in four who says how it was. */
function taskAndSurvey(random: () => number): Sums {
  const task = counts({ tasksDue: 1, tasksInTime: random() < 0.96 ? 1 : 0 });
  if (random() < 0.75) return task;
  const nps = random() < 0.55 ? 9 : 6 + Math.floor(random() * 4);
  const grade = () => (random() < 0.7 ? 5 : 4);
  const said = counts({ surveys: 1, npsCount: 1, promoters: nps >= 9 ? 1 : 0, detractors: nps <= 6 ? 1 : 0 });
  const [speedSum, channelSum, resolutionSum] = [grade(), grade(), grade()];
  const grades = counts({ speedCount: 1, speedSum, channelCount: 1, channelSum, resolutionCount: 1, resolutionSum });
  return [task, said, grades].reduce(plus);
}

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
