import type { EmailContent } from "./content";
import { Layout } from "./layout";
import { Action, Headline, Hint, Kicker, Words } from "./parts";
import { PREVIEW_CONTENT } from "./preview-content";
import { frameWords } from "./words";

/** Asks how it goes while it goes: short, and easy to answer. */
export default function CheckIn(content: EmailContent) {
  const words = frameWords(content.locale);
  return (
    <Layout content={content}>
      <Kicker>{words.kicker.check_in}</Kicker>
      <Headline>{content.subject}</Headline>
      <Words content={content} />
      <Action content={content} />
      <Hint>{words.answerHint}</Hint>
    </Layout>
  );
}

CheckIn.PreviewProps = PREVIEW_CONTENT;
