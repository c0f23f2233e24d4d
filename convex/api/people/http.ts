import { z } from "zod";
import { internal } from "../../_generated/api";
import type { Operation } from "../http/operation";
import { listOperation } from "../http/shapes";
import { vApiMember, vApiTeam } from "./schema";

const READ = { tag: "People", scope: "threads.read", permission: "org.read" } as const;
const query = z.strictObject({});

/** Who conversations and tasks can be given to (requirement S1, user). */
export const peopleOperations: readonly Operation[] = [
  listOperation({
    ...READ,
    path: ["members"],
    id: "listMembers",
    summary: "List the people who work here",
    description: "By name, all of them.",
    query,
    of: vApiMember,
    page: async (ctx, caller) => await ctx.runQuery(internal.api.people.jobs.members, { caller }),
  }),
  listOperation({
    ...READ,
    path: ["teams"],
    id: "listTeams",
    summary: "List teams",
    description: "By name, all of them, archived ones included.",
    query,
    of: vApiTeam,
    page: async (ctx, caller) => await ctx.runQuery(internal.api.people.jobs.teams, { caller }),
  }),
];
