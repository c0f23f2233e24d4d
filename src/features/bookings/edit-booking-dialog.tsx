import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { FormDialog } from "../../components/ui/form-dialog";
import { toast, toastError } from "../../components/ui/toast";
import type { BookingDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrg, useOrgMutation } from "../../lib/org";
import { draftOf, factsOf, type DraftField } from "./booking-draft";
import { BookingFields } from "./booking-fields";

type EditBookingDialogProps = { booking: BookingDetail; onClose: () => void };

/** Changes what a booking is; unsent messages follow, and what was before can be had back at once. */
export function EditBookingDialog({ booking, onClose }: EditBookingDialogProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const change = useOrgMutation(api.bookings.mutations.change);
  const [draft, setDraft] = useState(() => draftOf(booking, membership.timezone));
  const [problem, setProblem] = useState<DraftField | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const read = factsOf(draft, booking.attributes);
    if ("field" in read) return setProblem(read.field);
    const { id: bookingId, title, startsAt, endsAt, location, attributes } = booking;
    const before = { title, startsAt, endsAt, location, attributes };
    const fail = (thrown: unknown) => toastError(describeError(thrown, t));
    try {
      await change({ bookingId, ...read.facts });
      toast(t("bookings.changed"), { undo: () => void change({ bookingId, ...before }).catch(fail) });
      onClose();
    } catch (thrown) {
      fail(thrown);
    }
  };
  return (
    <FormDialog title={t("bookings.edit")} onClose={onClose} onSubmit={submit}>
      <BookingFields draft={draft} problem={problem} onChange={setDraft} />
    </FormDialog>
  );
}
