import type { ReactNode, RefObject } from "react";
import { IconButton } from "../../components/ui/button";

type PickFilesProps = {
  label: string;
  icon: ReactNode;
  keys?: string;
  input: RefObject<HTMLInputElement | null>;
  /** Opens the camera of a phone at once instead of its files. */
  isCamera?: boolean;
  onFiles: (files: readonly File[]) => void;
};

/** Lets a person choose files, or take a photo. The same ones can be chosen again. */
export function PickFiles({ label, icon, keys, input, isCamera = false, onFiles }: PickFilesProps) {
  return (
    <>
      <input
        ref={input}
        type="file"
        {...(isCamera ? { accept: "image/*", capture: "environment" as const } : { multiple: true })}
        aria-label={label}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          onFiles(files);
        }}
      />
      <IconButton
        size="sm"
        label={label}
        {...(keys === undefined ? {} : { keys })}
        icon={icon}
        onPress={() => input.current?.click()}
      />
    </>
  );
}
