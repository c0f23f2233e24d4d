import { CircleCheck, CirclePause, CircleSlash, CircleX, Ellipsis, Hourglass, PencilLine } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Badge, StatusBadge, type Tone } from "../ui/badge";
import { IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Menu } from "../ui/menu";
import { RelativeTime } from "../ui/time";
import { toast, toastError } from "../ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { refusalText } from "./refusal-text";
import { Preview } from "./preview";
import type { Registration, Template } from "./registrations";

const STATES: Record<Registration["state"], { tone: Tone; icon: LucideIcon }> = {
  draft: { tone: "neutral", icon: PencilLine },
  pending: { tone: "info", icon: Hourglass },
  approved: { tone: "ok", icon: CircleCheck },
  rejected: { tone: "danger", icon: CircleX },
  paused: { tone: "warn", icon: CirclePause },
  disabled: { tone: "neutral", icon: CircleSlash },
};

type RegistrationRowProps = {
  registration: Registration;
  template: Template | null;
  /** It goes out once the 24 hours are over. */
  isUsed: boolean;
  onEdit: (() => void) | null;
};

/** One registered template: its name there, the text it stands for, how far its approval is. */
export function RegistrationRow({ registration, template, isUsed, onEdit }: RegistrationRowProps) {
  const { t } = useTranslation();
  const [showsPreview, setShowsPreview] = useState(false);
  const remove = useOrgMutation(api.delivery.whatsappTemplates.mutations.remove);
  const save = useOrgMutation(api.delivery.whatsappTemplates.mutations.save);
  const { id, name, language, category, state, placeholders, stateChangedAt, reason } = registration;
  const drop = async () => {
    const { id: _, stateChangedAt: _at, reason: _reason, ...fields } = registration;
    const undo = () => {
      save(fields).catch((thrown: unknown) => toastError(describeError(thrown, t)));
    };
    try {
      await remove({ registrationId: id });
      toast(t("registrations.removed", { name }), { undo });
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const label = t("connections.actions", { name });
  const items = [
    { id: "preview", label: t("registrations.preview"), onAction: () => setShowsPreview(true) },
    ...(onEdit === null
      ? []
      : [
          { id: "edit", label: t("connections.edit"), onAction: onEdit },
          { id: "remove", label: t("connections.remove"), isDanger: true, onAction: () => void drop() },
        ]),
  ];
  return (
    <li data-testid="registration" className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-3 max-md:px-3">
      <span className="min-w-0 flex-1 basis-52">
        <span className="block truncate font-mono text-xs">
          {name} <span className="text-faint">({language})</span>
        </span>
        <span className="block truncate text-sm">{template?.name ?? t("registrations.gone")}</span>
        <span className="block text-xs text-faint">
          {t(`registrations.categories.${category}`)}
          {placeholders.length > 0 && ` · ${placeholders.map((each, index) => `{{${index + 1}}} ${each}`).join(" · ")}`}
        </span>
        {reason !== undefined && (
          <span className="block text-xs text-danger">
            {t("registrations.because", { reason: refusalText(reason, t) })}
          </span>
        )}
      </span>
      <span className="flex flex-wrap items-center gap-1.5 max-md:grow">
        {isUsed && <Badge tone="accent">{t("registrations.used")}</Badge>}
        <StatusBadge {...STATES[state]} label={t(`registrations.states.${state}`)} />
        <RelativeTime at={stateChangedAt} className="text-xs text-faint" />
      </span>
      <Menu
        label={label}
        trigger={<IconButton size="sm" label={label} icon={<Ellipsis size={16} />} />}
        groups={[{ id: "actions", items }]}
      />
      <Dialog
        title={t("registrations.previewOf", { name })}
        size="sm"
        isOpen={showsPreview}
        onClose={() => setShowsPreview(false)}
      >
        <Preview template={template} placeholders={placeholders} />
      </Dialog>
    </li>
  );
}
