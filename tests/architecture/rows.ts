import type { Id } from "../../convex/_generated/dataModel";
import schema from "../../convex/schema";
import type { setupConvex } from "../support/convex.ts";
import { mutationReference, preferredMember, sampleValue, type ValidatorJson } from "./functions.ts";

/** The backend these tests fill. */
export type Convex = ReturnType<typeof setupConvex>;

interface TableJson {
  tableName: string;
  documentType: ValidatorJson;
}
// `export` is what the CLI pushes; it is not in the public type.
const tables = (JSON.parse((schema as unknown as { export(): string }).export()) as { tables: TableJson[] }).tables;
const validatorOf = (table: string) => tables.find((each) => each.tableName === table)?.documentType;

/** One row of every table, all belonging to `orgId`, with ids pointing at each other. */
export async function fillEveryTable(t: Convex, orgId: string): Promise<Map<string, string>> {
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

/** All rows of an organisation, by table. */
export async function rowsOf(t: Convex, orgId: string) {
  return await t.run(async (ctx) => {
    const all: Record<string, unknown[]> = {};
    for (const { tableName } of tables) {
      const rows = await ctx.db.query(tableName as "threads").collect();
      all[tableName] = rows.filter((row) => (row as { orgId?: string }).orgId === orgId);
    }
    return all;
  });
}

/** True for an answer that says nothing: null, an empty list, an empty page. */
export function isEmptyAnswer(value: unknown): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Array.isArray((value as { page?: unknown }).page)
    ? (value as { page: unknown[] }).page.length === 0
    : false;
}

/** An organisation with nothing in it. */
export async function makeOrganisation(t: Convex, slug: string): Promise<Id<"organisations">> {
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
