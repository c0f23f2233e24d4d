import { readFileSync } from "node:fs";
import { getFunctionName } from "convex/server";
import { expect, it } from "vitest";
import { REACTIONS } from "../../convex/events/subscriptions.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";

// What a reaction emits names the event it reacts to as its cause, because its builder says so (product.md 2.3 no. 34).

const builders = REACTIONS.flatMap(({ run, runMany }) => [
  { name: getFunctionName(run), builder: "reaction" },
  ...(runMany === undefined ? [] : [{ name: getFunctionName(runMany), builder: "reactionToMany" }]),
]);

it.each(builders)("$name is built with $builder", ({ name, builder }) => {
  const [path, exported] = name.split(":");
  const source = readFileSync(`${PROJECT_DIR}/convex/${path}.ts`, "utf8");
  expect(source).toContain(`export const ${exported} = ${builder}(`);
});

// Queues are looked through by jobs, often because a reaction freed somebody: what they give away follows from that too.
it("hands the chain on to the jobs that look through queues", () => {
  const files = ["inbox/model/rows", "inbox/teams/model", "inbox/assignment/model/drain", "inbox/assignment/jobs"];
  const calls = files.flatMap((path) => {
    const source = readFileSync(`${PROJECT_DIR}/convex/${path}.ts`, "utf8");
    return [...source.matchAll(/runAfter\([^{]*jobs\.(?:drainFor|drainTeam), \{([^}]*)\}/g)].map(([, args]) => args);
  });
  expect(calls).toHaveLength(6);
  for (const args of calls) expect(args).toMatch(/\bchain\b/);
});
