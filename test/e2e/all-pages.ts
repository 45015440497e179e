import type { Page } from "@playwright/test";
import { expect, type Loaded } from "./fixtures.ts";

/** The address of every page of the product that one sees signed in. */
export async function allPages({ client, integrationId }: Loaded): Promise<string[]> {
  const first = async (thing: string) =>
    (await client.request<{ items: { id: string }[] }>("GET", `/${thing}?limit=1`)).items[0]!.id;
  const integration = `/admin/settings/integrations/${integrationId}`;
  return [
    "/",
    "/findings/all",
    "/findings/vulnerabilities?q=",
    `/findings/all?open=${await first("findings")}`,
    `/findings/${await first("findings")}`,
    "/inventory/assets",
    `/inventory/assets/${await first("assets")}`,
    "/signals/search",
    `/signals/${await first("signals")}`,
    "/admin/settings/integrations",
    "/admin/settings/integrations/new?connector=wiz",
    ...["", "?tab=runs", "?tab=held", "?tab=rejected", "?tab=governor", "?tab=log", "?tab=settings"].map(
      (tab) => integration + tab,
    ),
    "/admin/settings/connectors",
    "/admin/settings/feeds",
    "/admin/settings/tags",
    "/admin/settings/tags?edit=new&q=class:storage",
    "/admin/settings/users",
    "/admin/settings/tokens",
    "/admin/settings/audit",
    "/admin/settings/risk-acceptances",
    "/admin/settings/policies",
    "/account",
    "/help",
    "/help/query-language",
    "/no/such/page",
    "/findings/00000000-0000-4000-8000-000000000000",
  ];
}

/** Waits until a page shows what it has to show. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading").first()).toBeVisible();
  await expect(page.locator('[aria-busy="true"], [data-stale="true"], .mantine-Skeleton-root')).toHaveCount(0);
}
