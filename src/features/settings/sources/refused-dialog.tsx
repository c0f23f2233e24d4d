import { RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Button } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { ExactTime } from "../../../components/ui/time";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import type { BookingSource } from "./sources";

/** Events of a source that could not be used, each with the reason, and the way to read it once more. */
export function RefusedDialog({ source, onClose }: { source: BookingSource; onClose: () => void }) {
  const { t } = useTranslation();
  const refused = useOrgQuery(api.bookings.sources.queries.refused, { sourceId: source.id });
  const replay = useOrgMutation(api.bookings.sources.mutations.replay);
  const run = async (rawEventId: Id<"rawEvents">) => {
    try {
      await replay({ sourceId: source.id, rawEventId });
      toast(t("bookingSources.replayed"));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog title={t("bookingSources.refusedTitle", { name: source.name })} isOpen onClose={onClose} size="lg">
      {refused === undefined && <SkeletonRows count={3} className="px-0" />}
      {refused?.length === 0 && <p className="py-4 text-sm text-muted">{t("bookingSources.noneRefused")}</p>}
      {refused !== undefined && refused.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line">
          {refused.map(({ id, receivedAt, reason, field }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
              <span className="min-w-0 grow basis-60 break-words">
                {reason}
                <span className="block text-xs text-faint">
                  <ExactTime at={receivedAt} />
                  {field !== undefined && field !== "" && ` · ${field}`}
                </span>
              </span>
              <Button size="sm" icon={<RotateCcw aria-hidden size={13} />} onPress={() => void run(id)}>
                {t("bookingSources.replay")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
