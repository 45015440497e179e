import { useNotifications } from "@mantine/notifications";
import { lazyRouteComponent } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";

const NoticeList = lazyRouteComponent(() => import("./notice-list.tsx"), "NoticeList");

/** Where notices appear. What draws them is fetched with the first of them: most days have none. */
export function Notices() {
  const { notifications } = useNotifications();
  const [hasBeenUsed, setUsed] = useState(false);
  useEffect(() => {
    if (notifications.length > 0) setUsed(true);
  }, [notifications.length]);
  return <Suspense>{hasBeenUsed && <NoticeList />}</Suspense>;
}
