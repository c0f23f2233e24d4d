import { describeScreens } from "../support/screens.ts";

describeScreens("a desk", { width: 1440, height: 900 });
