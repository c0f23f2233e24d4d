import {
  InputRule,
  mergeAttributes,
  Node,
  NodeViewWrapper,
  ReactNodeViewRenderer,
  type NodeViewProps,
} from "@tiptap/react";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "../../components/ui/classes";
import { isKnown, labelOf } from "./variables";

type ChipOptions = { own: readonly string[] };

/** Typed rather than chosen: {{firstName}} becomes a chip with its last brace. */
const TYPED = /\{\{\s*([\p{L}_][\p{L}\p{N}_.]*)\s*\}\}$/u;

/** A value of the person's in a text (product.md D-52): `name`, and what stands there when it is missing. */
export const VariableChip = Node.create<ChipOptions>({
  name: "variable",
  group: "inline",
  inline: true,
  atom: true,
  selectable: true,
  addOptions: () => ({ own: [] }),
  addAttributes: () => ({
    name: { default: "", parseHTML: (element) => element.dataset.variable ?? "" },
    fallback: { default: "", parseHTML: (element) => element.dataset.fallback ?? "" },
  }),
  parseHTML: () => [{ tag: "span[data-variable]" }],
  renderHTML: ({ node, HTMLAttributes }) => {
    const { name, fallback } = node.attrs as { name: string; fallback: string };
    return ["span", mergeAttributes(HTMLAttributes, { "data-variable": name, "data-fallback": fallback }), name];
  },
  renderText: ({ node }) => `{{${String(node.attrs.name)}}}`,
  addInputRules() {
    return [
      new InputRule({
        find: TYPED,
        handler: ({ range, match, chain }) => {
          const attrs = { name: match[1] ?? "", fallback: "" };
          chain().deleteRange(range).insertContentAt(range.from, { type: "variable", attrs }).run();
        },
      }),
    ];
  },
  addNodeView: () => ReactNodeViewRenderer(Chip, { as: "span" }),
});

function Chip({ node, selected, extension }: NodeViewProps) {
  const { t } = useTranslation();
  const { name, fallback } = node.attrs as { name: string; fallback: string };
  const isUnknown = !isKnown(name, (extension.options as ChipOptions).own);
  const label = labelOf(t, name);
  return (
    <NodeViewWrapper
      as="span"
      data-chip={name}
      title={isUnknown ? t("designer.unknown", { name }) : `{{${name}}}`}
      className={cx(
        "mx-px inline-flex items-baseline gap-1 rounded px-1 align-baseline text-[0.9em] leading-snug font-medium",
        isUnknown ? "bg-warn-soft text-warn" : "bg-accent-soft text-accent-text",
        selected && "outline-2 outline-accent",
      )}
    >
      {isUnknown && <TriangleAlert aria-label={t("designer.unknown", { name })} size={12} className="self-center" />}
      {label}
      {fallback !== "" && <span className="font-normal">· {fallback}</span>}
    </NodeViewWrapper>
  );
}
