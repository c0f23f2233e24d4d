import { MoreHorizontal, Pause, Play, UserMinus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { Resumption } from "../../lib/api-types";
import { useFocusHeir } from "../../lib/focus-heir";
import { useCan, useOrgMutation } from "../../lib/org";
import { IconButton } from "../ui/button";
import { Menu } from "../ui/menu";
import { TextField } from "../ui/text-field";
import { toast } from "../ui/toast";
import { AskDialog } from "./ask-dialog";
import { ResumptionList } from "./resumption-list";

type Person = { enrolmentId: Id<"enrolments">; name: string; isPaused: boolean };
type DialogProps = { person: Person; onClose: () => void };

/** Stopping a journey for one person, letting it go on, taking them out (product.md 4.3). */
export function PersonActions({ person }: { person: Person }) {
  const { t } = useTranslation();
  const place = useFocusHeir<HTMLSpanElement>();
  const [asking, setAsking] = useState<"pause" | "resume" | "takeOut" | null>(null);
  if (!useCan("sequences.edit")) return null;
  const close = () => setAsking(null);
  const rest = person.isPaused
    ? { id: "resume", label: t("sequences.person.resume"), icon: <Play aria-hidden size={14} /> }
    : { id: "pause", label: t("sequences.person.pause"), icon: <Pause aria-hidden size={14} /> };
  const out = { id: "takeOut", label: t("sequences.person.takeOut"), icon: <UserMinus aria-hidden size={14} /> };
  return (
    <span ref={place} className="contents">
      <Menu
        label={t("sequences.person.actions", { name: person.name })}
        trigger={
          <IconButton
            label={t("sequences.person.actions", { name: person.name })}
            icon={<MoreHorizontal aria-hidden size={16} />}
          />
        }
        groups={[
          {
            id: "person",
            items: [
              { ...rest, onAction: () => setAsking(person.isPaused ? "resume" : "pause") },
              { ...out, onAction: () => setAsking("takeOut") },
            ],
          },
        ]}
      />
      {asking === "pause" && <PauseDialog person={person} onClose={close} />}
      {asking === "resume" && <ResumeDialog person={person} onClose={close} />}
      {asking === "takeOut" && <TakeOutDialog person={person} onClose={close} />}
    </span>
  );
}

function PauseDialog({ person, onClose }: DialogProps) {
  const { t } = useTranslation();
  const pause = useOrgMutation(api.sequences.running.mutations.pausePerson);
  const [reason, setReason] = useState("");
  return (
    <AskDialog
      title={t("sequences.person.pauseTitle", { name: person.name })}
      saveLabel={t("pauses.pause")}
      onClose={onClose}
      onSave={async () => {
        await pause({ enrolmentId: person.enrolmentId, reason });
        toast(t("sequences.person.pausedToast", { name: person.name }));
      }}
    >
      <TextField label={t("pauses.reason")} value={reason} onChange={setReason} autoFocus />
    </AskDialog>
  );
}

function ResumeDialog({ person, onClose }: DialogProps) {
  const { t } = useTranslation();
  const resume = useOrgMutation(api.sequences.running.mutations.resumePerson);
  const [how, setHow] = useState<Resumption>("late");
  return (
    <AskDialog
      title={t("sequences.person.resumeTitle", { name: person.name })}
      saveLabel={t("pauses.resume")}
      onClose={onClose}
      onSave={async () => {
        await resume({ enrolmentId: person.enrolmentId, how });
        toast(t("sequences.person.resumedToast", { name: person.name }));
      }}
    >
      <ResumptionList value={how} onChange={setHow} />
    </AskDialog>
  );
}

function TakeOutDialog({ person, onClose }: DialogProps) {
  const { t } = useTranslation();
  const takeOut = useOrgMutation(api.sequences.running.mutations.takeOut);
  return (
    <AskDialog
      title={t("sequences.person.takeOutTitle", { name: person.name })}
      saveLabel={t("sequences.person.takeOut")}
      onClose={onClose}
      onSave={async () => {
        await takeOut({ enrolmentId: person.enrolmentId });
        toast(t("sequences.person.takenOutToast", { name: person.name }));
      }}
    >
      <p className="text-sm">{t("sequences.person.takeOutText")}</p>
    </AskDialog>
  );
}
