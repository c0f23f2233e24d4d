import type { EmailContent } from "./content";
import { Layout } from "./layout";
import { Action, Headline, Kicker, Words } from "./parts";
import { PREVIEW_CONTENT } from "./preview-content";
import { frameWords } from "./words";

/** Says thank you afterwards and asks for one thing. */
export default function FollowUp(content: EmailContent) {
  return (
    <Layout content={content}>
      <Kicker>{frameWords(content.locale).kicker.follow_up}</Kicker>
      <Headline>{content.subject}</Headline>
      <Words content={content} />
      <Action content={content} />
    </Layout>
  );
}

FollowUp.PreviewProps = PREVIEW_CONTENT;
