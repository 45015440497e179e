import { ActionIcon, AppShell, Burger, Group, Text } from "@mantine/core";
import { useDisclosure, useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useRouter } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { meQuery } from "../api/session.ts";
import { AppLink } from "../kit/link.tsx";
import { RowSkeletons } from "../kit/states.tsx";
import { hrefs, places } from "../places.ts";
import { ConnectionBanner } from "./connection-banner.tsx";
import { Keys } from "./keys.tsx";
import { useLiveRefresh } from "./live-refresh.ts";
import { Rail } from "./rail.tsx";
import { RailFoot } from "./rail-foot.tsx";
import classes from "./shell.module.css";

/** What stands around every page. */
export function Shell() {
  const [isOpen, drawer] = useDisclosure(false);
  const [isCollapsed, setCollapsed] = useLocalStorage({ key: "weir.rail", defaultValue: false });
  const isPhone = useMediaQuery("(max-width: 48em)") ?? false;
  const isNarrow = isCollapsed && !isPhone;
  useLiveRefresh();
  useSignInAgain();
  return (
    <AppShell
      header={{ height: isPhone ? 48 : 0 }}
      navbar={{ width: isNarrow ? 56 : 208, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding={0}
    >
      <a className={classes.skip} href="#page">
        Skip to the page
      </a>
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="sm" gap="sm">
          <Burger opened={isOpen} onClick={drawer.toggle} size="sm" aria-label="Navigation" />
          <Brand />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.rail} aria-label="Main">
        <Group h={48} px={isNarrow ? 10 : "sm"} justify="space-between" wrap="nowrap" visibleFrom="sm">
          {!isNarrow && <Brand />}
          <ActionIcon
            onClick={() => setCollapsed(!isCollapsed)}
            aria-label={isCollapsed ? "Widen the navigation" : "Narrow the navigation"}
          >
            {isCollapsed ? <IconLayoutSidebarLeftExpand size={18} /> : <IconLayoutSidebarLeftCollapse size={18} />}
          </ActionIcon>
        </Group>
        <Rail onFollow={drawer.close} isNarrow={isNarrow} />
        <RailFoot isNarrow={isNarrow} />
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1} className={classes.page}>
        <ConnectionBanner />
        <Suspense fallback={<RowSkeletons />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <Keys />
    </AppShell>
  );
}

function Brand() {
  return (
    <AppLink href={places.dashboard} underline="never" aria-label="Weir, dashboard">
      <Group gap={8} wrap="nowrap">
        <img src="/weir.svg" width={22} height={22} alt="" />
        <Text fw={650} fz="md" c="var(--ink)">
          Weir
        </Text>
      </Group>
    </AppLink>
  );
}

/** A session can end while someone works: they sign in again and come back to the same place. */
function useSignInAgain(): void {
  const { data: me } = useQuery(meQuery);
  const router = useRouter();
  useEffect(() => {
    const { pathname, href } = router.state.location;
    if (me === null && pathname !== places.login) void router.navigate({ href: hrefs.login(href), replace: true });
  }, [me, router]);
}
