import { describeScreens } from "../support/screens.ts";

describeScreens("a phone", { width: 390, height: 844 });
