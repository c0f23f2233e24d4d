import { requireContact } from "../../contacts/model";
import { personPageArgs, personRows, vPersonPage, type PersonPage } from "../../lib/dataSubjects";
import { internalQuery } from "../../lib/functions";
import { bookingsOfContact } from "../model/read";

/**
 * What a person booked. Bookings are business records (§ 257 HGB, § 147 AO): erasure leaves them, without the person's
 * name, which stands with the contact alone.
 */
export const bookings = internalQuery({
  args: personPageArgs,
  returns: vPersonPage,
  handler: async (ctx, { orgId, contactId }): Promise<PersonPage> => {
    await requireContact(ctx, orgId, contactId);
    return { rows: personRows(await bookingsOfContact(ctx, contactId)), files: [], cursor: null };
  },
});
