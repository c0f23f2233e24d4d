import { v } from "convex/values";
import { record } from "../../audit/model";
import { memberMutation } from "../../lib/functions";
import { vQuietHours } from "../../orgs/schema";
import { changeGeneral } from "../../orgs/general/model";

/** Changes what holds for the whole workspace. Throws `invalid` with the field at fault. */
export const change = memberMutation("org.manage")({
  args: { name: v.string(), timezone: v.string(), locale: v.string(), quietHours: vQuietHours },
  returns: v.null(),
  handler: async (ctx, fields): Promise<null> => {
    const { org, member } = ctx;
    const details = await changeGeneral(ctx, org, fields);
    if (Object.keys(details).length === 0) return null;
    const actor = { kind: "member", memberId: member._id } as const;
    const subject = { table: "organisations", id: org._id };
    await record(ctx, { orgId: org._id, actor, action: "workspace.changed", subject, details });
    return null;
  },
});
