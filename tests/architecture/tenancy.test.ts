import { ConvexError } from "convex/values";
import { beforeEach, describe, expect, it } from "vitest";
import type { Id } from "../../convex/_generated/dataModel";
import { setupConvex } from "../support/convex.ts";
import { declaredFunctions, mentionsId, mutationReference, queryReference, sampleValue } from "./functions.ts";
import { fillEveryTable, isEmptyAnswer, makeOrganisation, rowsOf, type Convex } from "./rows.ts";

const ISSUER = process.env.CONVEX_SITE_URL ?? "";
const US = { issuer: ISSUER, subject: "us|session" };

const functions = await declaredFunctions();
const memberFunctions = functions.filter(
  (fn) => fn.isPublic && fn.args.type === "object" && fn.args.value.orgId?.fieldType.type === "id",
);

describe("another organisation's ids are refused", () => {
  let t: Convex;
  let ourOrg: Id<"organisations">;
  let theirOrg: Id<"organisations">;
  let theirs: Map<string, string>;

  beforeEach(async () => {
    t = setupConvex();
    ourOrg = await makeOrganisation(t, "us");
    theirOrg = await makeOrganisation(t, "them");
    theirs = await fillEveryTable(t, theirOrg);
    await t.run(async (ctx) => {
      const personId = await ctx.db.insert("people", { authKey: "local:us", name: "Us" });
      await ctx.db.insert("members", {
        orgId: ourOrg,
        personId,
        role: "admin",
        status: "active",
        displayName: "Us",
      });
    });
  });

  const argsFor = (fn: (typeof memberFunctions)[number], orgId: string) => ({
    ...(sampleValue(fn.args, { idOf: (table) => theirs.get(table) ?? "missing", optionalIds: true }) as Record<
      string,
      unknown
    >),
    orgId,
  });

  const call = async (fn: (typeof memberFunctions)[number], orgId: string): Promise<unknown> => {
    const caller = t.withIdentity(US);
    return fn.type === "query"
      ? await caller.query(queryReference(fn.name), argsFor(fn, orgId))
      : await caller.mutation(mutationReference(fn.name), argsFor(fn, orgId));
  };

  it("finds member functions to try", () => expect(memberFunctions.length).toBeGreaterThan(10));

  it.each(memberFunctions.map((fn) => [fn.name, fn] as const))("%s refuses a foreign workspace", async (_, fn) => {
    const refusal = await call(fn, theirOrg).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(ConvexError);
    expect((refusal as ConvexError<{ code: string }>).data.code).toBe("not_found");
  });

  const takingIds = memberFunctions.filter(
    (fn) =>
      fn.args.type === "object" &&
      Object.entries(fn.args.value).some(([key, field]) => key !== "orgId" && mentionsId(field.fieldType)),
  );

  it.each(takingIds.map((fn) => [fn.name, fn] as const))(
    "%s leaks and changes nothing by foreign ids",
    async (_, fn) => {
      const before = await rowsOf(t, theirOrg);
      const answer = await call(fn, ourOrg).catch((error: unknown) => {
        expect(error).toBeInstanceOf(ConvexError);
        return null;
      });
      expect(isEmptyAnswer(answer)).toBe(true);
      expect(await rowsOf(t, theirOrg)).toEqual(before);
    },
  );
});
