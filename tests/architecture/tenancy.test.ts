import { ConvexError } from "convex/values";
import { beforeEach, describe, expect, it } from "vitest";
import type { Id } from "../../convex/_generated/dataModel";
import schema from "../../convex/schema";
import { setupConvex } from "../support/convex.ts";
import {
  declaredFunctions,
  mentionsId,
  preferredMember,
  mutationReference,
  queryReference,
  sampleValue,
  type ValidatorJson,
} from "./functions.ts";

type Convex = ReturnType<typeof setupConvex>;

const ISSUER = process.env.CONVEX_SITE_URL ?? "";
const US = { issuer: ISSUER, subject: "us|session" };

interface TableJson {
  tableName: string;
  documentType: ValidatorJson;
}
// `export` is what the CLI pushes; it is not in the public type.
const tables = (JSON.parse((schema as unknown as { export(): string }).export()) as { tables: TableJson[] }).tables;
const validatorOf = (table: string) => tables.find((each) => each.tableName === table)?.documentType;

/** One row of every table, all belonging to `orgId`, with ids pointing at each other. */
async function fillEveryTable(t: Convex, orgId: string): Promise<Map<string, string>> {
  const made = await t.run(async (ctx) => {
    const rows = new Map<string, string>([["organisations", orgId]]);
    const open = new Set<string>();
    const make = async (table: string): Promise<void> => {
      const validator = validatorOf(table);
      if (rows.has(table) || open.has(table) || validator === undefined) return;
      open.add(table);
      for (const needed of requiredIdTables(validator)) await make(needed);
      const value = sampleValue(validator, { idOf: (name) => rows.get(name) ?? name, optionalIds: false });
      rows.set(table, await ctx.db.insert(table as "organisations", value as never));
    };
    rows.set("_storage", await ctx.storage.store(new Blob(["x"])));
    const jobId = await ctx.scheduler.runAfter(1e9, mutationReference("none:none"), {});
    rows.set("_scheduled_functions", jobId);
    for (const table of tables) await make(table.tableName);
    return [...rows].map(([table, id]) => ({ table, id }));
  });
  return new Map(made.map(({ table, id }) => [table, id]));
}

function requiredIdTables(validator: ValidatorJson): string[] {
  switch (validator.type) {
    case "id":
      return [validator.tableName];
    case "array":
      return requiredIdTables(validator.value);
    case "union":
      return requiredIdTables(preferredMember(validator.value));
    case "object":
      return Object.values(validator.value)
        .filter((field) => !field.optional)
        .flatMap((field) => requiredIdTables(field.fieldType));
    default:
      return [];
  }
}

async function makeOrganisation(t: Convex, slug: string): Promise<Id<"organisations">> {
  return await t.run(async (ctx) =>
    ctx.db.insert("organisations", {
      name: slug,
      slug,
      timezone: "Europe/Berlin",
      locale: "de",
      modules: {},
      quietHours: { start: "21:00", end: "07:00" },
      isDemo: false,
    }),
  );
}

async function rowsOf(t: Convex, orgId: string) {
  return await t.run(async (ctx) => {
    const all: Record<string, unknown[]> = {};
    for (const { tableName } of tables) {
      const rows = await ctx.db.query(tableName as "threads").collect();
      all[tableName] = rows.filter((row) => (row as { orgId?: string }).orgId === orgId);
    }
    return all;
  });
}

function isEmptyAnswer(value: unknown): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Array.isArray((value as { page?: unknown }).page)
    ? (value as { page: unknown[] }).page.length === 0
    : false;
}

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
