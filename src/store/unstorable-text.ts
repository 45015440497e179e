/**
 * Whether the database refused a text for what is in it: a NUL character, in a column or within JSON, or in JSON half of
 * a surrogate pair. Anybody's JSON may hold these (`"\\u0000"`, `"\\ud800"`); PostgreSQL's texts may not.
 */
export function isUnstorableText(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === "22021" || code === "22P05") return true;
  return code === "22P02" && String(message).includes("input syntax for type json");
}
