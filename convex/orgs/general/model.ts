import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { isZone } from "../../lib/time";
import { localeParts } from "../locales";
import { checkedName } from "../model";

const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What an admin decides about the workspace as a whole. */
export type GeneralFields = Pick<Doc<"organisations">, "name" | "timezone" | "locale" | "quietHours">;

/** What is different of a workspace, for the audit trail. */
export type GeneralChanges = Record<string, string>;

/**
 * Changes name, language and country, zone and quiet hours, from this transaction on: what is planned already stays as it
 * is, and so do opening hours, which have a zone of their own. Returns what is different now. Throws `invalid` with the
 * field at fault.
 */
export async function changeGeneral(
  ctx: MutationCtx,
  org: Doc<"organisations">,
  fields: GeneralFields,
): Promise<GeneralChanges> {
  const { timezone, locale, quietHours } = fields;
  const name = checkedName(fields.name);
  if (!isZone(timezone)) throw appError("invalid", `"${timezone}" is not a time zone.`, { field: "timezone" });
  if (locale !== org.locale && localeParts(locale) === null) {
    throw appError("invalid", `"${locale}" is no language and country we know.`, { field: "locale" });
  }
  for (const edge of ["start", "end"] as const) {
    if (!CLOCK_TIME.test(quietHours[edge])) {
      throw appError("invalid", 'Write the time as "HH:MM".', { field: `quietHours.${edge}` });
    }
  }
  await ctx.db.patch("organisations", org._id, { name, timezone, locale, quietHours });
  return {
    ...(name === org.name ? {} : { name, oldName: org.name }),
    ...(timezone === org.timezone ? {} : { timezone }),
    ...(locale === org.locale ? {} : { locale }),
    ...(quietHours.start === org.quietHours.start ? {} : { quietStart: quietHours.start }),
    ...(quietHours.end === org.quietHours.end ? {} : { quietEnd: quietHours.end }),
  };
}
