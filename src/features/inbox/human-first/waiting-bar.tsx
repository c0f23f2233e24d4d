import { BellOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Button } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { Menu } from "../../../components/ui/menu";
import { toast, toastError } from "../../../components/ui/toast";
import type { WaitingForTalk } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { dateTime } from "../../../lib/time-format";

/** For how many hours a colleague may keep them back beyond the talk. */
const KEEP_HOURS = [4, 24, 72] as const;

type WaitingBarProps = { contactId: Id<"contacts">; name: string };

/** Says, above the field, which automatic messages wait while the team talks with somebody; nothing where none does. */
export function WaitingBar({ contactId, name }: WaitingBarProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const waiting = useOrgQuery(api.delivery.holds.queries.ofContact, { contactId });
  const [isOpen, setIsOpen] = useState(false);
  if (waiting === undefined || waiting === null || waiting.count === 0) return null;
  const { count, cause, until } = waiting;
  return (
    <div
      data-testid="waiting-bar"
      className="mx-3 my-2 flex items-center gap-x-2 gap-y-1 rounded-md bg-warn-soft px-2 py-1 text-xs text-warn max-md:my-1 max-md:py-0 md:flex-wrap in-data-keyboard:hidden"
    >
      <BellOff aria-hidden size={14} className="shrink-0" />
      <span role="status" className="min-w-0 grow basis-52 max-md:basis-0 max-md:truncate">
        <strong className="font-semibold">{t("humanFirst.wait", { count })}</strong>{" "}
        {t(`humanFirst.because.${cause}`, { name })}
        {until !== null && ` · ${t("humanFirst.until", { at: dateTime(until, language, now) })}`}
      </span>
      <Button size="sm" variant="quiet" onPress={() => setIsOpen(true)}>
        {t("humanFirst.show")}
      </Button>
      {isOpen && <WaitingDialog contactId={contactId} name={name} waiting={waiting} onClose={() => setIsOpen(false)} />}
    </div>
  );
}

type WaitingDialogProps = WaitingBarProps & { waiting: WaitingForTalk; onClose: () => void };

/** What waits, and what may be done about it: let go, hold on, drop. */
function WaitingDialog({ contactId, name, waiting, onClose }: WaitingDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const actions = useWaitingActions(contactId, onClose);
  const { count, cause, messages } = waiting;
  const hours = KEEP_HOURS.map((each) => ({
    id: String(each),
    label: t("humanFirst.hours", { count: each }),
    onAction: () => void actions.keep(each),
  }));
  return (
    <Dialog
      title={t("humanFirst.title", { count })}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <div className="flex w-full flex-wrap justify-end gap-2">
          <Button variant="danger" onPress={() => void actions.drop()}>
            {t("humanFirst.drop")}
          </Button>
          <Menu
            label={t("humanFirst.keep")}
            trigger={<Button>{t("humanFirst.keep")}</Button>}
            groups={[{ id: "hours", items: hours }]}
          />
          <Button variant="primary" onPress={() => void actions.release()}>
            {t("humanFirst.release")}
          </Button>
        </div>
      }
    >
      <p className="text-sm text-muted">{t(`humanFirst.explained.${cause}`, { name })}</p>
      <ul className="mt-3 flex flex-col divide-y divide-line rounded-md border border-line">
        {messages.map(({ id, subject, sourceLabel, dueAt, isDue }) => (
          <li key={id} className="flex flex-col gap-0.5 px-3 py-2">
            <span className="truncate text-sm font-medium">{subject || sourceLabel}</span>
            <span className="text-xs text-muted">
              {isDue
                ? t("humanFirst.wasDue", { at: dateTime(dueAt, language, now) })
                : t("humanFirst.isDue", { at: dateTime(dueAt, language, now) })}{" "}
              · {sourceLabel}
            </span>
          </li>
        ))}
      </ul>
      {count > messages.length && (
        <p className="mt-2 text-xs text-muted">{t("humanFirst.more", { count: count - messages.length })}</p>
      )}
    </Dialog>
  );
}

function useWaitingActions(contactId: Id<"contacts">, onClose: () => void) {
  const { t } = useTranslation();
  const release = useOrgMutation(api.delivery.holds.mutations.release);
  const keep = useOrgMutation(api.delivery.holds.mutations.keep);
  const drop = useOrgMutation(api.delivery.holds.mutations.drop);
  const carryOut = async (work: () => Promise<string>) => {
    try {
      toast(await work());
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return {
    release: () => carryOut(async () => t("humanFirst.released", { count: await release({ contactId }) })),
    drop: () => carryOut(async () => t("humanFirst.dropped", { count: await drop({ contactId }) })),
    keep: (hours: number) =>
      carryOut(async () => {
        await keep({ contactId, hours });
        return t("humanFirst.kept", { count: hours });
      }),
  };
}
