import { useNavigate } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { Archive, CirclePause, CopyPlus, Ellipsis, Pencil, RotateCcw, Settings2, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { IconButton } from "../../../components/ui/button";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Menu, type MenuGroupData } from "../../../components/ui/menu";
import { toast, toastError } from "../../../components/ui/toast";
import type { SequenceBuilderView } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import { NameDialog } from "../name-dialog";
import { ArchiveDialog, PauseDialog } from "./life/life-dialogs";
import { SettingsDialog } from "./life/settings-dialog";

type Asked = "rename" | "duplicate" | "settings" | "pause" | "archive" | "discard" | "remove";

/** What is done to the journey as a whole. */
export function MoreMenu({ view }: { view: SequenceBuilderView }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  return (
    <>
      <Menu
        label={t("common.more")}
        trigger={<IconButton label={t("common.more")} icon={<Ellipsis size={16} />} />}
        groups={() => groupsFor(view, t, setAsked)}
      />
      {(asked === "rename" || asked === "duplicate") && <NamesDialog view={view} what={asked} onClose={close} />}
      {asked === "settings" && <SettingsDialog view={view} onClose={close} />}
      {asked === "pause" && <PauseDialog view={view} onClose={close} />}
      {asked === "archive" && <ArchiveDialog view={view} onClose={close} />}
      {(asked === "discard" || asked === "remove") && <GiveUpDialog view={view} what={asked} onClose={close} />}
    </>
  );
}

/** What can be asked for in the journey's state: an archived one can only be named and copied. */
function groupsFor(view: SequenceBuilderView, t: TFunction, ask: (what: Asked) => void): MenuGroupData[] {
  const { status, draft, versionNumber } = view;
  const item = (id: Asked, label: string, icon: ReactNode, isDanger = false) => {
    return { id, label, icon, isDanger, onAction: () => ask(id) };
  };
  const isArchived = status === "archived";
  const wasLive = versionNumber !== null;
  const groups = [
    {
      id: t("common.more"),
      items: [
        item("rename", t("builder.rename"), <Pencil size={15} />),
        item("duplicate", t("builder.duplicateAll"), <CopyPlus size={15} />),
        ...(isArchived ? [] : [item("settings", t("builder.settings.open"), <Settings2 size={15} />)]),
      ],
    },
    {
      id: t("builder.state"),
      items: [
        ...(status === "active" ? [item("pause", t("pauses.pause"), <CirclePause size={15} />)] : []),
        ...(wasLive && !isArchived ? [item("archive", t("builder.life.archive"), <Archive size={15} />, true)] : []),
      ],
    },
    {
      id: t("builder.delete"),
      items: [
        ...(draft !== null && wasLive && !isArchived
          ? [item("discard", t("builder.discard"), <RotateCcw size={15} />, true)]
          : []),
        ...(wasLive ? [] : [item("remove", t("builder.delete"), <Trash2 size={15} />, true)]),
      ],
    },
  ];
  return groups.filter(({ items }) => items.length > 0);
}

type NamesProps = { view: SequenceBuilderView; what: "rename" | "duplicate"; onClose: () => void };

function NamesDialog({ view, what, onClose }: NamesProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const rename = useOrgMutation(api.sequences.drafts.mutations.rename);
  const create = useOrgMutation(api.sequences.drafts.mutations.create);
  if (what === "rename") {
    return (
      <NameDialog
        title={t("builder.rename")}
        saveLabel={t("common.save")}
        initial={view}
        onClose={onClose}
        onSave={async (fields) => void (await rename({ sequenceId: view.id, ...fields }))}
      />
    );
  }
  return (
    <NameDialog
      title={t("builder.duplicateAll")}
      saveLabel={t("builder.duplicate")}
      initial={{ name: t("builder.copyOf", { name: view.name }), description: view.description }}
      onClose={onClose}
      onSave={async (fields) => {
        const sequenceId = await create({ ...fields, copyOf: view.id });
        await navigate({ to: "/sequences/$sequenceId", params: { sequenceId } });
      }}
    />
  );
}

type GiveUpProps = { view: SequenceBuilderView; what: "discard" | "remove"; onClose: () => void };

/** There is no way back: asked first, by name. */
function GiveUpDialog({ view, what, onClose }: GiveUpProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const discard = useOrgMutation(api.sequences.drafts.mutations.discard);
  const remove = useOrgMutation(api.sequences.drafts.mutations.remove);
  const submit = async () => {
    try {
      if (what === "remove") {
        await navigate({ to: "/sequences" });
        await remove({ sequenceId: view.id });
      } else await discard({ sequenceId: view.id, revision: view.revision });
      toast(t(`builder.done.${what}`, { name: view.name }));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
    onClose();
  };
  return (
    <FormDialog
      title={t(what === "remove" ? "builder.delete" : "builder.discard")}
      saveLabel={t(what === "remove" ? "builder.delete" : "builder.discard")}
      onClose={onClose}
      onSubmit={async (event) => {
        event.preventDefault();
        await submit();
      }}
    >
      <p className="text-sm">{t(`builder.sure.${what}`, { name: view.name })}</p>
    </FormDialog>
  );
}
