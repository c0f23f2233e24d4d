import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asAppError } from "../../../convex/lib/errors";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import type { QueueDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

const CHANNELS = ["email", "sms", "whatsapp", "best"] as const;
type Choice = (typeof CHANNELS)[number];

type EditDialogProps = { message: QueueDetail; queueId: Id<"messageQueue">; onClose: () => void };

/** Another way, address or wording for a message that was given up; only what was changed is sent. */
export function EditDialog({ message, queueId, onClose }: EditDialogProps) {
  const { t } = useTranslation();
  const before = wordsOf(message);
  const [channel, setChannel] = useState<Choice>(before.channel);
  const [address, setAddress] = useState(before.address);
  const [subject, setSubject] = useState(before.subject);
  const [text, setText] = useState(before.text);
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const edit = useOrgMutation(api.delivery.deadLetters.mutations.edit);
  const requeue = useOrgMutation(api.delivery.mutations.requeue);
  const choose = (next: Choice) => {
    setChannel(next);
    setAddress(next === before.channel ? before.address : "");
  };
  const save = async (sendsAgain: boolean) => {
    try {
      await edit({
        queueId,
        ...(channel === message.channel ? {} : { channel }),
        // An address belongs to a channel: the server learns of both.
        ...(address === before.address || address === "" || channel === "best" ? {} : { address, channel }),
        ...(subject === before.subject ? {} : { subject }),
        ...(text === before.text ? {} : { text }),
      });
      if (sendsAgain) await requeue({ queueId });
      toast(t(sendsAgain ? "queue.requeued" : "deadLetters.edited"));
      onClose();
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.field !== undefined) setProblem({ field: error.field, text: error.message });
      else toastError(describeError(thrown, t));
    }
  };
  const errorOf = (field: string) => (problem?.field === field ? problem.text : null);
  return (
    <Dialog
      title={t("deadLetters.editTitle")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={() => void save(false)}>{t("common.save")}</Button>
          <Button variant="primary" onPress={() => void save(true)}>
            {t("deadLetters.saveAndSend")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <WayFields
          channel={channel}
          onChannel={choose}
          address={address}
          onAddress={setAddress}
          error={errorOf("address") ?? errorOf("channel")}
        />
        {channel !== "sms" && (
          <TextField
            label={t("deadLetters.subject")}
            value={subject}
            onChange={setSubject}
            error={errorOf("subject")}
          />
        )}
        <TextField
          label={t("deadLetters.text")}
          description={before.text === "" ? t("deadLetters.textMissing") : t("deadLetters.textText")}
          value={text}
          onChange={setText}
          rows={7}
          error={errorOf("text")}
        />
      </div>
    </Dialog>
  );
}

type WayFieldsProps = {
  channel: Choice;
  onChannel: (channel: Choice) => void;
  address: string;
  onAddress: (address: string) => void;
  error: string | null;
};

function WayFields({ channel, onChannel, address, onAddress, error }: WayFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t("queue.channel")}
        options={CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) }))}
        value={channel}
        onChange={onChannel}
      />
      <TextField
        label={t("queue.address")}
        description={t(channel === "best" ? "deadLetters.addressBest" : "deadLetters.addressText")}
        value={address}
        onChange={onAddress}
        isDisabled={channel === "best"}
        autoComplete="off"
        error={error}
      />
    </>
  );
}

function wordsOf({ channel, routedChannel, address = "", rendered, content, subject }: QueueDetail) {
  const shown = rendered ?? (content.kind === "finished" ? content : null);
  const went = routedChannel ?? channel;
  const known = CHANNELS.find((each) => each === went) ?? "best";
  return { channel: known, address, subject: shown?.subject ?? subject, text: shown?.text ?? "" };
}
