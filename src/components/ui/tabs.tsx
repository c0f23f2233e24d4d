import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from "react-aria-components";
import { cx } from "./classes";

type TabData<T extends string> = { id: T; label: string; count?: number | undefined; icon?: ReactNode };

type TabsProps<T extends string> = {
  label: string;
  tabs: readonly TabData<T>[];
  value: T;
  onChange: (value: T) => void;
  /** The panel of the chosen tab. */
  children: ReactNode;
  className?: string;
  listClassName?: string;
};

export function Tabs<T extends string>({
  label,
  tabs,
  value,
  onChange,
  children,
  className,
  listClassName,
}: TabsProps<T>) {
  return (
    <AriaTabs
      selectedKey={value}
      onSelectionChange={(key) => {
        const tab = tabs.find(({ id }) => id === key);
        if (tab !== undefined) onChange(tab.id);
      }}
      className={cx("flex min-h-0 flex-col outline-none", className)}
    >
      <TabList
        aria-label={label}
        className={cx("flex shrink-0 gap-4 overflow-x-auto border-b border-line", listClassName)}
      >
        {tabs.map((tab) => (
          <Tab
            key={tab.id}
            id={tab.id}
            className="-mb-px flex cursor-default items-center gap-1.5 border-b-2 border-transparent py-2 text-sm whitespace-nowrap text-muted outline-offset-[-2px] transition-colors hover:text-text selected:border-accent selected:font-medium selected:text-text max-md:py-3"
          >
            {tab.icon}
            {tab.label}
            {tab.count !== undefined && <span className="text-xs text-faint">{tab.count}</span>}
          </Tab>
        ))}
      </TabList>
      {/* A panel of its own for each tab: the tab names it by an id that is given once. */}
      <TabPanel key={value} id={value} className="flex min-h-0 grow flex-col outline-none">
        {children}
      </TabPanel>
    </AriaTabs>
  );
}
