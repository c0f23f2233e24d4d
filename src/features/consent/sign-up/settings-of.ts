import type { FunctionArgs } from "convex/server";
import type { api } from "../../../../convex/_generated/api";
import type { SignUpForm } from "./sign-up-forms";

export type SignUpSettings = FunctionArgs<typeof api.tracking.signUp.mutations.save>["settings"];

/** What of a form goes back to the server when it is changed. */
export function settingsOf(form: SignUpForm): SignUpSettings {
  const { name, language, topic, channels, origins, isOn, thanks, redirectUrl } = form;
  return {
    name,
    language,
    topic,
    channels,
    origins,
    isOn,
    ...(thanks === undefined ? {} : { thanks }),
    ...(redirectUrl === undefined ? {} : { redirectUrl }),
  };
}
