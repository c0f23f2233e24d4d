import { useTranslation } from "react-i18next";
import { exitsOf } from "../../../../convex/sequences/flow/edges";
import { toast } from "../../../components/ui/toast";
import { useOrg } from "../../../lib/org";
import { useStored } from "../../../lib/stored";
import type { Flow, FlowNode, Place } from "../../../lib/api-types";
import { focusSoon } from "./focus-soon";
import { type Item, type Layout, neighbourOf, placeAfter, placeKey, stepItem } from "./layout";
import { newId, newNode, phaseAt, placeBefore } from "./new-node";
import { copied, fragmentOf } from "./shape";
import type { Draft } from "./use-draft";
import type { KeyActions } from "./use-keys";

type State = {
  flow: Flow;
  layout: Layout;
  /** What has the keyboard. */
  item: Item | undefined;
  draft: Draft;
  canEdit: boolean;
  select: (id: string | null) => void;
  setPanel: (panel: "step" | null) => void;
  setAddingAt: (key: string | null) => void;
};

/** What is copied lies in the browser, so that it can be put into another journey of the same workspace. */
type Clipping = { orgId: string; nodes: FlowNode[] };

function readClipping(raw: string, orgId: string): FlowNode[] {
  if (raw === "") return [];
  const clipping = JSON.parse(raw) as Clipping;
  return clipping.orgId === orgId ? clipping.nodes : [];
}

/** Everything that can be done in the builder, by mouse and by keyboard alike. */
export function useActions({ flow, layout, item, draft, canEdit, select, setPanel, setAddingAt }: State) {
  const { t } = useTranslation();
  const { orgId } = useOrg();
  const [raw, setRaw] = useStored<string>("builder.clipping", "");
  const clipping = readClipping(raw, orgId);
  const node = item?.kind === "step" ? item.node : undefined;

  const goTo = (id: string) => {
    select(id);
    focusSoon(() => elementOf(id));
  };
  const open = (stepId: string, withKeyboard = false) => {
    select(stepItem(stepId));
    setPanel("step");
    if (withKeyboard) focusSoon(() => document.querySelector("[data-panel] input, [role=dialog] input"));
  };
  const insert = (place: Place, nodes: FlowNode[]) => {
    const [head] = nodes;
    if (!canEdit || head === undefined || !draft.change([{ kind: "insert", place, nodes }])) return;
    setPanel("step");
    goTo(stepItem(head.stepId));
  };
  const add = (kind: FlowNode["kind"], place: Place) => {
    const armNames = [t("builder.armTitle", { number: 1 }), t("builder.armTitle", { number: 2 })] as const;
    insert(place, [newNode(kind, { name: t(`builder.kinds.${kind}`), phase: phaseAt(flow, place), armNames })]);
  };
  const paste = (place: Place) => insert(place, copied(clipping, newId));
  const copy = ({ stepId, name }: FlowNode) => {
    setRaw(JSON.stringify({ orgId, nodes: fragmentOf(flow, stepId) } satisfies Clipping));
    toast(t("builder.copied", { name }));
  };
  const duplicate = (one: FlowNode) => {
    const exits = exitsOf(one);
    const [only] = exits;
    const after = exits.length === 1 && only !== undefined ? { from: one.stepId, way: only[0] } : null;
    const place = after ?? placeBefore(flow, one.stepId);
    if (place !== null) insert(place, copied(fragmentOf(flow, one.stepId), newId));
  };
  const remove = ({ stepId }: FlowNode) => {
    const above = neighbourOf(layout, stepItem(stepId), "up") ?? "entrance:first";
    if (!canEdit || !draft.change([{ kind: "remove", stepIds: [stepId] }])) return;
    setPanel(null);
    goTo(above);
  };
  const here = item === undefined ? null : placeAfter(item);
  const keys: KeyActions = {
    walk: (direction) => {
      const next = item === undefined ? "entrance:first" : neighbourOf(layout, item.id, direction);
      if (next !== null) goTo(next);
    },
    add: () => canEdit && here !== null && setAddingAt(placeKey(here)),
    remove: () => node !== undefined && remove(node),
    close: () => setPanel(null),
    undo: () => canEdit && draft.undo(),
    redo: () => canEdit && draft.redo(),
    copy: () => node !== undefined && copy(node),
    paste: () => here !== null && paste(here),
    duplicate: () => node !== undefined && duplicate(node),
  };
  const ofNode = (one: FlowNode) => ({
    onCopy: () => copy(one),
    onDuplicate: () => duplicate(one),
    onRemove: () => remove(one),
  });
  return { goTo, open, add, paste, canPaste: clipping.length > 0, keys, ofNode };
}

/** What takes the keyboard for an item: its button, for an end the plus in it. */
function elementOf(id: string): HTMLElement | null {
  const name = CSS.escape(id);
  return document.querySelector(`[data-item="${name}"], [data-item-box="${name}"] button`);
}
