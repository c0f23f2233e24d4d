import { ArrowDown, ArrowUp, BookmarkPlus, Bookmark, PencilLine, Trash2, Users } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { asAppError } from "../../../../convex/lib/errors";
import { IconButton } from "../../../components/ui/button";
import { Checkbox } from "../../../components/ui/checkbox";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Menu } from "../../../components/ui/menu";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import type { SavedViewRow } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { type InboxSearch, searchKey, searchOf } from "../../../lib/search-params";
import { CHIPS, filterOf } from "./filter-state";

/** Beside the title: keeps the filter under a name; on a view of one's own, changes it. */
export function SavedViewMenu({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const [isNaming, setIsNaming] = useState(false);
  const views = useOrgQuery(api.inbox.savedViews.queries.list, {});
  const key = searchKey(search);
  const view = views?.find(({ filter }) => searchKey(searchOf(filter)) === key);
  const isNarrowed = search.channel !== undefined || CHIPS.some((chip) => search[chip] !== undefined);
  if (views === undefined || (view === undefined && !isNarrowed) || view?.isOwn === false) return null;
  return (
    <>
      {view === undefined ? (
        <IconButton
          size="sm"
          label={t("savedViews.save")}
          icon={<BookmarkPlus aria-hidden size={15} />}
          onPress={() => setIsNaming(true)}
        />
      ) : (
        <OwnViewMenu view={view} onRename={() => setIsNaming(true)} />
      )}
      {isNaming && <NameDialog view={view ?? null} search={search} onClose={() => setIsNaming(false)} />}
    </>
  );
}

function OwnViewMenu({ view, onRename }: { view: SavedViewRow; onRename: () => void }) {
  const { t } = useTranslation();
  const move = useOrgMutation(api.inbox.savedViews.mutations.move);
  const save = useOrgMutation(api.inbox.savedViews.mutations.save);
  const remove = useOrgMutation(api.inbox.savedViews.mutations.remove);
  const viewId: Id<"savedViews"> = view.id;
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  const removeWithUndo = async () => {
    try {
      await remove({ viewId });
    } catch (thrown) {
      fail(thrown);
      return;
    }
    const { name, isShared, filter } = view;
    toast(t("savedViews.removed", { name }), { undo: () => void save({ name, isShared, filter }).catch(fail) });
  };
  const items = [
    { id: "rename", label: t("savedViews.change"), icon: <PencilLine size={14} />, onAction: onRename },
    {
      id: "up",
      label: t("savedViews.up"),
      icon: <ArrowUp size={14} />,
      onAction: () => void move({ viewId, direction: -1 }).catch(fail),
    },
    {
      id: "down",
      label: t("savedViews.down"),
      icon: <ArrowDown size={14} />,
      onAction: () => void move({ viewId, direction: 1 }).catch(fail),
    },
    {
      id: "remove",
      label: t("savedViews.remove"),
      icon: <Trash2 size={14} />,
      isDanger: true,
      onAction: () => void removeWithUndo(),
    },
  ];
  const label = t("savedViews.menu", { name: view.name });
  return (
    <Menu
      label={label}
      groups={[{ id: "view", items }]}
      trigger={<IconButton size="sm" isActive label={label} icon={<Bookmark aria-hidden size={15} />} />}
    />
  );
}

type NameDialogProps = { view: SavedViewRow | null; search: InboxSearch; onClose: () => void };

function NameDialog({ view, search, onClose }: NameDialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(view?.name ?? "");
  const [isShared, setIsShared] = useState(view?.isShared ?? false);
  const [error, setError] = useState<string | null>(null);
  const save = useOrgMutation(api.inbox.savedViews.mutations.save);
  const change = useOrgMutation(api.inbox.savedViews.mutations.change);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      if (view === null) await save({ name, isShared, filter: filterOf(search) });
      else await change({ viewId: view.id, name, isShared });
      onClose();
    } catch (thrown) {
      if (asAppError(thrown)?.field === "name") setError(describeError(thrown, t));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog
      title={view === null ? t("savedViews.save") : t("savedViews.change")}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField label={t("savedViews.name")} value={name} onChange={setName} error={error} autoFocus />
      <Checkbox isSelected={isShared} onChange={setIsShared}>
        <span className="inline-flex items-center gap-1.5">
          <Users aria-hidden size={14} />
          {t("savedViews.shared")}
        </span>
      </Checkbox>
    </FormDialog>
  );
}
