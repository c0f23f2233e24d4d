import { BellRing, CalendarClock, ChevronDown, ListChecks } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button, IconButton } from "../../components/ui/button";
import { Checkbox } from "../../components/ui/checkbox";
import { Dialog } from "../../components/ui/dialog";
import { Menu } from "../../components/ui/menu";
import { TextField } from "../../components/ui/text-field";
import { useLanguage } from "../../lib/i18n";
import { instantOfLocal, localOfInstant } from "../../lib/local-time";
import { useNow } from "../../lib/now";
import { useOrgQuery } from "../../lib/org";
import { useShortcuts } from "../../lib/shortcuts";
import { dateTime, localZone } from "../../lib/time-format";
import { PlannedList } from "./planned-list";
import { RemindDialog } from "./remind-dialog";
import { snoozePresets } from "./snooze-times";
import type { Plan } from "./use-send";

type SendLaterProps = { isDisabled: boolean; onPlan: (plan: Plan) => void; onRemind: (remindAt: number) => void };

/** The hours at which an answer can leave, and the list of those that will. */
export function SendLater({ isDisabled, onPlan, onRemind }: SendLaterProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const [isOpen, setIsOpen] = useState(false);
  const [isCustom, setIsCustom] = useState(false);
  const [isListed, setIsListed] = useState(false);
  const [isReminding, setIsReminding] = useState(false);
  const cancelIfAnswered = useOrgQuery(api.inbox.sending.queries.settings, {})?.cancelIfAnswered ?? true;
  const keys = "mod+shift+l";
  const remindKeys = "mod+shift+h";
  const remind = () => !isDisabled && setIsReminding(true);
  useShortcuts([
    { id: "sendLater", keys, label: t("actions.sendLater"), group: "thread", run: () => setIsOpen(true) },
    { id: "remind", keys: remindKeys, label: t("answering.remind"), group: "thread", run: remind },
  ]);
  const presets = snoozePresets(now, localZone()).map(({ preset, at }) => ({
    id: preset,
    label: `${t(`snooze.presets.${preset}`)} · ${dateTime(at, language, now)}`,
    icon: <CalendarClock size={14} />,
    isDisabled,
    onAction: () => onPlan({ sendAt: at, cancelIfAnswered }),
  }));
  const more = [
    {
      id: "custom",
      label: t("answering.chooseTime"),
      icon: <CalendarClock size={14} />,
      isDisabled,
      onAction: () => setIsCustom(true),
    },
    {
      id: "remind",
      label: t("answering.remind"),
      icon: <BellRing size={14} />,
      keys: remindKeys,
      isDisabled,
      onAction: remind,
    },
    { id: "list", label: t("answering.allPlanned"), icon: <ListChecks size={14} />, onAction: () => setIsListed(true) },
  ];
  return (
    <>
      <Menu
        label={t("actions.sendLater")}
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        placement="top end"
        groups={[
          { id: "presets", title: t("actions.sendLater"), items: presets },
          { id: "more", items: more },
        ]}
        trigger={<IconButton size="sm" label={t("actions.sendLater")} keys={keys} icon={<ChevronDown size={14} />} />}
      />
      {isCustom && (
        <PlanDialog
          initial={{ sendAt: presetTomorrow(now), cancelIfAnswered }}
          onClose={() => setIsCustom(false)}
          onPlan={(plan) => {
            setIsCustom(false);
            onPlan(plan);
          }}
        />
      )}
      {isReminding && (
        <RemindDialog
          onClose={() => setIsReminding(false)}
          onChoose={(remindAt) => {
            setIsReminding(false);
            onRemind(remindAt);
          }}
        />
      )}
      {isListed && <PlannedList onClose={() => setIsListed(false)} />}
    </>
  );
}

function presetTomorrow(now: number): number {
  return snoozePresets(now, localZone()).find(({ preset }) => preset === "tomorrow")?.at ?? now;
}

type PlanDialogProps = { initial: Plan; onClose: () => void; onPlan: (plan: Plan) => void };

/** An hour of one's own choice, and whether the customer's answer cancels the message. */
export function PlanDialog({ initial, onClose, onPlan }: PlanDialogProps) {
  const { t } = useTranslation();
  const now = useNow();
  const zone = localZone();
  const [local, setLocal] = useState(() => localOfInstant(initial.sendAt, zone));
  const [cancelIfAnswered, setCancel] = useState(initial.cancelIfAnswered);
  const sendAt = instantOfLocal(local, zone);
  const isLater = sendAt !== null && sendAt > now;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isLater) onPlan({ sendAt, cancelIfAnswered });
  };
  return (
    <Dialog title={t("actions.sendLater")} isOpen onClose={onClose} size="sm">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          type="datetime-local"
          label={t("answering.leavesAt")}
          value={local}
          onChange={setLocal}
          description={t("snooze.zoneNote", { zone })}
          error={isLater ? null : t("snooze.notLater")}
        />
        <Checkbox isSelected={cancelIfAnswered} onChange={setCancel}>
          {t("answering.cancelIfAnswered")}
        </Checkbox>
        <div className="flex justify-end">
          <Button type="submit" variant="primary" isDisabled={!isLater}>
            {t("answering.plan")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
