import { CircleCheck, CircleSlash } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Purpose } from "../../../convex/lib/closedSets";
import { useCan } from "../../lib/org";
import { StatusBadge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { ExactTime } from "../ui/time";
import { becauseText } from "./because";
import type { Cell, Standing } from "./types";

type CellDialogProps = {
  cell: Cell;
  topicName: string;
  purpose: Purpose;
  standing: Standing;
  onClose: () => void;
  onRecord: () => void;
  onAsk: () => void;
};

/** Why somebody may or may not be written to about one thing by one channel. */
export function CellDialog({ cell, topicName, purpose, standing, onClose, onRecord, onAsk }: CellDialogProps) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const law = standing.rules.find(({ pack }) => pack === cell.pack)?.law;
  const then = (next: () => void) => () => {
    onClose();
    next();
  };
  return (
    <Dialog
      title={`${topicName} · ${t(`channels.${cell.channel}`)}`}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        mayEdit && (
          <>
            <Button onPress={then(onRecord)}>{t("consent.record")}</Button>
            {!cell.isAllowed && cell.suppression === null && <Button onPress={then(onAsk)}>{t("consent.ask")}</Button>}
          </>
        )
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <StatusBadge
          tone={cell.isAllowed ? "ok" : "neutral"}
          icon={cell.isAllowed ? CircleCheck : CircleSlash}
          label={t(cell.isAllowed ? "consent.allowed" : "consent.notAllowed")}
        />
        <p>{becauseText(cell.because, t)}</p>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          <dt className="text-faint">{t("queue.purpose")}</dt>
          <dd>{t(`purposes.${purpose}`)}</dd>
          {cell.suppression !== null && (
            <>
              <dt className="text-faint">{t("consent.suppression")}</dt>
              <dd>{t(`consent.reasons.${cell.suppression.reason}`)}</dd>
            </>
          )}
          {cell.statementAt !== null && (
            <>
              <dt className="text-faint">{t("consent.statedAt")}</dt>
              <dd>
                <ExactTime at={cell.statementAt} />
              </dd>
            </>
          )}
          {law !== undefined && (
            <>
              <dt className="text-faint">{t("consent.law")}</dt>
              <dd>{law}</dd>
            </>
          )}
        </dl>
      </div>
    </Dialog>
  );
}
