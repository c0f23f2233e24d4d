import { useNavigate } from "@tanstack/react-router";
import { Archive, ArchiveRestore, Copy, Ellipsis, Settings2, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button, IconButton } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { Menu } from "../../components/ui/menu";
import { toast, toastError } from "../../components/ui/toast";
import type { TemplateIdentity, TemplateView } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../lib/org";
import { IdentityDialog } from "./identity-dialog";

type TemplateActionsProps = { view: TemplateView; isSaved: boolean };

/** What can be done with a template as a whole. */
export function TemplateActions({ view, isSaved }: TemplateActionsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [shown, setShown] = useState<"identity" | "archive" | null>(null);
  const duplicate = useOrgMutation(api.templates.drafts.mutations.duplicate);
  const discard = useOrgMutation(api.templates.drafts.mutations.discard);
  const setActive = useOrgMutation(api.templates.mutations.setActive);
  const { id: templateId, name, state } = view;
  const tell = (thrown: unknown) => toastError(describeError(thrown, t));
  const copy = async () => {
    const copyId = await duplicate({ templateId, name: t("templates.copyOf", { name }) });
    await navigate({ to: "/templates/$templateId", params: { templateId: copyId } });
  };
  const drop = async () => {
    await discard({ templateId, revision: view.draft?.revision ?? 0 });
    toast(t("templates.discarded"));
  };
  return (
    <>
      <Menu
        label={t("templates.actions")}
        trigger={<IconButton label={t("templates.actions")} icon={<Ellipsis size={16} />} />}
        groups={[
          {
            id: "actions",
            items: [
              {
                id: "identity",
                label: t("templates.details"),
                icon: <Settings2 aria-hidden size={14} />,
                onAction: () => setShown("identity"),
              },
              {
                id: "copy",
                label: t("templates.duplicate"),
                icon: <Copy aria-hidden size={14} />,
                onAction: () => void copy().catch(tell),
              },
              {
                id: "discard",
                label: t("templates.discard"),
                icon: <Undo2 aria-hidden size={14} />,
                isDisabled: view.draft === null || view.version === null || !isSaved,
                onAction: () => void drop().catch(tell),
              },
              state === "archived"
                ? {
                    id: "activate",
                    label: t("templates.activate"),
                    icon: <ArchiveRestore aria-hidden size={14} />,
                    onAction: () => void setActive({ templateId, isActive: true }).catch(tell),
                  }
                : {
                    id: "archive",
                    label: t("templates.archive"),
                    icon: <Archive aria-hidden size={14} />,
                    isDanger: true,
                    onAction: () => setShown("archive"),
                  },
            ],
          },
        ]}
      />
      {shown === "identity" && <DetailsDialog view={view} onClose={() => setShown(null)} />}
      {shown === "archive" && <ArchiveDialog view={view} onClose={() => setShown(null)} />}
    </>
  );
}

function DetailsDialog({ view, onClose }: { view: TemplateView; onClose: () => void }) {
  const { t } = useTranslation();
  const setIdentity = useOrgMutation(api.templates.drafts.mutations.setIdentity);
  const [opened] = useState(view);
  const { name, category, channelType, businessEntity, locale, threadTypes, orderStates } = opened;
  const initial = { name, category, channelType, businessEntity, locale, threadTypes, orderStates };
  return (
    <IdentityDialog
      title={t("templates.details")}
      saveLabel={t("common.save")}
      initial={initial}
      onClose={onClose}
      onSave={async (identity) => {
        await setIdentity({ templateId: view.id, ...changesIn(initial, identity) });
      }}
    />
  );
}

/** What was changed here: the rest may have been changed by others meanwhile. */
function changesIn(before: TemplateIdentity, after: TemplateIdentity): Partial<TemplateIdentity> {
  const isNew = (key: keyof TemplateIdentity) => JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  return {
    ...(isNew("name") ? { name: after.name } : {}),
    ...(isNew("category") ? { category: after.category } : {}),
    ...(isNew("channelType") ? { channelType: after.channelType } : {}),
    ...(isNew("businessEntity") ? { businessEntity: after.businessEntity } : {}),
    ...(isNew("locale") ? { locale: after.locale } : {}),
    ...(isNew("threadTypes") ? { threadTypes: after.threadTypes } : {}),
    ...(isNew("orderStates") ? { orderStates: after.orderStates ?? [] } : {}),
  };
}

function ArchiveDialog({ view, onClose }: { view: TemplateView; onClose: () => void }) {
  const { t } = useTranslation();
  const archive = useOrgMutation(api.sequences.templateUse.mutations.archive);
  const uses = useOrgQuery(api.sequences.templateUse.queries.list, { templateId: view.id });
  const live = uses?.filter(({ isLive }) => isLive) ?? [];
  const run = async () => {
    try {
      await archive({ templateId: view.id, anyway: live.length > 0 });
      toast(t("templates.archived", { name: view.name }));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={t("templates.archiveTitle", { name: view.name })}
      isOpen
      size="sm"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" isDisabled={uses === undefined} onPress={() => void run()}>
            {t(live.length > 0 ? "templates.archiveAnyway" : "templates.archive")}
          </Button>
        </>
      }
    >
      <p className="text-sm">{t("templates.archiveText")}</p>
      {live.length > 0 && (
        <p className="mt-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {t("templates.archiveUsed", { names: live.map(({ name }) => name).join(", ") })}
        </p>
      )}
    </Dialog>
  );
}
