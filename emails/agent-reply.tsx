import { Section, Text } from "react-email";
import type { EmailContent } from "./content";
import { Layout } from "./layout";
import { Hint, Words } from "./parts";
import { PREVIEW_CONTENT } from "./preview-content";
import { palette } from "./theme";
import { frameWords } from "./words";

/** A person's answer: no headline, their name under it, and what it answers. */
export default function AgentReply(content: EmailContent) {
  const { quote, signature, locale } = content;
  return (
    <Layout content={content}>
      <Words content={content} />
      {signature && (
        <Text className="sb-text" style={{ color: palette.text, fontSize: "16px", fontWeight: 600, margin: 0 }}>
          {signature}
        </Text>
      )}
      {quote && (
        <Section
          className="sb-rule"
          style={{ borderLeft: `2px solid ${palette.rule}`, margin: "24px 0 0", padding: "0 0 0 14px" }}
        >
          <Hint>{frameWords(locale).wrote(quote.author)}</Hint>
          <Text
            className="sb-muted"
            style={{ color: palette.muted, fontSize: "14px", lineHeight: "21px", margin: 0, whiteSpace: "pre-line" }}
          >
            {quote.text}
          </Text>
        </Section>
      )}
    </Layout>
  );
}

AgentReply.PreviewProps = PREVIEW_CONTENT;
