import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { api } from "../../../convex/_generated/api";
import type { BookingDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrg, useOrgMutation } from "../../lib/org";
import { instantOfLocal, localOfInstant } from "../../lib/local-time";

type RescheduleDialogProps = { booking: BookingDetail; isOpen: boolean; onClose: () => void };

/** Moves a booking, keeping its length. Times are the venue's, whatever this browser's zone is. */
export function RescheduleDialog({ booking, isOpen, onClose }: RescheduleDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("bookings.reschedule")} isOpen={isOpen} onClose={onClose} size="sm">
      <RescheduleForm booking={booking} onClose={onClose} />
    </Dialog>
  );
}

function RescheduleForm({ booking, onClose }: { booking: BookingDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const zone = booking.zone ?? membership.timezone;
  const reschedule = useOrgMutation(api.bookings.mutations.reschedule);
  const [local, setLocal] = useState(() => localOfInstant(booking.startsAt, zone));
  const [isBusy, setIsBusy] = useState(false);
  const startsAt = instantOfLocal(local, zone);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (startsAt === null) return;
    setIsBusy(true);
    try {
      const { id: bookingId, startsAt: before } = booking;
      await reschedule({ bookingId, startsAt });
      const fail = (thrown: unknown) => toastError(describeError(thrown, t));
      toast(t("bookings.rescheduled"), { undo: () => void reschedule({ bookingId, startsAt: before }).catch(fail) });
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <TextField
        type="datetime-local"
        label={t("bookings.newStart")}
        value={local}
        onChange={setLocal}
        description={t("bookings.zoneNote", { zone })}
        error={startsAt === null ? t("bookings.badTime") : null}
      />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" variant="primary" isPending={isBusy} isDisabled={startsAt === null}>
          {t("bookings.move")}
        </Button>
      </div>
    </form>
  );
}
