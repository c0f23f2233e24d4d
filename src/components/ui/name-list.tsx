import { ListBox, ListBoxItem, Popover } from "react-aria-components";

/** The names a combo box offers, below its field; `empty` says so where there are none, if it is open then. */
export function NameList<Item extends { id: string; name: string }>({ empty }: { empty?: string }) {
  return (
    <Popover className="float-in z-50 w-(--trigger-width) overflow-auto rounded-lg border border-line bg-raised p-1 shadow-float">
      <ListBox<Item>
        data-popup
        className="outline-none"
        renderEmptyState={() => empty !== undefined && <p className="px-2 py-1.5 text-sm text-muted">{empty}</p>}
      >
        {({ id, name }) => (
          <ListBoxItem
            id={id}
            textValue={name}
            className="cursor-default rounded-md px-2 py-1.5 text-sm outline-none focus:bg-hover max-md:py-2.5"
          >
            {name}
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  );
}
