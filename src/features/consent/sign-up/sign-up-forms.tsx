import { ClipboardList, Code, ExternalLink, PencilLine, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../../convex/_generated/api";
import { useTopicName } from "../../../components/consent/local-text";
import { ChannelIcon } from "../../../components/status";
import { Badge } from "../../../components/ui/badge";
import { Button, IconButton } from "../../../components/ui/button";
import { CopyField } from "../../../components/ui/copy-field";
import { Dialog } from "../../../components/ui/dialog";
import { EmptyState } from "../../../components/ui/empty-state";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { Switch } from "../../../components/ui/switch";
import { RelativeTime } from "../../../components/ui/time";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { Panel } from "../panel";
import { FormSettings } from "./form-settings";
import { settingsOf } from "./settings-of";
import { SnippetDialog } from "./snippet-dialog";

export type SignUpForm = FunctionReturnType<typeof api.tracking.signUp.queries.list>[number];

/** Public forms by which people ask to be written to. */
export function SignUpForms() {
  const { t } = useTranslation();
  const mayManage = useCan("consent.manage");
  const forms = useOrgQuery(api.tracking.signUp.queries.list, {});
  const [edited, setEdited] = useState<SignUpForm | "new" | null>(null);
  const [copied, setCopied] = useState<SignUpForm | null>(null);
  const [removed, setRemoved] = useState<SignUpForm | null>(null);
  const add = mayManage && (
    <Button icon={<Plus aria-hidden size={14} />} onPress={() => setEdited("new")}>
      {t("signUpForms.add")}
    </Button>
  );
  return (
    <Panel intro={t("signUpForms.intro")} actions={add}>
      {forms === undefined && <SkeletonRows count={3} className="px-0" />}
      {forms?.length === 0 && (
        <EmptyState icon={ClipboardList} title={t("signUpForms.none")} text={t("signUpForms.noneText")} />
      )}
      {forms !== undefined && forms.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line">
          {forms.map((form) => (
            <FormRow
              key={form.id}
              form={form}
              onEdit={() => setEdited(form)}
              onSnippet={() => setCopied(form)}
              onRemove={() => setRemoved(form)}
            />
          ))}
        </ul>
      )}
      {edited !== null && <FormSettings form={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
      {copied !== null && <SnippetDialog form={copied} onClose={() => setCopied(null)} />}
      {removed !== null && <RemoveDialog form={removed} onClose={() => setRemoved(null)} />}
    </Panel>
  );
}

type FormRowProps = { form: SignUpForm; onEdit: () => void; onSnippet: () => void; onRemove: () => void };

function FormRow({ form, onEdit, onSnippet, onRemove }: FormRowProps) {
  const { t } = useTranslation();
  const topicName = useTopicName();
  const { name, topic, purpose, channels, origins, isOn, url } = form;
  return (
    <li data-testid="sign-up-form" className="flex flex-col gap-3 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <span className="min-w-0 grow basis-60">
          <span className="flex flex-wrap items-center gap-2 text-sm font-medium">
            <span>{name}</span>
            <Badge>{topicName(topic)}</Badge>
            {purpose !== null && <Badge>{t(`purposes.${purpose}`)}</Badge>}
            {!isOn && <Badge tone="warn">{t("signUpForms.off")}</Badge>}
          </span>
          <span className="block text-xs break-words text-muted">
            {origins.length === 0
              ? t("signUpForms.onlyOwnPage")
              : origins.map((origin) => origin.replace("https://", "")).join(", ")}
          </span>
        </span>
        <span className="flex gap-1.5 text-muted">
          {channels.map((channel) => (
            <ChannelIcon key={channel} channel={channel} />
          ))}
        </span>
        <FormActions form={form} onEdit={onEdit} onSnippet={onSnippet} onRemove={onRemove} />
      </div>
      <div className="flex items-center gap-1">
        <span className="min-w-0 grow">
          <CopyField value={url} label={t("signUpForms.copyUrl", { name })} />
        </span>
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          aria-label={t("signUpForms.open", { name })}
          className="flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text max-md:size-11"
        >
          <ExternalLink aria-hidden size={14} />
        </a>
      </div>
      <Figures form={form} />
    </li>
  );
}

function FormActions({ form, onEdit, onSnippet, onRemove }: FormRowProps) {
  const { t } = useTranslation();
  const mayManage = useCan("consent.manage");
  const save = useOrgMutation(api.tracking.signUp.mutations.save);
  const { id, name, isOn, wording } = form;
  const turn = (on: boolean) => {
    const settings = { ...settingsOf(form), isOn: on };
    save({ formId: id, settings, wording }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <span className="flex items-center gap-1">
      <Button size="sm" variant="quiet" icon={<Code aria-hidden size={14} />} onPress={onSnippet}>
        {t("signUpForms.html")}
      </Button>
      {mayManage && (
        <>
          <IconButton
            size="sm"
            label={t("signUpForms.edit", { name })}
            icon={<PencilLine size={14} />}
            onPress={onEdit}
          />
          <IconButton
            size="sm"
            label={t("signUpForms.remove", { name })}
            icon={<Trash2 size={14} />}
            onPress={onRemove}
          />
          <Switch label={t("signUpForms.isOn", { name })} isOn={isOn} onChange={turn} />
        </>
      )}
    </span>
  );
}

function Figures({ form: { counts, lastAt } }: { form: SignUpForm }) {
  const { t } = useTranslation();
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted tabular-nums">
      <span>{t("signUpForms.asked", { count: counts.asked })}</span>
      {counts.quiet > 0 && <span>{t("signUpForms.quiet", { count: counts.quiet })}</span>}
      {counts.trapped > 0 && <span>{t("signUpForms.trapped", { count: counts.trapped })}</span>}
      {lastAt !== null && (
        <span>
          {t("signUpForms.last")} <RelativeTime at={lastAt} />
        </span>
      )}
    </p>
  );
}

function RemoveDialog({ form, onClose }: { form: SignUpForm; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useOrgMutation(api.tracking.signUp.mutations.remove);
  const submit = async () => {
    try {
      await remove({ formId: form.id });
      toast(t("signUpForms.removed", { name: form.name }));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={t("signUpForms.remove", { name: form.name })}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" onPress={() => void submit()}>
            {t("signUpForms.removeNow")}
          </Button>
        </>
      }
    >
      <p className="text-sm text-muted">{t("signUpForms.removeText")}</p>
    </Dialog>
  );
}
