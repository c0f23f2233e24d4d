import {
  mergeAttributes,
  Node,
  NodeViewContent,
  NodeViewWrapper,
  ReactNodeViewRenderer,
  type NodeViewProps,
} from "@tiptap/react";
import { GitBranch, Repeat } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Condition } from "../../../convex/templates/documents/blocks";
import { labelOf, listLabelOf } from "./variables";

const WRAPPER = { group: "block", content: "block+", defining: true, isolating: true } as const;

/** Blocks that are shown when a value is as asked (product.md D-53). */
export const ShowIf = Node.create({
  name: "showIf",
  ...WRAPPER,
  addAttributes: () => ({
    variable: { default: "firstName", parseHTML: (element) => element.dataset.variable ?? "" },
    test: { default: "set", parseHTML: (element) => element.dataset.test ?? "set" },
    value: { default: "", parseHTML: (element) => element.dataset.value ?? "" },
  }),
  parseHTML: () => [{ tag: "div[data-show-if]" }],
  renderHTML: ({ node, HTMLAttributes }) => {
    const { variable, test, value } = node.attrs as Condition;
    const data = { "data-show-if": "", "data-variable": variable, "data-test": test, "data-value": value };
    return ["div", mergeAttributes(HTMLAttributes, data), 0];
  },
  addNodeView: () => ReactNodeViewRenderer(ShowIfView),
});

/** Blocks that come once for each entry of a list (product.md D-53). */
export const RepeatBlock = Node.create({
  name: "repeat",
  ...WRAPPER,
  addAttributes: () => ({ list: { default: "people", parseHTML: (element) => element.dataset.repeat ?? "" } }),
  parseHTML: () => [{ tag: "div[data-repeat]" }],
  renderHTML: ({ node, HTMLAttributes }) => [
    "div",
    mergeAttributes(HTMLAttributes, { "data-repeat": String(node.attrs.list) }),
    0,
  ],
  addNodeView: () => ReactNodeViewRenderer(RepeatView),
});

function ShowIfView({ node }: NodeViewProps) {
  const { t } = useTranslation();
  const { variable, test, value } = node.attrs as Condition;
  const says = t(`designer.showIf.${test}`, { variable: labelOf(t, variable), value });
  return (
    <Wrapped icon={<GitBranch aria-hidden size={12} />} says={says} kind="showIf">
      <NodeViewContent />
    </Wrapped>
  );
}

function RepeatView({ node }: NodeViewProps) {
  const { t } = useTranslation();
  const says = t("designer.repeat.says", { list: listLabelOf(t, String(node.attrs.list)) });
  return (
    <Wrapped icon={<Repeat aria-hidden size={12} />} says={says} kind="repeat">
      <NodeViewContent />
    </Wrapped>
  );
}

function Wrapped(props: { icon: ReactNode; says: string; kind: string; children: ReactNode }) {
  return (
    <NodeViewWrapper data-wrapper={props.kind} className="my-3 rounded-md border border-dashed border-edge">
      <div
        contentEditable={false}
        className="flex items-center gap-1.5 border-b border-dashed border-edge px-2 py-1 text-xs font-medium text-muted select-none"
      >
        {props.icon}
        {props.says}
      </div>
      <div className="px-3 py-2">{props.children}</div>
    </NodeViewWrapper>
  );
}
