import { api } from "../../../convex/_generated/api";
import { useLanguage } from "../../lib/i18n";
import { useOrgQuery } from "../../lib/org";

type LocalText = { de: string; en: string; nl: string };

/** How to show texts that an organisation keeps in several languages: in the reader's, else in German. */
export function useLocalText(): (text: LocalText) => string {
  const language = useLanguage();
  return (text) => text[language] || text.de;
}

/** Names of topics by their keys; a key nobody knows any more stays as it is. */
export function useTopicName(): (key: string) => string {
  const localText = useLocalText();
  const topics = useOrgQuery(api.contacts.topics.queries.list, {});
  return (key) => {
    const topic = topics?.find((each) => each.key === key);
    return topic === undefined ? key : localText(topic.name);
  };
}
