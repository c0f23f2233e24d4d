import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TEAM_MODES } from "../../orgs/teams/modes";
import { afterChoice, choose, reasonAgainst, type Candidate } from "./choice";

const SKILLS = ["de", "nl", "battery"];
const skills = fc.uniqueArray(fc.constantFrom(...SKILLS));

const people: fc.Arbitrary<Candidate<string>[]> = fc
  .array(
    fc.record({
      state: fc.constantFrom(
        "here" as const,
        "here" as const,
        "away" as const,
        "offline" as const,
        "suspended" as const,
      ),
      skills,
      load: fc.nat(6),
      capacity: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
      lastTurn: fc.nat(5),
    }),
    { maxLength: 6 },
  )
  .map((rows) => rows.map((row, index) => ({ ...row, memberId: `m${index}` })));

const someone = (memberId: string, rest: Partial<Candidate<string>> = {}): Candidate<string> => ({
  memberId,
  state: "here",
  skills: [],
  load: 0,
  lastTurn: 0,
  ...rest,
});

describe("the choice of a person", () => {
  it("is somebody who can have it, whenever there is one; everybody else is told why not", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEAM_MODES), skills, people, (mode, wanted, team) => {
        const { memberId, ignoredSkills, passedOver } = choose(mode, wanted, team);
        const needed = ignoredSkills ? [] : wanted;
        const able = team.filter((one) => reasonAgainst(one, needed) === null).map((one) => one.memberId);
        expect(memberId === null ? able : able.includes(memberId)).toEqual(memberId === null ? [] : true);
        expect(passedOver.map((one) => one.memberId)).toEqual(
          team.map((one) => one.memberId).filter((id) => !able.includes(id)),
        );
        // Skills count unless nobody who works here has them.
        const isKnown = team.some(
          (one) => one.state !== "suspended" && wanted.every((skill) => one.skills.includes(skill)),
        );
        expect(ignoredSkills).toBe(wanted.length > 0 && !isKnown);
      }),
    );
  });

  it("is whose turn is longest ago, or who has the least to do", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEAM_MODES), people, (mode, team) => {
        const { memberId } = choose(mode, [], team);
        const able = team.filter((one) => reasonAgainst(one, []) === null);
        const chosen = able.find((one) => one.memberId === memberId);
        const measure = (one: Candidate<string>) => (mode === "balanced" ? one.load : one.lastTurn);
        if (chosen !== undefined) expect(measure(chosen)).toBe(Math.min(...able.map(measure)));
      }),
    );
  });

  it("shares evenly: in turn as well as by load nobody is ever two ahead", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEAM_MODES), fc.integer({ min: 1, max: 6 }), fc.nat(40), (mode, size, count) => {
        let team = Array.from({ length: size }, (_, index) => someone(`m${index}`));
        for (let given = 0; given < count; given++) {
          const { memberId } = choose(mode, [], team);
          team = afterChoice(team, memberId!);
        }
        const loads = team.map(({ load }) => load);
        expect(loads.reduce((sum, load) => sum + load, 0)).toBe(count);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("never fills anybody beyond their capacity", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEAM_MODES), people, fc.nat(40), (mode, start, count) => {
        let team = start;
        for (let given = 0; given < count; given++) {
          const { memberId } = choose(mode, [], team);
          if (memberId === null) break;
          team = afterChoice(team, memberId);
        }
        for (const [index, one] of team.entries()) {
          const before = start[index]!;
          if (one.load > before.load) expect(one.load).toBeLessThanOrEqual(one.capacity ?? Infinity);
        }
      }),
    );
  });

  it("prefers the order given among equals", () => {
    expect(choose("round_robin", [], [someone("b"), someone("a")]).memberId).toBe("b");
    expect(choose("balanced", [], [someone("a", { lastTurn: 2 }), someone("b", { lastTurn: 1 })]).memberId).toBe("b");
  });
});
