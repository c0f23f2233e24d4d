import type { TeamMode } from "../../orgs/teams/schema";
import type { PassedOverBecause } from "./sets";

// Who of a team gets a conversation (product.md A-73). Pure.

export type Candidate<Id extends string> = {
  memberId: Id;
  state: "here" | "away" | "offline" | "suspended";
  skills: readonly string[];
  /** Open conversations, snoozed ones not counted. */
  load: number;
  /** Absent: no limit. */
  capacity?: number | undefined;
  /** The team's count when it was their turn last. */
  lastTurn: number;
};

export type Choice<Id extends string> = {
  memberId: Id | null;
  /** Nobody of the team has the skills at all, so that they do not count: nobody would ever get it otherwise. */
  ignoredSkills: boolean;
  passedOver: { memberId: Id; because: PassedOverBecause }[];
};

/**
 * In turn: whose turn is longest ago; balanced: who has the fewest open conversations. Equals: the longer ago, then the
 * order given. Nobody who is suspended, away, offline (where that counts: `state` says so), full or without the skills.
 */
export function choose<Id extends string>(
  mode: TeamMode,
  skills: readonly string[],
  candidates: readonly Candidate<Id>[],
): Choice<Id> {
  const ignoredSkills = skills.length > 0 && !candidates.some((one) => one.state !== "suspended" && knows(one, skills));
  const needed = ignoredSkills ? [] : skills;
  const passedOver: Choice<Id>["passedOver"] = [];
  let best: Candidate<Id> | null = null;
  for (const one of candidates) {
    const because = reasonAgainst(one, needed);
    if (because !== null) passedOver.push({ memberId: one.memberId, because });
    else if (best === null || comesBefore(mode, one, best)) best = one;
  }
  return { memberId: best?.memberId ?? null, ignoredSkills, passedOver };
}

/** Why somebody cannot be given a conversation that needs `skills`, or null. */
export function reasonAgainst<Id extends string>(
  one: Candidate<Id>,
  skills: readonly string[],
): PassedOverBecause | null {
  if (one.state !== "here") return one.state;
  if (!knows(one, skills)) return "skills";
  return one.capacity !== undefined && one.load >= one.capacity ? "full" : null;
}

function knows<Id extends string>(one: Candidate<Id>, skills: readonly string[]): boolean {
  return skills.every((skill) => one.skills.includes(skill));
}

function comesBefore<Id extends string>(mode: TeamMode, a: Candidate<Id>, b: Candidate<Id>): boolean {
  if (mode === "balanced" && a.load !== b.load) return a.load < b.load;
  return a.lastTurn < b.lastTurn;
}

/** The team after somebody was given a conversation: one more to do, and the newest turn. */
export function afterChoice<Id extends string>(candidates: readonly Candidate<Id>[], memberId: Id): Candidate<Id>[] {
  const turn = nextTurn(candidates);
  return candidates.map((one) => (one.memberId === memberId ? { ...one, load: one.load + 1, lastTurn: turn } : one));
}

/** The number of the team's next turn. */
export function nextTurn(candidates: readonly { lastTurn: number }[]): number {
  return Math.max(0, ...candidates.map(({ lastTurn }) => lastTurn)) + 1;
}
