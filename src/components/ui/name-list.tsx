import { ListBox, ListBoxItem, Popover } from "react-aria-components";

/** The names a combo box offers, below its field. */
export function NameList<Item extends { id: string; name: string }>() {
  return (
    <Popover className="float-in z-50 w-(--trigger-width) overflow-auto rounded-lg border border-line bg-raised p-1 shadow-float">
      <ListBox<Item> data-popup className="outline-none">
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
