import type { StreamName } from "../../../model.ts";
import { assets } from "./assets.ts";
import { detections } from "./detections.ts";
import { issues } from "./issues.ts";
import { misconfigurations } from "./misconfigurations.ts";
import type { WizStream } from "./stream.ts";
import { vulnerabilities } from "./vulnerabilities.ts";

export const wizStreams: Readonly<Record<StreamName, WizStream>> = {
  issues,
  vulnerabilities,
  misconfigurations,
  detections,
  assets,
};
