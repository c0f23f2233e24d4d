import { type Editor, useEditorState } from "@tiptap/react";
import { AtSign, Users } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { mentionBefore } from "../../../convex/inbox/personal/mentions";
import { cx } from "../../components/ui/classes";
import { useOrg, useOrgQuery } from "../../lib/org";

const MAX_OFFERED = 8;

/** Offers the names of colleagues and teams while one is typed after "@": arrows choose, Enter or Tab takes, Escape closes. */
export function MentionMenu({ editor }: { editor: Editor | null }) {
  return editor === null ? null : <Offer editor={editor} />;
}

function Offer({ editor }: { editor: Editor }) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const teams = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  const [closedFor, setClosedFor] = useState<string | null>(null);
  const [chosen, setChosen] = useState(0);
  const typed = useEditorState({ editor, selector: ({ editor: current }) => typedName(current) });
  const named = [
    ...members
      .filter(({ memberId, status }) => memberId !== membership.memberId && status === "active")
      .map(({ name }) => ({ name, isGroup: false })),
    ...teams.filter(({ isArchived }) => !isArchived).map(({ name }) => ({ name, isGroup: true })),
    { name: t("personal.everyone"), isGroup: true },
  ];
  const offered =
    typed === null || typed === closedFor
      ? []
      : named.filter(({ name }) => name.toLowerCase().startsWith(typed.toLowerCase())).slice(0, MAX_OFFERED);
  const index = Math.min(chosen, Math.max(0, offered.length - 1));
  const take = (name: string) => {
    const { from } = editor.state.selection;
    editor
      .chain()
      .focus()
      .insertContentAt({ from: from - (typed?.length ?? 0), to: from }, `${name} `)
      .run();
    setChosen(0);
  };
  const onKey = useRef<(event: KeyboardEvent) => boolean>(() => false);
  useEffect(() => {
    onKey.current = (event) => {
      const name = offered[index]?.name;
      if (name === undefined) return false;
      if (event.key === "ArrowDown") setChosen((index + 1) % offered.length);
      else if (event.key === "ArrowUp") setChosen((index + offered.length - 1) % offered.length);
      else if (event.key === "Escape") setClosedFor(typed);
      else if ((event.key === "Enter" && !event.metaKey && !event.ctrlKey) || event.key === "Tab") take(name);
      else return false;
      return true;
    };
  });
  useEffect(() => {
    const field = editor.view.dom;
    const listen = (event: KeyboardEvent) => {
      if (!onKey.current(event)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    field.addEventListener("keydown", listen, true);
    return () => field.removeEventListener("keydown", listen, true);
  }, [editor]);
  if (offered.length === 0) return null;
  return (
    <ul
      role="listbox"
      aria-label={t("personal.mention")}
      className="float-in mx-4 mb-1 flex flex-col rounded-md border border-line bg-raised p-1 shadow-float"
    >
      {offered.map(({ name, isGroup }, position) => (
        <Choice
          key={`${isGroup}:${name}`}
          name={name}
          isGroup={isGroup}
          isChosen={position === index}
          onTake={() => take(name)}
        />
      ))}
    </ul>
  );
}

type ChoiceProps = { name: string; isGroup: boolean; isChosen: boolean; onTake: () => void };

function Choice({ name, isGroup, isChosen, onTake }: ChoiceProps) {
  const Icon = isGroup ? Users : AtSign;
  return (
    <li
      role="option"
      aria-selected={isChosen}
      onPointerDown={(event) => {
        event.preventDefault();
        onTake();
      }}
      className={cx(
        "flex cursor-default items-center gap-2 rounded px-2 py-1.5 text-sm max-md:py-2.5",
        isChosen ? "bg-hover" : "hover:bg-hover",
      )}
    >
      <Icon aria-hidden size={13} className="text-muted" />
      {name}
    </li>
  );
}

/** What stands between "@" and the cursor, or null. */
function typedName(editor: Editor): string | null {
  const { selection } = editor.state;
  if (!selection.empty || !editor.isFocused) return null;
  const { $from } = selection;
  return mentionBefore($from.parent.textBetween(0, $from.parentOffset, "\n", "\n"));
}
