/** The code of a page did not come. The router would load the tab anew at once, and lose it while nobody answers. */
class PageCodeError extends Error {
  override readonly name = "PageCodeError";
}

/** As the browsers and the bundler say it. */
const missing = /dynamically imported module|module script failed|preload CSS/i;

export function isOfCode(error: unknown): boolean {
  return error instanceof PageCodeError || (error instanceof Error && missing.test(error.message));
}

/** Fetches the code of a page. @throws PageCodeError when it does not come */
export async function fetchCode<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    if (!isOfCode(cause)) throw cause;
    throw new PageCodeError(
      "The page itself could not be fetched. Weir does not answer, or was updated since this tab was opened.",
      { cause },
    );
  }
}

/** A browser keeps what it could not fetch, so only the whole tab can try again; it stays while nobody answers. */
export async function reloadWhenThere(): Promise<void> {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (answer !== null) window.location.reload();
}
