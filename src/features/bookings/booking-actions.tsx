import { CalendarClock, CalendarX, CircleCheck, Ellipsis, Pencil, Undo2, UserCheck, UserX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button, IconButton } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { Menu } from "../../components/ui/menu";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import type { BookingDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { EditBookingDialog } from "./edit-booking-dialog";
import { unsentCount } from "./journey-lanes";
import { RescheduleDialog } from "./reschedule-dialog";

type OpenDialog = "cancel" | "reschedule" | "edit" | null;

/** Sets a booking's state, with the way back; and brings one back that is off or over. */
function useStatus(booking: BookingDetail) {
  const { t } = useTranslation();
  const setStatus = useOrgMutation(api.bookings.mutations.setStatus);
  const { id: bookingId } = booking;
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  // Over "confirmed": what was set is taken back before the older state is set again.
  const takeBack = async () => {
    await setStatus({ bookingId, status: "confirmed" });
    if (booking.status === "checked_in") await setStatus({ bookingId, status: "checked_in" });
  };
  const mark = async (status: "checked_in" | "completed" | "no_show", said: string) => {
    try {
      await setStatus({ bookingId, status });
      toast(said, { undo: () => void takeBack().catch(fail) });
    } catch (thrown) {
      fail(thrown);
    }
  };
  const reinstate = async () => {
    try {
      await setStatus({ bookingId, status: "confirmed" });
      toast(t("bookings.reinstated"));
    } catch (thrown) {
      fail(thrown);
    }
  };
  return { mark, reinstate };
}

type MoreProps = { mark: ReturnType<typeof useStatus>["mark"]; onEdit: () => void };

function More({ mark, onEdit }: MoreProps) {
  const { t } = useTranslation();
  const items = [
    { id: "edit", label: t("bookings.edit"), icon: <Pencil size={14} />, onAction: onEdit },
    {
      id: "completed",
      label: t("bookings.complete"),
      icon: <CircleCheck size={14} />,
      onAction: () => void mark("completed", t("bookings.completed")),
    },
    {
      id: "no_show",
      label: t("bookings.noShow"),
      icon: <UserX size={14} />,
      onAction: () => void mark("no_show", t("bookings.markedNoShow")),
    },
  ];
  return (
    <Menu
      label={t("bookings.more")}
      groups={[{ id: "marks", items }]}
      trigger={<IconButton label={t("bookings.more")} icon={<Ellipsis size={16} />} />}
    />
  );
}

/** What can be done with a booking, by its state. */
export function BookingActions({ booking }: { booking: BookingDetail }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<OpenDialog>(null);
  const { mark, reinstate } = useStatus(booking);
  const isLive = booking.status === "confirmed" || booking.status === "checked_in";
  if (booking.status === "rescheduled" || booking.status === "taken_back") return null;
  if (!isLive) {
    return (
      <Button icon={<Undo2 aria-hidden size={15} />} onPress={() => void reinstate()}>
        {t("bookings.reinstate")}
      </Button>
    );
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      {booking.status === "confirmed" && (
        <Button
          icon={<UserCheck aria-hidden size={15} />}
          onPress={() => void mark("checked_in", t("bookings.checkedIn"))}
        >
          {t("bookings.checkIn")}
        </Button>
      )}
      {booking.status === "checked_in" && (
        <Button
          icon={<CircleCheck aria-hidden size={15} />}
          onPress={() => void mark("completed", t("bookings.completed"))}
        >
          {t("bookings.complete")}
        </Button>
      )}
      <Button icon={<CalendarClock aria-hidden size={15} />} onPress={() => setDialog("reschedule")}>
        {t("bookings.reschedule")}
      </Button>
      <Button variant="danger" icon={<CalendarX aria-hidden size={15} />} onPress={() => setDialog("cancel")}>
        {t("bookings.cancelBooking")}
      </Button>
      <More mark={mark} onEdit={() => setDialog("edit")} />
      <CancelDialog booking={booking} isOpen={dialog === "cancel"} onClose={() => setDialog(null)} />
      {dialog === "edit" && <EditBookingDialog booking={booking} onClose={() => setDialog(null)} />}
      <RescheduleDialog booking={booking} isOpen={dialog === "reschedule"} onClose={() => setDialog(null)} />
    </div>
  );
}

type DialogProps = { booking: BookingDetail; isOpen: boolean; onClose: () => void };

/** Asks, because stopped messages cannot be called back by an undo: says what and how many. */
function CancelDialog({ booking, isOpen, onClose }: DialogProps) {
  const { t } = useTranslation();
  const setStatus = useOrgMutation(api.bookings.mutations.setStatus);
  const [reason, setReason] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const run = async () => {
    setIsBusy(true);
    try {
      const given = reason.trim();
      await setStatus({ bookingId: booking.id, status: "cancelled", ...(given === "" ? {} : { reason: given }) });
      toast(t("bookings.cancelledToast"));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      title={t("bookings.cancelTitle", { title: booking.title })}
      isOpen={isOpen}
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("bookings.keep")}</Button>
          <Button variant="danger" isPending={isBusy} onPress={() => void run()}>
            {t("bookings.cancelBooking")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-sm text-muted">{t("bookings.cancelText", { count: unsentCount(booking.journey) })}</p>
        <TextField label={t("bookings.cancelReason")} value={reason} onChange={setReason} rows={2} />
      </div>
    </Dialog>
  );
}
