import {
  Background,
  BaseEdge,
  Controls,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getSmoothStepPath,
  Handle,
  MiniMap,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  useReactFlow,
  ReactFlowProvider,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import { CalendarPlus, CalendarX, Unplug, UserX } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "../../../components/ui/classes";
import type { Place } from "../../../lib/api-types";
import { AddButton } from "./add-button";
import { useBuilder } from "./context";
import { type Item, openingView } from "./layout";
import { usePlaceText, useWayText } from "./node-text";
import { StepCard } from "./step-card";

type ItemNode = Node<{ item: Item }, "item">;
type LineEdge = Edge<{ place: Place | null; after: string }, "line">;

/** Longer jumps are shown by moving there, for those who like movement. */
const MOVE_MS = 200;

const NODE_TYPES = { item: ItemView };
const EDGE_TYPES = { line: LineView };

/** The journey as a picture to walk through, with the mouse or the arrow keys. */
export function Canvas() {
  return (
    <ReactFlowProvider>
      <Picture />
    </ReactFlowProvider>
  );
}

function Picture() {
  const { t } = useTranslation();
  const { layout, flow, selected } = useBuilder();
  const names = useItemNames();
  const pane = useRef<HTMLDivElement>(null);
  const nodes = useMemo(
    () =>
      layout.items.map((item): ItemNode => {
        const { id, x, y, width, height } = item;
        // The library lets the mouse through what it cannot drag; ours is pressed.
        const style = { pointerEvents: "all" as const };
        return { id, type: "item", position: { x, y }, width, height, style, data: { item } };
      }),
    [layout],
  );
  const edges = layout.lines.map((line): LineEdge => {
    const from = layout.items.find(({ id }) => id === line.from);
    const after = from === undefined ? "" : names(from);
    return { id: line.id, type: "line", source: line.from, target: line.to, data: { place: line.place, after } };
  });
  return (
    <ReactFlow<ItemNode, LineEdge>
      ref={pane}
      aria-label={t("builder.canvas")}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      panOnScroll
      zoomOnDoubleClick={false}
      minZoom={0.2}
      maxZoom={1.5}
      onInit={({ setViewport }) => {
        if (pane.current !== null) void setViewport(openingView(layout, pane.current.getBoundingClientRect()));
      }}
    >
      <Background gap={24} size={1} />
      <Controls showInteractive={false} position="bottom-left" aria-label={t("builder.zoom")} />
      {flow.nodes.length > 5 && (
        <MiniMap
          pannable
          zoomable
          ariaLabel={t("builder.map")}
          nodeClassName={({ id }) =>
            id === selected ? "map-selected" : id.startsWith("step:") ? "map-step" : "map-rest"
          }
        />
      )}
      <ViewFollows />
    </ReactFlow>
  );
}

/** What has the keyboard is in sight. */
function ViewFollows() {
  const { selected, layout } = useBuilder();
  const { getViewport, setCenter, viewportInitialized } = useReactFlow();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const item = layout.items.find(({ id }) => id === selected);
    const pane = box.current?.closest(".react-flow");
    if (item === undefined || pane === null || pane === undefined || !viewportInitialized) return;
    const { x, y, zoom } = getViewport();
    const { width, height } = pane.getBoundingClientRect();
    const [left, top] = [item.x * zoom + x, item.y * zoom + y];
    const isSeen =
      left >= 0 && top >= 0 && left + item.width * zoom <= width && top + item.height * zoom <= height - 40;
    if (isSeen) return;
    const duration = window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : MOVE_MS;
    void setCenter(item.x + item.width / 2, item.y + item.height / 2, { zoom: Math.max(zoom, 0.6), duration });
  }, [selected, layout, getViewport, setCenter, viewportInitialized]);
  return <div ref={box} hidden />;
}

function useItemNames(): (item: Item) => string {
  const { t } = useTranslation();
  const way = useWayText();
  return (item) => {
    switch (item.kind) {
      case "entrance":
        return t(`builder.entrances.${item.way}`);
      case "step":
        return item.node.name;
      case "arm":
        return way(item.node, item.way);
      case "end":
        return t("builder.end");
    }
  };
}

