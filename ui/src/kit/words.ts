/** What the model's words are called where people read them. A word that is not known stays as it is. */
const statuses: Record<string, string> = {
  open: "Open",
  in_progress: "In progress",
  resolved: "Resolved",
  rejected: "Rejected",
  gone: "Gone",
  active: "Active",
  inactive: "Inactive",
  error: "In error",
  deleted: "Deleted",
  unknown: "State unknown",
};

const kinds: Record<string, string> = {
  vulnerability: "Vulnerability",
  misconfiguration: "Misconfiguration",
  threat: "Threat",
  issue: "Issue",
  asset: "Asset",
};

const manyKinds: Record<string, string> = {
  vulnerability: "Vulnerabilities",
  misconfiguration: "Misconfigurations",
  threat: "Threats",
  issue: "Issues",
  asset: "Assets",
};

const clouds: Record<string, string> = {
  aws: "AWS",
  azure: "Azure",
  gcp: "Google Cloud",
  oci: "Oracle Cloud",
  alibaba: "Alibaba Cloud",
  kubernetes: "Kubernetes",
  github: "GitHub",
  gitlab: "GitLab",
  vsphere: "vSphere",
  openshift: "OpenShift",
};

const changes: Record<string, string> = {
  new: "New",
  changed: "Changed",
  resolved: "Resolved",
  reopened: "Reopened",
  gone: "Gone",
};

const streams: Record<string, string> = {
  issues: "Issues",
  vulnerabilities: "Vulnerabilities",
  misconfigurations: "Misconfigurations",
  detections: "Threat detections",
  assets: "Assets",
};

export const statusWord = wordsOf(statuses);
export const kindWord = wordsOf(kinds);
/** `Vulnerabilities`. */
export const kindsWord = wordsOf(manyKinds);
export const cloudWord = wordsOf(clouds);
export const changeWord = wordsOf(changes);
export const streamWord = wordsOf(streams);

/** `container_image` is `Container image`, `VIRTUAL_MACHINE` is `Virtual machine`. */
export function plainWord(text: string): string {
  const words = text.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function wordsOf(words: Record<string, string>): (text: string) => string {
  return (text) => (Object.hasOwn(words, text) ? words[text]! : text);
}
