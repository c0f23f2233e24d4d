import { Fragment } from "react";
import { Button, Heading, Link, Section, Text } from "react-email";
import { Blocks } from "./blocks";
import { buttonStyle } from "./button";
import { linkParts, safeUrl, type EmailContent } from "./content";
import { palette, type } from "./theme";

const bodyText = { color: palette.text, fontSize: type.body, lineHeight: "25px", margin: "0 0 16px" };

/** The small line above a headline. */
export function Kicker({ children }: { children: string }) {
  return (
    <Text className="sb-muted" style={{ color: palette.muted, fontSize: type.small, lineHeight: "20px", margin: 0 }}>
      {children}
    </Text>
  );
}

/** The headline: what the mail is about, in the words of its subject. */
export function Headline({ children }: { children: string }) {
  const style = { color: palette.text, fontSize: "21px", fontWeight: 600, lineHeight: "28px", margin: "2px 0 20px" };
  return (
    <Heading as="h1" className="sb-text" style={style}>
      {children}
    </Heading>
  );
}

/** What the mail says: its document, else its paragraphs. */
export function Words({ content: { blocks, brand, paragraphs } }: { content: EmailContent }) {
  return blocks === undefined ? <Paragraphs texts={paragraphs} /> : <Blocks blocks={blocks} brand={brand} />;
}

/** The mail's own text; line breaks are kept, addresses become links. */
function Paragraphs({ texts }: { texts: readonly string[] }) {
  return texts.map((text, index) => (
    <Text key={index} className="sb-text" style={bodyText}>
      {text.split("\n").map((line, lineIndex) => (
        <Fragment key={lineIndex}>
          {lineIndex > 0 && <br />}
          <Line text={line} />
        </Fragment>
      ))}
    </Text>
  ));
}

function Line({ text }: { text: string }) {
  return linkParts(text).map((part, index) =>
    part.url === null ? (
      <Fragment key={index}>{part.text}</Fragment>
    ) : (
      <Link key={index} href={part.url} className="sb-link" style={{ color: "#0b5a8a", textDecoration: "underline" }}>
        {part.text}
      </Link>
    ),
  );
}

/** When, where and what, to be found at a glance. */
export function Facts({ facts }: { facts: EmailContent["facts"] }) {
  if (facts === undefined || facts.length === 0) return null;
  const cell = {
    fontSize: "15px",
    lineHeight: "22px",
    padding: "3px 0",
    textAlign: "left" as const,
    verticalAlign: "top",
  };
  return (
    <Section className="sb-panel" style={{ backgroundColor: palette.panel, margin: "0 0 20px", padding: "14px 18px" }}>
      <table role="presentation" cellPadding={0} cellSpacing={0} width="100%">
        <tbody>
          {facts.map(({ label, value }) => (
            <tr key={label}>
              <td className="sb-muted" width="32%" style={{ ...cell, color: palette.muted, paddingRight: "12px" }}>
                {label}
              </td>
              <td className="sb-text" style={{ ...cell, color: palette.text, fontWeight: 600 }}>
                {value}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

/** The one thing to do, when there is one. */
export function Action({ content: { action, brand } }: { content: EmailContent }) {
  const url = safeUrl(action?.url);
  if (action === undefined || url === null) return null;
  return (
    <Section style={{ margin: "4px 0 20px" }}>
      <Button href={url} style={buttonStyle(brand)}>
        {action.label}
      </Button>
    </Section>
  );
}

/** A quiet remark at the end. */
export function Hint({ children }: { children: string }) {
  return (
    <Text className="sb-muted" style={{ color: palette.muted, fontSize: "14px", lineHeight: "21px", margin: 0 }}>
      {children}
    </Text>
  );
}
