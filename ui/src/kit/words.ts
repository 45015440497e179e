/** A word of the model as people read it: `in_progress` is "In progress". */
export function wordText(word: string): string {
  const text = word.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const clouds: Record<string, string> = {
  aws: "AWS",
  azure: "Azure",
  gcp: "GCP",
  oci: "OCI",
  kubernetes: "Kubernetes",
};

/** `aws` is "AWS"; a cloud that Weir does not know stays as it is. */
export function cloudText(cloud: string): string {
  return clouds[cloud.toLowerCase()] ?? cloud;
}

/** Several of a kind of finding: `vulnerability` is "Vulnerabilities". */
export function kindsText(kind: string): string {
  return kind.endsWith("y") ? `${wordText(kind.slice(0, -1))}ies` : `${wordText(kind)}s`;
}
