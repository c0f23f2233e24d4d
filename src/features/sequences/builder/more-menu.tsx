import { useNavigate } from "@tanstack/react-router";
import { CopyPlus, Ellipsis, Pencil, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { IconButton } from "../../../components/ui/button";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Menu } from "../../../components/ui/menu";
import { toast, toastError } from "../../../components/ui/toast";
import type { SequenceBuilderView } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import { NameDialog } from "../name-dialog";

type Asked = "rename" | "duplicate" | "discard" | "remove";

/** What is done to the journey as a whole. */
export function MoreMenu({ view }: { view: SequenceBuilderView }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Asked | null>(null);
  const rename = useOrgMutation(api.sequences.drafts.mutations.rename);
  const create = useOrgMutation(api.sequences.drafts.mutations.create);
  const items = [
    { id: "rename", label: t("builder.rename"), icon: <Pencil size={15} />, onAction: () => setAsked("rename") },
    {
      id: "duplicate",
      label: t("builder.duplicateAll"),
      icon: <CopyPlus size={15} />,
      onAction: () => setAsked("duplicate"),
    },
  ];
  const dangers = [
    ...(view.draft !== null && view.versionNumber !== null
      ? [
          {
            id: "discard",
            label: t("builder.discard"),
            icon: <RotateCcw size={15} />,
            isDanger: true,
            onAction: () => setAsked("discard"),
          },
        ]
      : []),
    ...(view.versionNumber === null
      ? [
          {
            id: "remove",
            label: t("builder.delete"),
            icon: <Trash2 size={15} />,
            isDanger: true,
            onAction: () => setAsked("remove"),
          },
        ]
      : []),
  ];
  const close = () => setAsked(null);
  const groups = [{ id: t("common.more"), items }];
  return (
    <>
      <Menu
        label={t("common.more")}
        trigger={<IconButton label={t("common.more")} icon={<Ellipsis size={16} />} />}
        groups={dangers.length === 0 ? groups : [...groups, { id: t("builder.delete"), items: dangers }]}
      />
      {asked === "rename" && (
        <NameDialog
          title={t("builder.rename")}
          saveLabel={t("common.save")}
          initial={view}
          onClose={close}
          onSave={async (fields) => void (await rename({ sequenceId: view.id, ...fields }))}
        />
      )}
      {asked === "duplicate" && (
        <NameDialog
          title={t("builder.duplicateAll")}
          saveLabel={t("builder.duplicate")}
          initial={{ name: t("builder.copyOf", { name: view.name }), description: view.description }}
          onClose={close}
          onSave={async (fields) => {
            const sequenceId = await create({ ...fields, copyOf: view.id });
            await navigate({ to: "/sequences/$sequenceId", params: { sequenceId } });
          }}
        />
      )}
      {(asked === "discard" || asked === "remove") && <GiveUpDialog view={view} what={asked} onClose={close} />}
    </>
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