function ItemView({ data: { item } }: NodeProps<ItemNode>) {
  return (
    <div style={{ width: item.width, height: item.height }} className="nopan relative">
      {item.kind !== "entrance" && <Handle type="target" position={Position.Top} isConnectable={false} />}
      <ItemBody item={item} />
      {item.kind !== "end" && <Handle type="source" position={Position.Bottom} isConnectable={false} />}
    </div>
  );
}

const ENTRANCE_ICONS = { first: CalendarPlus, onCancelled: CalendarX, onNoShow: UserX, loose: Unplug };

function ItemBody({ item }: { item: Item }) {
  const { t } = useTranslation();
  const names = useItemNames();
  switch (item.kind) {
    case "step":
      return (
        <>
          {item.phase !== null && <PhaseLabel>{t(`phases.${item.phase}`)}</PhaseLabel>}
          <StepCard node={item.node} />
        </>
      );
    case "entrance": {
      const Icon = ENTRANCE_ICONS[item.way];
      return (
        <Stop item={item} className="rounded-full border border-line-strong bg-raised text-sm font-medium">
          <Icon aria-hidden size={15} className="shrink-0 text-accent-text" />
          <span className="truncate">{names(item)}</span>
        </Stop>
      );
    }
    case "arm":
      return (
        <Stop item={item} className="rounded-full bg-info-soft text-xs font-medium text-info">
          <span className="truncate">{names(item)}</span>
        </Stop>
      );
    case "end":
      return <EndView item={item} />;
  }
}

function EndView({ item }: { item: Extract<Item, { kind: "end" }> }) {
  const { flow, canEdit, select } = useBuilder();
  const before = usePlaceText();
  if (!canEdit) return <Stop item={item} className="rounded-full bg-line-strong" />;
  return (
    <span
      data-item-box={item.id}
      onFocus={() => select(item.id)}
      className="flex size-full items-center justify-center"
    >
      <AddButton place={item.place} after={before(flow, item.place)} className="size-7" />
    </span>
  );
}

/** Something the arrow keys come by that has no form. */
function Stop({ item, className, children }: { item: Item; className: string; children?: ReactNode }) {
  const names = useItemNames();
  const { selected, select } = useBuilder();
  const isSelected = selected === item.id;
  return (
    <button
      type="button"
      data-item={item.id}
      aria-label={names(item)}
      tabIndex={isSelected ? 0 : -1}
      onFocus={() => select(item.id)}
      onClick={() => select(item.id)}
      className={cx(
        "flex size-full cursor-default items-center justify-center gap-2 px-3",
        className,
        isSelected && "ring-2 ring-accent",
      )}
    >
      {children}
    </button>
  );
}

function PhaseLabel({ children }: { children: ReactNode }) {
  return (
    <span className="absolute -top-8 left-1/2 z-10 -translate-x-1/2 rounded-full bg-accent-soft px-3 py-0.5 text-xs font-semibold text-accent-text">
      {children}
    </span>
  );
}

/** How far below its beginning a line carries its plus: each way out keeps its own, also where lines meet. */
const PLUS_BELOW = 20;

function LineView({ id, sourceX, sourceY, targetX, targetY, data }: EdgeProps<LineEdge>) {
  const { canEdit } = useBuilder();
  const isUp = targetY < sourceY;
  const [path] = getSmoothStepPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition: Position.Bottom,
    targetPosition: Position.Top,
    borderRadius: 10,
    // Short lines turn in their middle, long ones right above what they lead to.
    ...(isUp ? {} : { offset: 4, centerY: Math.max((sourceY + targetY) / 2, targetY - 14) }),
  });
  const place = data?.place ?? null;
  return (
    <>
      <BaseEdge id={id} path={path} className={cx(isUp && "line-back")} />
      {canEdit && place !== null && (
        <EdgeLabelRenderer>
          <span
            className="nopan pointer-events-auto absolute"
            style={{ transform: `translate(-50%, -50%) translate(${sourceX}px, ${sourceY + PLUS_BELOW}px)` }}
          >
            <AddButton place={place} after={data?.after ?? ""} />
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
