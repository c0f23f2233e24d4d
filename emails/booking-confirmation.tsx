import type { EmailContent } from "./content";
import { Layout } from "./layout";
import { Action, Facts, Headline, Hint, Kicker, Words } from "./parts";
import { PREVIEW_CONTENT } from "./preview-content";
import { frameWords } from "./words";

/** Confirms a booking: the facts first, then the text. */
export default function BookingConfirmation(content: EmailContent) {
  const words = frameWords(content.locale);
  return (
    <Layout content={content}>
      <Kicker>{words.kicker.booking_confirmation}</Kicker>
      <Headline>{content.subject}</Headline>
      <Facts facts={content.facts} />
      <Words content={content} />
      <Action content={content} />
      <Hint>{words.answerHint}</Hint>
    </Layout>
  );
}

BookingConfirmation.PreviewProps = PREVIEW_CONTENT;
