import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { CHANNEL_KINDS, SENT_AS, type ChannelKind } from "../../../../convex/connections/channels/sets";
import type { BusinessEntity } from "../../../../convex/lib/closedSets";
import { asAppError } from "../../../../convex/lib/errors";
import { BrandSelect } from "../../../components/brand";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import type { InboxChannel } from "./channels";

/** The router chooses the account. */
const ANY = "any";

const FIELDS = ["channelName", "address", "connectionId", "responseSlaHours"] as const;
type Field = (typeof FIELDS)[number];

type Draft = {
  channelType: InboxChannel["channelType"];
  channelName: string;
  address: string;
  /** Id of an account, or ANY. */
  account: string;
  hours: string;
  businessEntity: BusinessEntity;
};

type ChannelDialogProps = {
  /** Null: a new one. */
  channel: InboxChannel | null;
  onClose: () => void;
};

/** A mailbox or number: what it is called, where it receives, what its answers go through. */
export function ChannelDialog({ channel, onClose }: ChannelDialogProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>(() => startingDraft(channel));
  const [problem, setProblem] = useState<{ field: Field; text: string } | null>(null);
  const save = useSave(channel, draft);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      await save();
      toast(t("inboxChannels.saved", { name: draft.channelName.trim() }));
      onClose();
    } catch (thrown) {
      const error = asAppError(thrown);
      const field = FIELDS.find((each) => each === error?.field);
      if (field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field, text: t(`inboxChannels.problems.${problemOf(field, error?.code, draft)}`) });
    }
  };
  const title =
    channel === null ? t("inboxChannels.add") : t("inboxChannels.changeTitle", { name: channel.channelName });
  const put = (part: Partial<Draft>) => setDraft((known) => ({ ...known, ...part }));
  const errorOf = (field: Field) => (problem?.field === field ? problem.text : null);
  return (
    <FormDialog title={title} onClose={onClose} onSubmit={submit}>
      {channel === null && (
        <Select
          label={t("inboxChannels.type")}
          options={CHANNEL_KINDS.map((id) => ({ id, label: t(`channelTypes.${id}`) }))}
          value={kindOf(draft)}
          onChange={(channelType) => put({ channelType, account: ANY, address: "" })}
          className="max-w-xs"
        />
      )}
      <TextField
        label={t("inboxChannels.name")}
        description={t("inboxChannels.nameText")}
        value={draft.channelName}
        onChange={(channelName) => put({ channelName })}
        error={errorOf("channelName")}
      />
      <AddressField draft={draft} onChange={(address) => put({ address })} error={errorOf("address")} />
      {SENT_AS[draft.channelType] === undefined ? (
        <p className="text-xs text-faint">{t("inboxChannels.callsText")}</p>
      ) : (
        <>
          <AccountField draft={draft} onChange={(account) => put({ account })} />
          <TextField
            label={t("connections.optional", { name: t("inboxChannels.responseHours") })}
            description={t("inboxChannels.responseHoursText")}
            inputMode="decimal"
            value={draft.hours}
            onChange={(hours) => put({ hours })}
            error={errorOf("responseSlaHours")}
          />
        </>
      )}
      <BrandSelect
        value={draft.businessEntity}
        onChange={(businessEntity) => put({ businessEntity })}
        className="max-w-xs"
      />
    </FormDialog>
  );
}

type AddressFieldProps = { draft: Draft; onChange: (address: string) => void; error: string | null };

function AddressField({ draft: { channelType, address }, onChange, error }: AddressFieldProps) {
  const { t } = useTranslation();
  const isMail = channelType === "email_outlook";
  const number = t("connections.optional", { name: t("inboxChannels.number") });
  return (
    <TextField
      label={isMail ? t("inboxChannels.mailAddress") : number}
      description={t(isMail ? "inboxChannels.mailAddressText" : "inboxChannels.numberText")}
      type={isMail ? "email" : "tel"}
      value={address}
      onChange={onChange}
      error={error}
    />
  );
}

function AccountField({ draft, onChange }: { draft: Draft; onChange: (account: string) => void }) {
  const { t } = useTranslation();
  const connections = useOrgQuery(api.connections.queries.list, {}) ?? [];
  const fitting = connections.filter(({ channel }) => channel === SENT_AS[draft.channelType]);
  return (
    <div className="flex flex-col gap-1">
      <Select
        label={t("inboxChannels.account")}
        options={[
          { id: ANY, label: t("inboxChannels.anyAccount") },
          ...fitting.map(({ id, name }) => ({ id: id as string, label: name })),
        ]}
        value={draft.account}
        onChange={onChange}
        className="max-w-xs"
      />
      <p className="text-xs text-faint">{t("inboxChannels.accountText")}</p>
    </div>
  );
}

function startingDraft(channel: InboxChannel | null): Draft {
  return {
    channelType: channel?.channelType ?? "email_outlook",
    channelName: channel?.channelName ?? "",
    address: channel?.address ?? "",
    account: channel?.connectionId ?? ANY,
    hours: channel?.responseSlaHours?.toString() ?? "",
    businessEntity: channel?.businessEntity ?? "all",
  };
}

function kindOf({ channelType }: Draft): ChannelKind {
  return CHANNEL_KINDS.find((kind) => kind === channelType) ?? "email_outlook";
}

function useSave(channel: InboxChannel | null, draft: Draft): () => Promise<unknown> {
  const add = useOrgMutation(api.inbox.channels.mutations.add);
  const change = useOrgMutation(api.inbox.channels.mutations.change);
  const connections = useOrgQuery(api.connections.queries.list, {}) ?? [];
  return async () => {
    const { channelName, address, account, hours, businessEntity } = draft;
    const fields = {
      channelName,
      address,
      connectionId: connections.find(({ id }) => id === account)?.id ?? null,
      responseSlaHours: hours.trim() === "" ? null : Number(hours.trim().replace(",", ".")),
      businessEntity,
    };
    return channel === null
      ? await add({ channelType: kindOf(draft), ...fields })
      : await change({ channelId: channel.id, ...fields });
  };
}

function problemOf(field: Field, code: string | undefined, { channelType }: Draft) {
  if (field !== "address") return field;
  if (code === "conflict") return "taken";
  return channelType === "email_outlook" ? "mailAddress" : "number";
}
