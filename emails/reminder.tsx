import type { EmailContent } from "./content";
import { Layout } from "./layout";
import { Action, Facts, Headline, Hint, Kicker, Words } from "./parts";
import { PREVIEW_CONTENT } from "./preview-content";
import { frameWords } from "./words";

/** Reminds of a booking: the text first, then the facts to look up. */
export default function Reminder(content: EmailContent) {
  const words = frameWords(content.locale);
  return (
    <Layout content={content}>
      <Kicker>{words.kicker.reminder}</Kicker>
      <Headline>{content.subject}</Headline>
      <Words content={content} />
      <Facts facts={content.facts} />
      <Action content={content} />
      <Hint>{words.answerHint}</Hint>
    </Layout>
  );
}

Reminder.PreviewProps = PREVIEW_CONTENT;
