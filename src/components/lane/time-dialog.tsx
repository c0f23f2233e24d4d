import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { instantOfLocal, localOfInstant } from "../../lib/local-time";
import { useNow } from "../../lib/now";
import { localZone } from "../../lib/time-format";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { TextField } from "../ui/text-field";

type TimeDialogProps = {
  title: string;
  initial: number;
  /** From when on the message is worth nothing. */
  latest: number | null;
  onChoose: (at: number) => void;
  onClose: () => void;
};

/** Another time for a message ahead. */
export function TimeDialog({ title, initial, latest, onChoose, onClose }: TimeDialogProps) {
  const { t } = useTranslation();
  const now = useNow();
  const zone = localZone();
  const [local, setLocal] = useState(() => localOfInstant(initial, zone));
  const at = instantOfLocal(local, zone);
  const error = problemOf(at, now, latest);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (at === null || error !== null) return;
    onChoose(at);
    onClose();
  };
  return (
    <Dialog title={title} isOpen onClose={onClose} size="sm">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          type="datetime-local"
          label={t("lane.leavesAt")}
          value={local}
          onChange={setLocal}
          description={t("lane.zoneNote", { zone })}
          error={error === null ? null : t(`lane.problems.${error}`)}
          autoFocus
        />
        <div className="flex justify-end gap-2">
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" isDisabled={error !== null}>
            {t("lane.move")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function problemOf(at: number | null, now: number, latest: number | null): "noTime" | "past" | "tooLate" | null {
  if (at === null) return "noTime";
  if (at <= now) return "past";
  return latest !== null && at >= latest ? "tooLate" : null;
}
