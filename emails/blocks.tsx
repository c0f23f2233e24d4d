import { Fragment, type CSSProperties, type ReactNode } from "react";
import { Button, Column, Heading, Hr, Img, Link, Row, Section, Text } from "react-email";
import { safeLink } from "../convex/templates/documents/addresses";
import type { EmailBlock, Inline } from "../convex/templates/documents/blocks";
import { buttonStyle } from "./button";
import { readableOn, type EmailBrand } from "./content";
import { palette, type } from "./theme";

/** Where a block stands: who writes, and the colour that is under it when it is not the mail's own. */
type Place = { brand: EmailBrand; background?: string };

type BlocksProps = Place & { blocks: readonly EmailBlock[] };

const HEADINGS = { 1: ["21px", "28px"], 2: ["18px", "26px"], 3: ["16px", "24px"] } as const;

/** A document, set with react-email's components: tables where Outlook needs them, everything inline. */
export function Blocks({ blocks, ...place }: BlocksProps) {
  return blocks.map((block, index) => <Block key={index} block={block} place={place} />);
}

function Block({ block, place }: { block: EmailBlock; place: Place }): ReactNode {
  switch (block.kind) {
    case "paragraph":
      return (
        <Text className={textClass(place)} style={{ ...textStyle(place), textAlign: block.align }}>
          <Inlines inlines={block.inlines} place={place} />
        </Text>
      );
    case "heading": {
      const [fontSize, lineHeight] = HEADINGS[block.level];
      const style = { ...textStyle(place), fontSize, lineHeight, fontWeight: 600, margin: "8px 0 12px" };
      return (
        <Heading as={`h${block.level}`} className={textClass(place)} style={{ ...style, textAlign: block.align }}>
          <Inlines inlines={block.inlines} place={place} />
        </Heading>
      );
    }
    case "button":
      return <ButtonBlock block={block} place={place} />;
    case "image":
      return <ImageBlock block={block} />;
    case "divider":
      return <Hr className="sb-rule" style={{ borderColor: palette.rule, margin: "20px 0" }} />;
    case "list":
      return <ListBlock block={block} place={place} />;
    case "quote":
      return (
        <Section
          className="sb-rule"
          style={{ borderLeft: `2px solid ${palette.rule}`, margin: "0 0 16px", padding: "0 0 0 14px" }}
        >
          <Blocks blocks={block.blocks} {...place} />
        </Section>
      );
    case "section":
      return <SectionBlock block={block} place={place} />;
    case "columns":
      return (
        <Row style={{ margin: "0 0 8px" }}>
          {block.columns.map((column, index) => (
            <Column
              key={index}
              style={{ width: `${100 / block.columns.length}%`, padding: "0 6px", verticalAlign: "top" }}
            >
              <Blocks blocks={column} {...place} />
            </Column>
          ))}
        </Row>
      );
  }
}

type Of<K extends EmailBlock["kind"]> = { block: Extract<EmailBlock, { kind: K }>; place: Place };

function ButtonBlock({ block, place }: Of<"button">) {
  const url = safeLink(block.url);
  if (url === null) return null;
  const style = buttonStyle(place.brand);
  return (
    <Section style={{ margin: "4px 0 20px", textAlign: block.align }}>
      <Button href={url} style={style}>
        <Inlines inlines={block.inlines} place={{ ...place, background: style.backgroundColor }} isPlain />
      </Button>
    </Section>
  );
}

function ImageBlock({ block }: Pick<Of<"image">, "block">) {
  const src = safeLink(block.src);
  if (src === null) return null;
  const url = block.url === undefined ? null : safeLink(block.url);
  const image = (
    <Img
      src={src}
      alt={block.alt}
      width={block.width}
      style={{ display: "inline-block", maxWidth: "100%", height: "auto" }}
    />
  );
  return (
    <Section style={{ margin: "0 0 16px", textAlign: block.align }}>
      {url === null ? image : <Link href={url}>{image}</Link>}
    </Section>
  );
}

function ListBlock({ block, place }: Of<"list">) {
  const Tag = block.isOrdered ? "ol" : "ul";
  return (
    <Tag className={textClass(place)} style={{ ...textStyle(place), paddingLeft: "24px" }}>
      {block.items.map((item, index) => (
        <li key={index} style={{ margin: "0 0 6px" }}>
          {item.map((inner, at) =>
            inner.kind === "paragraph" ? (
              <Fragment key={at}>
                {at > 0 && <br />}
                <Inlines inlines={inner.inlines} place={place} />
              </Fragment>
            ) : (
              <Block key={at} block={inner} place={place} />
            ),
          )}
        </li>
      ))}
    </Tag>
  );
}

function SectionBlock({ block, place }: Of<"section">) {
  const { background } = block;
  const inner = background === undefined ? place : { ...place, background };
  return (
    <Section
      className={background === undefined ? "sb-panel" : undefined}
      style={{ backgroundColor: background ?? palette.panel, margin: "0 0 20px", padding: "16px 18px 2px" }}
    >
      <Blocks blocks={block.blocks} {...inner} />
    </Section>
  );
}

// On a colour of its own the text keeps its colour when the mail turns dark: only what stands on the mail's does.
function textClass({ background }: Place): string | undefined {
  return background === undefined ? "sb-text" : undefined;
}

function textStyle({ background }: Place): CSSProperties {
  const color = background === undefined ? palette.text : readableOn(background);
  return { color, fontSize: type.body, lineHeight: "25px", margin: "0 0 16px" };
}

function Inlines({ inlines, place, isPlain = false }: { inlines: readonly Inline[]; place: Place; isPlain?: boolean }) {
  return inlines.map((inline, index) =>
    inline.kind === "break" ? <br key={index} /> : <Run key={index} inline={inline} place={place} isPlain={isPlain} />,
  );
}

function Run({
  inline,
  place,
  isPlain,
}: {
  inline: Extract<Inline, { kind: "text" }>;
  place: Place;
  isPlain: boolean;
}) {
  const { isBold, isItalic, isUnderlined, isStruck, isCode, color, url } = inline.look;
  const line = [isUnderlined ? "underline" : "", isStruck ? "line-through" : ""]
    .filter((part) => part !== "")
    .join(" ");
  const style: CSSProperties = {
    ...(isBold ? { fontWeight: 600 } : {}),
    ...(isItalic ? { fontStyle: "italic" } : {}),
    ...(line === "" ? {} : { textDecoration: line }),
    ...(isCode ? { fontFamily: "Menlo, Consolas, monospace" } : {}),
    ...(color === undefined ? {} : { color }),
  };
  const address = url === undefined || isPlain ? null : safeLink(url);
  if (address !== null) {
    const link = { color: place.background === undefined ? "#0b5a8a" : readableOn(place.background), ...style };
    return (
      <Link
        href={address}
        className={color === undefined && place.background === undefined ? "sb-link" : undefined}
        style={{ ...link, textDecoration: line === "" ? "underline" : line }}
      >
        {inline.text}
      </Link>
    );
  }
  return Object.keys(style).length === 0 ? inline.text : <span style={style}>{inline.text}</span>;
}
