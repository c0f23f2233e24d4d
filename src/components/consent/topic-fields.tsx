import { useTranslation } from "react-i18next";
import { Select } from "../ui/select";
import { useLocalText } from "./local-text";
import type { ConsentTarget, Standing } from "./types";

type TopicFieldsProps = {
  standing: Standing;
  value: ConsentTarget;
  onChange: (value: ConsentTarget) => void;
};

/** Topic and channel of a statement, those the person has an address for. */
export function TopicFields({ standing, value, onChange }: TopicFieldsProps) {
  const { t } = useTranslation();
  const localText = useLocalText();
  const channelsOf = (key: string) =>
    standing.topics.find((topic) => topic.key === key)?.cells.map(({ channel }) => channel) ?? [];
  const chooseTopic = (topic: string) => {
    const channels = channelsOf(topic);
    onChange({ topic, channel: channels.includes(value.channel) ? value.channel : (channels[0] ?? value.channel) });
  };
  return (
    <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
      <Select
        label={t("consent.topic")}
        options={standing.topics
          .filter(({ cells }) => cells.length > 0)
          .map(({ key, name }) => ({ id: key, label: localText(name) }))}
        value={value.topic}
        onChange={chooseTopic}
      />
      <Select
        label={t("queue.channel")}
        options={channelsOf(value.topic).map((channel) => ({ id: channel, label: t(`channels.${channel}`) }))}
        value={value.channel}
        onChange={(channel) => onChange({ ...value, channel })}
      />
    </div>
  );
}

/** Where a dialog starts: what it was opened for, else advertising on the first channel. */
export function firstTarget(standing: Standing, target: ConsentTarget | null): ConsentTarget {
  const topic = standing.topics.find(({ purpose }) => purpose === "marketing") ?? standing.topics[0];
  return target ?? { topic: topic?.key ?? "", channel: topic?.cells[0]?.channel ?? "email" };
}
