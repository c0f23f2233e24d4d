import { internalQuery } from "../../lib/functions";
import { vApiCaller } from "../model";
import { vPageOf } from "../paging";
import * as people from "./model";
import { vApiMember, vApiTeam } from "./schema";

/** Everybody of the organisation. */
export const members = internalQuery({
  args: { caller: vApiCaller },
  returns: vPageOf(vApiMember),
  handler: async (ctx, { caller }) => await people.presentMembers(ctx, caller),
});

/** The teams. */
export const teams = internalQuery({
  args: { caller: vApiCaller },
  returns: vPageOf(vApiTeam),
  handler: async (ctx, { caller }) => await people.presentTeams(ctx, caller),
});
